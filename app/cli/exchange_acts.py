"""`flask --app wsgi exchange approve|decline|mark`: what a person decides, and what became of the goods."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from app.cli.exchange import exchange, exchange_named
from app.cli.refusals import Refused
from app.domain.exchange_status import Status
from app.domain.news import News, NewsKind
from app.models import Exchange, store_scope
from app.services.agent_decisions import CannotDecide, Decision
from app.services.agent_decisions import approve as approve_exchange
from app.services.agent_decisions import decline as decline_exchange
from app.services.exchange_news import CannotMark, take_news
from app.services.tracking import LONGEST_CARRIER

LONGEST, LONGEST_NAME, LONGEST_TRACKING = 500, 60, 100
WHAT = [str(kind) for kind in NewsKind]
IN_STORE = click.option("--store", "slug", help="The store, where two stores have the same reference.")
BY = click.option("--by", required=True, help="Who decided; kept with the exchange and in the audit trail.")
REASON = click.option("--reason", required=True, help="Why; kept with the exchange, not shown to shoppers.")


def register() -> None:
    """Attach the commands to `exchange`."""
    for command in (approve, decline, mark):
        exchange.add_command(command)


@click.command("approve")
@click.argument("reference")
@BY
@REASON
@IN_STORE
@with_appcontext
def approve(reference: str, by: str, reason: str, slug: str | None) -> None:
    """Let the exchange REFERENCE, which waits for a person, be placed as the shopper confirmed it."""
    row = exchange_named(reference, slug)
    with store_scope(row.store_id):
        try:
            approve_exchange(row.id, decision_of(by, reason), datetime.now(UTC))
        except CannotDecide as refused:
            raise Refused(str(refused)) from None
    click.echo(f"{row.reference} is approved and waits to be placed.")


@click.command("decline")
@click.argument("reference")
@BY
@REASON
@click.option("--tell", "words", default="", help="Words to the shopper, shown on the status page.")
@IN_STORE
@with_appcontext
def decline(reference: str, by: str, reason: str, words: str, slug: str | None) -> None:
    """Decline the exchange REFERENCE; its items and whatever was kept back for it are free again."""
    row = exchange_named(reference, slug)
    decision = Decision(name_of(by), text_of(reason, "--reason"), text_of(words, "--tell", needed=False))
    with store_scope(row.store_id):
        try:
            decline_exchange(row.id, decision, datetime.now(UTC))
        except CannotDecide as refused:
            raise Refused(str(refused)) from None
    click.echo(f"{row.reference} is declined.")


@click.command("mark")
@click.argument("reference")
@click.argument("what", type=click.Choice(WHAT))
@click.option("--at", "moment", help="When, such as 2026-11-22T14:30Z (default: now).")
@click.option("--by", default="command line", help="Who says so, for the audit trail.")
@click.option("--tracking", default="", help="With shipped: what the carrier calls the parcel.")
@click.option("--carrier", default="", help="With shipped: who carries it.")
@click.option(
    "--estimate",
    type=click.DateTime(["%Y-%m-%d"]),
    help="With shipped: the day it should arrive, 2026-11-27.",
)
@IN_STORE
@with_appcontext
def mark(
    reference: str,
    what: str,
    moment: str | None,
    by: str,
    tracking: str,
    carrier: str,
    estimate: datetime | None,
    slug: str | None,
) -> None:
    """Say what became of the goods of the exchange REFERENCE.

    in_transit and received are the parcel that comes back, shipped and delivered what goes out. A store
    whose policy waits for the parcel (`release`) places the exchange then. cancelled: the platform has
    cancelled what it placed, so that it ends here too; what is shipped by then is left to a person.
    """
    if what != "shipped" and (tracking or carrier or estimate):
        raise Refused("--tracking, --carrier and --estimate belong to shipped.")
    row, now = exchange_named(reference, slug), datetime.now(UTC)
    with store_scope(row.store_id):
        try:
            day = estimate.date() if estimate else None
            number = _printable(tracking, "--tracking", LONGEST_TRACKING)
            who = _printable(carrier, "--carrier", LONGEST_CARRIER)
            news = News(NewsKind(what), _moment(moment, now), number, day, carrier=who)
            marked = take_news(row.reference or "", news, name_of(by), now)
        except CannotMark as refused:
            raise Refused(str(refused)) from None
        click.echo(_marked(marked, news.kind))


def decision_of(by: str, reason: str) -> Decision:
    """Who and why, as typed. Raises Refused."""
    return Decision(name_of(by), text_of(reason, "--reason"))


def _marked(row: Exchange, kind: NewsKind) -> str:
    if kind is NewsKind.CANCELLED and row.state is not Status.CANCELLED:
        return f"{row.reference} is {row.status}, so a person is asked what becomes of it."
    order = f" Its order {row.platform_order} can be exchanged in turn." if kind is NewsKind.DELIVERED else ""
    return f"{row.reference} is marked as {kind.replace('_', ' ')}.{order}"


def _moment(typed: str | None, now: datetime) -> datetime:
    """A time with its zone; one without is taken as UTC. Raises Refused."""
    if typed is None:
        return now
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        raise Refused(f"--at must be a time such as 2026-11-22T14:30Z, not {typed!r}.") from None
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if moment > now:
        raise Refused("--at must not lie in the future.")
    return moment


def _printable(typed: str, option: str, longest: int) -> str:
    text = " ".join(typed.split())
    if len(text) > longest or not text.isprintable():
        raise Refused(f"{option} must be at most {longest} printable characters.")
    return text


def name_of(typed: str) -> str:
    """Who says so. Raises Refused."""
    name = text_of(typed, "--by")
    if len(name) > LONGEST_NAME:
        raise Refused(f"--by must be at most {LONGEST_NAME} characters.")
    return name


def text_of(typed: str, option: str, *, needed: bool = True, longest: int = LONGEST) -> str:
    """What was typed as one line. Raises Refused."""
    text = " ".join(typed.split())
    if needed and not text:
        raise Refused(f"{option} must say something.")
    if len(text) > longest:
        raise Refused(f"{option} must be at most {longest} characters.")
    return text
