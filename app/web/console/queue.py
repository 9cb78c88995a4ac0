"""The queue: everything that waits for a person, with its age and its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlencode

from flask import Response, request, url_for

from app.models import ExchangeClaim, RuleOverride
from app.queries import console_queue
from app.queries.console_exchange import claims_of
from app.queries.console_queue import DECIDE, Waiting, Wanted, count_waiting, waiting
from app.queries.overrides import waiting_overrides
from app.services.desk_work import CLAIM_LASTS
from app.web.clock import now
from app.web.console import blueprint, desk, flags
from app.web.console.exchanges import working_on
from app.web.console.masking import Masks
from app.web.console.money import with_amounts
from app.web.console.trouble import store_trouble
from app.web.console.words import age, state_words
from app.web.rendering import render_page

EXCEPTIONS = "exceptions"
KINDS: Mapping[str, str] = {
    DECIDE: "to be decided",
    EXCEPTIONS: "exceptions to approve",
    **{str(kind): words for kind, words in flags.KINDS.items()},
}


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue."""

    reference: str
    url: str
    order_number: str
    state: str
    age: str
    reasons: tuple[str, ...]
    to_decide: bool
    claimed_by: str


@dataclass(frozen=True)
class AskedRow:
    """An exception that a second person has to approve. `cost` in minor units; `mine`: I asked."""

    id: int
    url: str
    order_number: str
    age: str
    by: str
    cost: int
    reason: str
    mine: bool
    claimed_by: str


@blueprint.get("/")
def queue() -> Response:
    """Oldest first, unless asked otherwise: who has waited longest comes first."""
    wanted = _wanted()
    exceptions_alone = wanted.kind == EXCEPTIONS
    found = [] if exceptions_alone else waiting(wanted)
    overrides = waiting_overrides() if wanted.kind in ("", EXCEPTIONS) else []
    ids = [entry.exchange.id for entry in found] + [row.exchange_id for row in overrides]
    claims = {of: row for of, row in claims_of(ids).items() if working_on(row)}
    if wanted.claimed_by is not None:
        mine = {of for of, row in claims.items() if row.agent_id == wanted.claimed_by}
        overrides = [row for row in overrides if row.exchange_id in mine]
    return render_page(
        "console/queue.html",
        rows=[_row(entry, claims.get(entry.exchange.id)) for entry in found],
        asked=[_asked(row, claims.get(row.exchange_id)) for row in overrides],
        count=0 if exceptions_alone else count_waiting(wanted),
        wanted=wanted,
        kinds=KINDS,
        page_size=console_queue.PAGE,
        page_url=partial(_url, wanted),
        trouble=store_trouble(),
    )


def _wanted() -> Wanted:
    """What the address asks for; what makes no sense asks for everything."""
    kind, page = request.args.get("kind", ""), request.args.get("page", "")
    mine = bool(request.args.get("mine"))
    return Wanted(
        kind=kind if kind in KINDS else "",
        claimed_by=desk.agent().agent_id if mine else None,
        claimed_since=now() - CLAIM_LASTS,
        newest=request.args.get("order") == "newest",
        page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 6 and int(page) else 1,
    )


def _url(wanted: Wanted, page: int = 1, *, newest: bool | None = None) -> str:
    """The same list on another page, or in another order."""
    told = {
        "kind": wanted.kind,
        "mine": "1" if wanted.claimed_by is not None else "",
        "order": "newest" if (wanted.newest if newest is None else newest) else "",
        "page": str(page) if page > 1 else "",
    }
    asked = urlencode({name: value for name, value in told.items() if value})
    return f"{url_for('console.queue')}?{asked}" if asked else url_for("console.queue")


def _asked(row: RuleOverride, claim: ExchangeClaim | None) -> AskedRow:
    return AskedRow(
        id=row.id,
        url=url_for("console.exception", override_id=row.id),
        order_number=row.exchange.order.number,
        age=age(row.asked_at, now()),
        by=row.asked_by.name,
        cost=row.cost,
        reason=Masks(row.exchange.order, row.exchange).text(row.reason),
        mine=row.asked_by_id == desk.agent().agent_id,
        claimed_by=claim.agent.name if claim else "",
    )


def _row(entry: Waiting, claim: ExchangeClaim | None) -> QueueRow:
    exchange = entry.exchange
    masks = Masks(exchange.order, exchange)
    return QueueRow(
        reference=exchange.reference or "",
        url=url_for("console.exchange", reference=exchange.reference),
        order_number=exchange.order.number,
        state=state_words(exchange, entry.waits_for),
        age=age(entry.since, now()),
        reasons=tuple(with_amounts(masks.text(reason), exchange.order.currency) for reason in entry.reasons),
        to_decide=entry.to_decide,
        claimed_by=claim.agent.name if claim else "",
    )
