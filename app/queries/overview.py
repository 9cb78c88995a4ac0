"""The figures of a store's overview, counted by the database: one statement each, none by looking at rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from app.domain.exchange_status import LIVE, PLACED_ONCE, Status
from app.domain.reporting_period import Period
from app.models import Attempt, Dispatch, DispatchState, DispatchStep, Exchange, Order, ReturnItem, db
from app.queries.in_review import WaitsFor, waits_for

NOT_PLACED_YET = tuple(str(status) for status in LIVE - PLACED_ONCE - {Status.AWAITING_PAYMENT})
AGES = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1), timedelta(days=3))
Standing = Status | WaitsFor  # what an exchange in review waits for stands for its state
_PAID = Exchange.status != Status.AWAITING_PAYMENT  # or nothing was owed: before that none is confirmed


@dataclass(frozen=True)
class Outcomes:
    """How the sums of confirmed exchanges came out. Amounts in minor units of the store's currency.

    Each exchange counts once: whoever pays counts as dearer, with a gift card or without.
    """

    even: int
    dearer: int
    cheaper: int
    card: int
    amount_due: int
    refund_due: int
    card_total: int


@dataclass(frozen=True)
class DropOff:
    """How far those came who began to choose: each step counts those who got at least so far."""

    begun: int
    items: int
    replacements: int
    confirmed: int
    placed: int
    completed: int


@dataclass(frozen=True)
class Failure:
    """What keeps messages from getting through: how they stand, what came of their last try, how many.

    Nothing that a system said is in it: its words name people, and are others for each of them. `outcome`
    is None where nothing was tried, `status` where nothing was answered.
    """

    system: str
    state: DispatchState
    outcome: str | None
    status: int | None
    count: int


def states_in(period: Period) -> dict[Standing, int]:
    """The exchanges of the period by how they stand now, with those that are not paid yet."""
    waits = waits_for().label("waits")
    counted = select(Exchange.status, waits, func.count(Exchange.id)).where(_pressed(period))
    rows = db.session.execute(counted.group_by(Exchange.status, waits))
    return {WaitsFor(told) if told else Status(status): count for status, told, count in rows}


def confirmed_by_part(period: Period) -> tuple[int, ...]:
    """How many were confirmed in each part of the period."""
    parts = [_within(Exchange.submitted_at.expression, start, end) for start, end in period.parts]
    return tuple(_counted(parts, _confirmed(period)))


def ages(now: datetime) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Those not placed yet by how long they have waited (`AGES`, and longer): all, and those for a person."""
    since = Exchange.submitted_at
    edges = [now - age for age in AGES]
    between = [and_(since > older, since <= newer) for newer, older in pairwise(edges)]
    parts = [since > edges[0], *between, since <= edges[-1]]
    person = or_(Exchange.attention_since.is_not(None), Exchange.status == Status.IN_REVIEW)
    live = and_(Exchange.status.in_(NOT_PLACED_YET), since.is_not(None))
    counts = _counted([*parts, *(and_(part, person) for part in parts)], live)
    return tuple(counts[: len(parts)]), tuple(counts[len(parts) :])


def outcomes_in(period: Period, currency: str) -> Outcomes:
    """Even, dearer, cheaper; sums of the orders in this currency alone, as others cannot be added."""
    dearer, cheaper = Exchange.amount_due > 0, Exchange.refund_due > 0
    kind = case(
        (dearer, "dearer"), (cheaper, "cheaper"), (Exchange.card_total > 0, "card"), else_="even"
    ).label("kind")
    same = Order.currency == currency
    amounts = [
        func.coalesce(func.sum(column).filter(same), 0)
        for column in (Exchange.amount_due, Exchange.refund_due, Exchange.card_total)
    ]
    rows = db.session.execute(
        select(kind, func.count(Exchange.id), *amounts)
        .join(Order, Order.id == Exchange.order_id)
        .where(_confirmed(period))
        .group_by(kind)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    sums = [sum(int(row[place]) for row in rows) for place in (2, 3, 4)]
    return Outcomes(*(counts.get(name, 0) for name in ("even", "dearer", "cheaper", "card")), *sums)


def failures_in(period: Period) -> list[Failure]:
    """What keeps messages of exchanges of the period from getting through, the most frequent first."""
    stuck = Dispatch.state.in_([DispatchState.FAILED, DispatchState.UNKNOWN])
    put_off = and_(Dispatch.state == DispatchState.WAITING, Dispatch.last_error.is_not(None))
    last = (
        select(func.max(Attempt.id))
        .join(DispatchStep, DispatchStep.id == Attempt.step_id)
        .where(DispatchStep.dispatch_id == Dispatch.id, Attempt.late.is_(False))
        .correlate(Dispatch)
        .scalar_subquery()
    )
    told = (Dispatch.system, Dispatch.state, Attempt.outcome, Attempt.status)
    count = func.count(Dispatch.id)
    rows = db.session.execute(
        select(*told, count)
        .join(Exchange, Exchange.id == Dispatch.exchange_id)
        .outerjoin(Attempt, Attempt.id == last)
        .where(_pressed(period), or_(stuck, put_off))
        .group_by(*told)
        .order_by(count.desc(), *told)
    )
    return [
        Failure(system, DispatchState(state), outcome, status, number)
        for system, state, outcome, status, number in rows
    ]


def drop_off_in(period: Period) -> DropOff:
    """How far the choices begun in the period have come by now."""
    chosen = select(ReturnItem.id).where(ReturnItem.exchange_id == Exchange.id)
    unsettled = chosen.where(ReturnItem.outcome.is_(None))
    confirmed = and_(Exchange.submitted_at.is_not(None), _PAID)
    items = or_(confirmed, chosen.exists())
    replacements = or_(confirmed, and_(chosen.exists(), ~unsettled.exists()))
    begun = _within(Exchange.created_at.expression, period.start, period.end)
    completed = Exchange.status == Status.COMPLETED
    steps = [items, replacements, confirmed, Exchange.placed_at.is_not(None), completed]
    return DropOff(*_counted([begun, *steps], begun))


def _confirmed(period: Period) -> ColumnElement[bool]:
    return and_(_pressed(period), _PAID)


def _pressed(period: Period) -> ColumnElement[bool]:
    """Confirm was pressed in the period; whoever owes something may be paying still."""
    return _within(Exchange.submitted_at.expression, period.start, period.end)


def _within(moment: ColumnElement[Any], start: datetime, end: datetime) -> ColumnElement[bool]:
    return and_(moment >= start, moment < end)


def _counted(parts: Sequence[ColumnElement[bool]], among: ColumnElement[bool]) -> list[int]:
    counts = [func.count(Exchange.id).filter(part) for part in parts]
    # Said in so many words: of a `count … FILTER` alone the guard of `app.models.base` does not see whose
    # rows it reads, and would not narrow it to the store.
    found = db.session.execute(select(*counts).select_from(Exchange).where(among)).one()
    return [int(count) for count in found]
