"""`flask --app wsgi exchange settle|unexpected`: what was flagged, and a parcel that is not as expected."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.cli.exchange import exchange, exchange_named
from app.cli.exchange_acts import BY, IN_STORE, REASON, decision_of, name_of, text_of
from app.cli.refusals import Refused
from app.models import Exchange, ExchangeFlag, store_scope
from app.services.agent_decisions import CannotDecide
from app.services.parcels import mark_unexpected
from app.services.payment_ledger import payments_of
from app.services.settling_flags import Settling, settle_flag, ways_to_settle
from app.services.tracking import CannotMark

LONGEST = 400  # with the sentence around it a flag


def register() -> None:
    """Attach the commands to `exchange`."""
    for command in (settle, unexpected):
        exchange.add_command(command)


@click.command("settle")
@click.argument("reference")
@click.option(
    "--how",
    type=click.Choice([str(way) for way in Settling]),
    default=str(Settling.ACCEPT),
    show_default=True,
    help="What becomes of it.",
)
@click.option("--flag", "flag_id", type=int, help="Which, by the number that `exchange show` gives it.")
@BY
@REASON
@IN_STORE
@with_appcontext
def settle(reference: str, how: str, flag_id: int | None, by: str, reason: str, slug: str | None) -> None:
    """Say that what was flagged at the exchange REFERENCE is settled.

    accept: it is as it should be, or is taken as it is. Where the platform counts another total, refund
    pays the difference back to what the order was paid with, and collect notes it as owed. paid: the shop
    has paid back by its own means what it was asked to. otherwise: nothing follows from here.
    """
    row, decision = exchange_named(reference, slug), decision_of(by, reason)
    with store_scope(row.store_id):
        flag = _flag(row, flag_id)
        ways = ways_to_settle(row, flag, payments_of(row.id)) if flag.settled_at is None else ()
        if ways and how not in ways:
            raise Refused(f"Flag {flag.id} is settled with --how {' or '.join(ways)}.")
        try:
            settle_flag(row.id, flag.id, Settling(how), decision, datetime.now(UTC))
        except CannotDecide as refused:
            raise Refused(str(refused)) from None
    click.echo(f"Flag {flag.id} of {row.reference} is settled.")


@click.command("unexpected")
@click.argument("reference")
@click.option("--what", required=True, help="What is different, in words for colleagues.")
@click.option("--by", required=True, help="Who says so, for the audit trail.")
@IN_STORE
@with_appcontext
def unexpected(reference: str, what: str, by: str, slug: str | None) -> None:
    """Say that something else came back for the exchange REFERENCE than was expected.

    It is flagged, and what waits for the parcel goes on waiting until that is settled.
    """
    row, now = exchange_named(reference, slug), datetime.now(UTC)
    told, name = text_of(what, "--what", longest=LONGEST), name_of(by)
    with store_scope(row.store_id):
        try:
            mark_unexpected(row.id, told, now, name, now)
        except CannotMark as refused:
            raise Refused(str(refused)) from None
    click.echo(f"{row.reference} is flagged: what came back is not what was expected.")


def _flag(row: Exchange, flag_id: int | None) -> ExchangeFlag:
    """The flag with this number, or the only one that is open. Raises Refused."""
    if flag_id is not None:
        found = [flag for flag in row.flags if flag.id == flag_id]
        if not found:
            raise Refused(f"{row.reference} has no flag {flag_id}.")
        return found[0]
    if not row.open_flags:
        raise Refused(f"Nothing is flagged at {row.reference}.")
    if len(row.open_flags) > 1:
        listed = "; ".join(f"{flag.id}: {flag.words}" for flag in row.open_flags)
        raise Refused(f"Several things are flagged at {row.reference}, so add --flag. {listed}")
    return row.open_flags[0]
