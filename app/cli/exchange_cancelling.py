"""`flask --app wsgi exchange cancel`: ending an exchange, before it left, after it was placed or in doubt."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.exchange import exchange, exchange_named
from app.cli.exchange_acts import BY, IN_STORE, REASON, decision_of
from app.cli.refusals import Refused
from app.domain.exchange_status import Status
from app.models import Exchange, store_scope
from app.queries.console_exchange import dispatches_of
from app.services.agent_decisions import CannotDecide, Decision
from app.services.cancelling_placed import cancel_placed, cancelled_by_hand
from app.services.connector_settings import Connections
from app.services.desk_cancelling import cancel as cancel_untouched
from app.services.desk_cancelling import end_not_there, may_cancel
from app.services.platform_reading import Reader


def register() -> None:
    """Attach the command to `exchange`."""
    exchange.add_command(cancel)


@click.command("cancel")
@click.argument("reference")
@BY
@REASON
@click.option("--done-there", is_flag=True, help="The order is cancelled at the platform already, by hand.")
@click.option("--not-there", is_flag=True, help="Its placing failed, and the platform has nothing of it.")
@IN_STORE
@with_appcontext
def cancel(reference: str, by: str, reason: str, done_there: bool, not_there: bool, slug: str | None) -> None:
    """Cancel the exchange REFERENCE: at once as long as nothing has left, else the platform takes it back.

    Where a platform takes nothing back, cancel the order there and say so with --done-there. Where the
    placing failed, or nobody knows what came of it, look there and say --not-there: a platform that can
    tell is asked first, and everything is given back.
    """
    if done_there and not_there:
        raise Refused("--done-there and --not-there say different things.")
    row, decision = exchange_named(reference, slug), decision_of(by, reason)
    name = row.reference  # asking a platform lets go of the row
    with store_scope(row.store_id):
        try:
            ended = _end(row, decision, done_there=done_there, not_there=not_there)
        except CannotDecide as refused:
            raise Refused(str(refused)) from None
    click.echo(f"{name} is {'cancelled' if ended else 'being cancelled'}.")


def _end(row: Exchange, decision: Decision, *, done_there: bool, not_there: bool) -> bool:
    """Whether it is over now; False while the platform is being asked. Raises CannotDecide."""
    now = datetime.now(UTC)
    if not_there:
        reader: Reader = current_app.extensions["evenly.reader"]
        end_not_there(reader, row.id, decision, now)
    elif done_there:
        cancelled_by_hand(row.id, decision, now)
    elif row.state is Status.CANCELLED or may_cancel(row, dispatches_of(row.id)):
        cancel_untouched(row.id, decision, now)
    else:
        connections: Connections = current_app.extensions["evenly.connections"]
        cancel_placed(connections, row.id, decision, now)
        return False
    return True
