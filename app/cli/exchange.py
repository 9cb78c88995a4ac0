"""`flask --app wsgi exchange show`: look at one exchange from the command line.

Deciding and marking are `app.cli.exchange_acts`.
"""

from __future__ import annotations

import json
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from app.cli.refusals import Refused
from app.domain.money import major_units
from app.models import Exchange
from app.queries.exchange_record import exchanges_called, record_of
from app.queries.stores import store_with_id

exchange = AppGroup("exchange", help="Exchanges: show how one stands, decide on it, say what was shipped.")


def register(app: Flask) -> None:
    """Attach the commands."""
    app.cli.add_command(exchange)


@exchange.command("show")
@click.argument("reference")
@click.option("--store", "slug", help="The store, where two stores have the same reference.")
@click.option("--json", "as_json", is_flag=True, help="Everything, as one JSON object.")
def show(reference: str, slug: str | None, as_json: bool) -> None:
    """Show the exchange REFERENCE: its state, its sum, its messages and the platform's numbers."""
    record = record_of(exchange_named(reference, slug))
    click.echo(json.dumps(record, indent=2, ensure_ascii=False) if as_json else _in_words(record))


def exchange_named(reference: str, slug: str | None) -> Exchange:
    """The exchange with this reference, in this store where a store is named. Raises Refused."""
    found = {store_with_id(row.store_id).slug: row for row in exchanges_called(reference)}
    if slug:
        found = {store: row for store, row in found.items() if store == slug}
    if not found:
        raise Refused(f"There is no exchange {reference!r}.")
    if len(found) > 1:
        raise Refused(f"{reference} stands in several stores ({', '.join(sorted(found))}): add --store.")
    return next(iter(found.values()))


def _in_words(record: dict[str, Any]) -> str:
    lines = [
        f"{record['reference']} of order {record['order']} in {record['store']}: {record['state']}",
        f"  amount due   {_amount(record, 'amount_due')}",
        f"  refund due   {_amount(record, 'refund_due')}",
        f"  gift card    {_amount(record, 'gift_card')}{_code(record)}",
        f"  at the platform: {record['platform_order'] or 'not placed yet'}",
    ]
    lines += [f"  to judge: {doubt['code']}, {doubt['item']}: {doubt['agent']}" for doubt in record["doubts"]]
    if record["shopper_note"]:
        lines.append(f"  the shopper writes: {record['shopper_note']}")
    if record["decision"]:
        by = record["decision"]["by"] or "nobody"
        lines.append(f"  decided by {by}: {record['decision']['reason']}")
    lines += [f"  needs a person: {each['words']} (flag {each['id']})" for each in record["flags"]]
    for dispatch in record["dispatches"]:
        tries = sum(len(step["attempts"]) for step in dispatch["steps"])
        part = f"{dispatch['purpose']} at {dispatch['system'] or 'no platform yet'}"
        said = f" ({dispatch['last_error']})" if dispatch["last_error"] else ""
        lines.append(f"  {part}: {dispatch['state']} after {tries} tries{said}")
    return "\n".join(lines)


def _code(record: dict[str, Any]) -> str:
    return f", its code ends in {record['gift_card_ends_in']}" if record["gift_card_ends_in"] else ""


def _amount(record: dict[str, Any], name: str) -> str:
    amount = record[name] or 0
    return f"{major_units(amount, record['currency'])} {record['currency']}" if record["currency"] else "0"
