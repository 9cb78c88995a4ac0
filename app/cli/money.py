"""`flask --app wsgi money check`: whether payment providers, platforms and the ledger agree."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from app.models import Store, db, store_scope
from app.services.books import Drift
from app.services.payment_pages import Cashier
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
    wanted = select(Store.id, Store.slug).order_by(Store.slug)
    stores = db.session.execute(wanted.where(Store.slug == slug) if slug else wanted).all()
    if slug and not stores:
        raise click.ClickException(f"There is no store {slug!r}.")
    found = [(name, drift) for store_id, name in stores for drift in _check_store(cashier, store_id)]
    if as_json:
        click.echo(json.dumps([_as_data(name, drift) for name, drift in found], indent=2))
    for name, drift in [] if as_json else found:
        click.echo(f"{name} {drift.exchange} (order {drift.order}): {drift.kind}: {drift.words}")
    if not found and not as_json:
        click.echo("The books agree.")
    if found:
        raise SystemExit(1)


def _check_store(cashier: Cashier, store_id: int) -> list[Drift]:
    found: list[Drift] = []
    after, begun = 0, False
    with store_scope(store_id):
        while after or not begun:
            begun = True
            drifts, after = check_some(cashier, after, datetime.now(UTC))
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
