"""`flask --app wsgi money check|owed`: whether all books agree, and what shoppers still owe."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.domain.money import major_units
from app.models import Store, db, store_scope
from app.queries.owed import Owed, owed_to_collect
from app.services.books import Drift
from app.services.payment_pages import Cashier
from app.services.platform_books import BooksReader
from app.services.reconciling import check_some


def register(app: Flask) -> None:
    """Attach the group."""
    app.cli.add_command(money)


@click.group("money")
def money() -> None:
    """Payments and the ledger."""


@money.command("check")
@click.option("--store", "slug", help="Only this store.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_appcontext
def check(slug: str | None, as_json: bool) -> None:
    """Compare every payment with its provider, the platform and the ledger, and flag what differs.

    Ends with status 1 where anything does.
    """
    cashier: Cashier = current_app.extensions["evenly.cashier"]
    books = BooksReader(current_app.extensions["evenly.reader"], anyway=True)
    found = [
        (name, drift) for store_id, name in _stores(slug) for drift in _check_store(cashier, books, store_id)
    ]
    if as_json:
        click.echo(json.dumps([_as_data(name, drift) for name, drift in found], indent=2))
    for name, drift in [] if as_json else found:
        click.echo(f"{name} {drift.exchange} (order {drift.order}): {drift.kind}: {drift.words}")
    if not found and not as_json:
        click.echo("The books agree.")
    if found:
        raise SystemExit(1)


@money.command("owed")
@click.option("--store", "slug", help="Only this store.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list instead of lines.")
@with_appcontext
def owed(slug: str | None, as_json: bool) -> None:
    """What shoppers owe and the shop collects by its own means, the longest owed first."""
    rows: list[dict[str, str]] = []
    for store_id, name in _stores(slug):
        with store_scope(store_id):
            rows += [_owed_as_data(name, each) for each in owed_to_collect()]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    for row in rows:
        click.echo("{store} {exchange} (order {order}): {amount} {currency} since {since}".format(**row))
    if not rows:
        click.echo("Nothing is owed.")


def _stores(slug: str | None) -> Sequence[tuple[int, str]]:
    wanted = select(Store.id, Store.slug).order_by(Store.slug)
    stores = db.session.execute(wanted.where(Store.slug == slug) if slug else wanted).all()
    if slug and not stores:
        raise click.ClickException(f"There is no store {slug!r}.")
    return [(store_id, name) for store_id, name in stores]


def _owed_as_data(store: str, owed: Owed) -> dict[str, str]:
    return {
        "store": store,
        "exchange": owed.reference,
        "order": owed.order_number,
        "amount": f"{major_units(owed.amount, owed.currency)}",
        "currency": owed.currency,
        "since": owed.since.isoformat(timespec="seconds"),
    }


def _check_store(cashier: Cashier, books: BooksReader, store_id: int) -> list[Drift]:
    found: list[Drift] = []
    after, begun = 0, False
    with store_scope(store_id):
        while after or not begun:
            begun = True
            drifts, after = check_some(cashier, after, datetime.now(UTC), books=books)
            found += drifts
    return found


def _as_data(store: str, drift: Drift) -> dict[str, str]:
    return {
        "store": store,
        "exchange": drift.exchange,
        "order": drift.order,
        "kind": drift.kind.name.lower(),
        "words": f"{drift.kind}: {drift.words}",
    }
