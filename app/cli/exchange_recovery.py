"""`flask --app wsgi exchange retry|delivered`: a person's answer where a message could not get through."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.exchange import exchange, exchange_named
from app.cli.exchange_acts import BY, IN_STORE, REASON, decision_of
from app.cli.refusals import Refused
from app.models import store_scope
from app.services.connector_settings import Connections
from app.services.dispatch_recovery import CannotRecover, mark_placed
from app.services.dispatch_recovery import retry as send_again


def register() -> None:
    """Attach the commands to `exchange`."""
    for command in (retry, delivered):
        exchange.add_command(command)


@click.command("retry")
@click.argument("reference")
@BY
@REASON
@IN_STORE
@with_appcontext
def retry(reference: str, by: str, reason: str, slug: str | None) -> None:
    """Send again what of the exchange REFERENCE has failed, once you have looked at the other side."""
    row = exchange_named(reference, slug)
    connections: Connections = current_app.extensions["evenly.connections"]
    with store_scope(row.store_id):
        try:
            parts = send_again(connections, row.id, decision_of(by, reason), datetime.now(UTC))
        except CannotRecover as refused:
            raise Refused(str(refused)) from None
    click.echo(f"{row.reference} is being sent: {', '.join(parts)}.")


@click.command("delivered")
@click.argument("reference")
@click.option(
    "--order", "number", required=True, help="The order's number at the platform, as it stands there."
)
@BY
@REASON
@IN_STORE
@with_appcontext
def delivered(reference: str, number: str, by: str, reason: str, slug: str | None) -> None:
    """Say that the platform has placed the exchange REFERENCE, as you have seen there."""
    row = exchange_named(reference, slug)
    with store_scope(row.store_id):
        try:
            mark_placed(row.id, number.strip(), decision_of(by, reason), datetime.now(UTC))
        except CannotRecover as refused:
            raise Refused(str(refused)) from None
    click.echo(f"{row.reference} is placed as {number.strip()}.")
