"""Exceptions: an agent overrides the rules that stand against a line, with a reason, within their limit.

Above the limit the exception is asked for and counts for nothing until somebody else has approved it.
Reasons stand with the exception and not in the audit trail, as they may name people. What may be overridden
and what that costs is `app.domain.overrides`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.eligibility import Eligibility
from app.domain.exchange_status import Status
from app.domain.facts import OrderFacts
from app.domain.overrides import cost_of, limit_of, may_approve, to_override, within_limit
from app.domain.policy import Policy
from app.domain.quote import Quote
from app.models import Granting, RuleOverride, Store, db, writing
from app.services import audit
from app.services.agents.people import actor_for_shopper, actor_of
from app.services.baskets import Basket, load_basket
from app.services.desk_drafts import may_choose
from app.services.granted_rules import live_overrides
from app.services.locking import lock_order_of


class CannotOverride(Exception):
    """No exception can be made, or decided on, so; the message says why, for the person who asked."""


@dataclass(frozen=True)
class Person:
    """Who makes or decides on an exception, in which role."""

    agent_id: int
    role: str


def make_exception(
    exchange_id: int, line_id: int, person: Person, reason: str, now: datetime
) -> RuleOverride | None:
    """Override all that stands against a line of this draft, or ask for it where it costs too much.

    None where there is nothing left to override: pressed twice, or asked for already. Raises CannotOverride.
    """
    with writing():
        basket = _locked_draft(exchange_id, person, now)
        eligibility = _eligibility(basket, line_id)
        earlier = live_overrides(exchange_id)
        pending = {code for row in earlier if _is_pending(row, line_id) for code in row.codes}
        codes = [verdict.code for verdict in to_override(eligibility) if verdict.code not in pending]
        if not codes:
            _refuse_if_fixed(eligibility)
            return None
        line = basket.order.line(line_id)
        cost = cost_of(line)
        total = sum((cost_by_line(earlier) | {line_id: cost}).values())
        granted = within_limit(basket.policy, person.role, total)
        row = RuleOverride(
            store_id=db.session.info["store_id"],
            exchange_id=exchange_id,
            line_item_id=line_id,
            codes=codes,
            units=line.open_units,
            cost=cost,
            total=total,
            reason=reason,
            state=Granting.GRANTED if granted else Granting.ASKED,
            asked_by_id=person.agent_id,
            asked_at=now,
        )
        db.session.add(row)
        db.session.flush()
        details = _told(row) | {"limit": limit_of(basket.policy, person.role)}
        act = "exception made" if granted else "exception asked for"
        audit.record(_chain(row), actor_for_shopper(person.agent_id), act, details, now)
        return row


def approve_exception(override_id: int, person: Person, now: datetime) -> None:
    """A second person lets it count. Raises CannotOverride."""
    with writing():
        row, policy = _asked(override_id, person)
        if not may_approve(policy, person.role, row.total):
            raise CannotOverride("This is above what you may approve. Ask a lead or an admin.")
        _decide(row, person, Granting.GRANTED, None, now)


def refuse_exception(override_id: int, person: Person, reason: str, now: datetime) -> None:
    """A second person says no. Raises CannotOverride."""
    with writing():
        row, _ = _asked(override_id, person)
        _decide(row, person, Granting.REFUSED, reason, now)


def settle_overrides(exchange_id: int, order: OrderFacts, current: Quote) -> list[dict[str, Any]]:
    """Write down what the exceptions of a confirmed exchange cost, for the units that really come back.

    Within the caller's transaction. The exceptions that were used, for the audit trail.
    """
    used = []
    for row in live_overrides(exchange_id):
        lines = [line for line in current.lines if line.line_item_id == row.line_item_id]
        if row.state != Granting.GRANTED or not lines:
            continue
        row.units = sum(line.units.count for line in lines)
        row.cost = sum(line.credit.total for line in lines)
        used.append(_told(row) | {"currency": order.currency})
    return used


def cost_by_line(rows: list[RuleOverride]) -> dict[int, int]:
    """What exceptions cost, in minor units: several of one line give it away only once."""
    costs: dict[int, int] = {}
    for row in rows:
        costs[row.line_item_id] = max(costs.get(row.line_item_id, 0), row.cost)
    return costs


def _locked_draft(exchange_id: int, person: Person, now: datetime) -> Basket:
    lock_order_of(exchange_id)
    basket = load_basket(exchange_id, now)
    if basket.status is not Status.DRAFT or not may_choose(exchange_id, actor_for_shopper(person.agent_id)):
        raise CannotOverride("This draft is no longer with you. Nothing was changed.")
    return basket


def _eligibility(basket: Basket, line_id: int) -> Eligibility:
    try:
        return basket.eligibility(basket.order.line(line_id))
    except KeyError:
        raise CannotOverride("This item is not part of the order.") from None


def _refuse_if_fixed(eligibility: Eligibility) -> None:
    if eligibility.refusal is not None and not to_override(eligibility):
        raise CannotOverride(f"Nobody can override this: {eligibility.refusal.agent}.")


def _is_pending(row: RuleOverride, line_id: int) -> bool:
    return row.line_item_id == line_id and row.state == Granting.ASKED


def _asked(override_id: int, person: Person) -> tuple[RuleOverride, Policy]:
    """The request, its order locked, if this person may decide on it. Raises CannotOverride."""
    asked_of = select(RuleOverride.exchange_id).where(RuleOverride.id == override_id)
    lock_order_of(db.session.scalars(asked_of).one())
    row = db.session.scalars(select(RuleOverride).where(RuleOverride.id == override_id)).one()
    if row.state != Granting.ASKED:
        raise CannotOverride("Somebody has decided on this already.")
    if row.exchange.state is not Status.DRAFT:
        raise CannotOverride("The exchange was confirmed or has ended meanwhile.")
    if row.asked_by_id == person.agent_id:
        raise CannotOverride("You asked for this, so a colleague has to decide.")
    return row, db.session.get_one(Store, row.store_id).policy


def _decide(row: RuleOverride, person: Person, state: Granting, reason: str | None, now: datetime) -> None:
    row.state, row.decision_reason = state, reason
    row.decided_by_id, row.decided_at = person.agent_id, now
    act = "exception approved" if state is Granting.GRANTED else "exception refused"
    audit.record(_chain(row), actor_of(person.agent_id), act, _told(row), now)


def _told(row: RuleOverride) -> dict[str, Any]:
    """An exception for the audit trail: ids, codes and minor units."""
    return {"exception": row.id, "line": row.line_item_id, "rules": list(row.codes), "cost": row.cost}


def _chain(row: RuleOverride) -> str:
    return f"exchange:{row.exchange_id}"
