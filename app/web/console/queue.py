"""The queue: everything that waits for a person, with its age and its reason."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, request, url_for

from app.models import ExchangeClaim, RuleOverride
from app.queries.console_exchange import claims_of
from app.queries.console_queue import Waiting, count_waiting, waiting
from app.queries.overrides import waiting_overrides
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.exchanges import working_on
from app.web.console.masking import Masks
from app.web.console.words import STATES, age
from app.web.rendering import render_page


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


@blueprint.get("/")
def queue() -> Response:
    """Oldest first, unless asked otherwise: who has waited longest comes first."""
    newest = request.args.get("order") == "newest"
    found = waiting(oldest_first=not newest)
    claims = claims_of([entry.exchange.id for entry in found])
    rows = [_row(entry, working_on(claims.get(entry.exchange.id))) for entry in found]
    asked = [_asked(row) for row in waiting_overrides()]
    return render_page(
        "console/queue.html",
        rows=rows,
        asked=asked,
        count=count_waiting(),
        newest=newest,
        oldest_url=url_for("console.queue"),
        newest_url=url_for("console.queue", order="newest"),
    )


def _asked(row: RuleOverride) -> AskedRow:
    return AskedRow(
        id=row.id,
        url=url_for("console.exception", override_id=row.id),
        order_number=row.exchange.order.number,
        age=age(row.asked_at, now()),
        by=row.asked_by.name,
        cost=row.cost,
        reason=row.reason,
        mine=row.asked_by_id == desk.agent().agent_id,
    )


def _row(entry: Waiting, claim: ExchangeClaim | None) -> QueueRow:
    exchange = entry.exchange
    masks = Masks(exchange.order, exchange)
    return QueueRow(
        reference=exchange.reference or "",
        url=url_for("console.exchange", reference=exchange.reference),
        order_number=exchange.order.number,
        state=STATES[exchange.state],
        age=age(entry.since, now()),
        reasons=tuple(masks.text(reason) for reason in entry.reasons),
        to_decide=entry.to_decide,
        claimed_by=claim.agent.name if claim else "",
    )
