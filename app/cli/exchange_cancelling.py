"""`flask --app wsgi exchange cancel`: taking back an exchange that was placed already."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.exchange import exchange, exchange_named
from app.cli.exchange_acts import BY, IN_STORE, REASON, decision_of
from app.cli.refusals import Refused
from app.models import store_scope
from app.services.agent_decisions import CannotDecide
from app.services.cancelling_placed import cancel_placed, cancelled_by_hand
from app.services.connector_settings import Connections


def register() -> None:
    """Attach the command to `exchange`."""
    exchange.add_command(cancel)


@click.command("cancel")
@click.argument("reference")
@BY
@REASON
@click.option("--done-there", is_flag=True, help="The order is cancelled at the platform already, by hand.")
@IN_STORE
@with_appcontext
def cancel(reference: str, by: str, reason: str, done_there: bool, slug: str | None) -> None:
    """Cancel the exchange REFERENCE, which was placed: the platform is asked to take it back.

    Where a platform takes nothing back, cancel the order there and say so with --done-there.
    """
    row, now, decision = exchange_named(reference, slug), datetime.now(UTC), decision_of(by, reason)
    connections: Connections = current_app.extensions["evenly.connections"]
    with store_scope(row.store_id):
        try:
            if done_there:
                cancelled_by_hand(row.id, decision, now)
            else:
                cancel_placed(connections, row.id, decision, now)
        except CannotDecide as refused:
            raise Refused(str(refused)) from None
    click.echo(f"{row.reference} is cancelled." if done_there else f"{row.reference} is being cancelled.")
