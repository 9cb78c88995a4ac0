"""What an exchange in review waits for: somebody's yes or no, or what kept it from being placed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import ColumnElement, Text, and_, case, cast, select

from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, Purpose, db


class WaitsFor(StrEnum):
    """`REFUSED`: the platform said no. `LOOK`: it may have been placed there. `PAYMENT`: it is not paid."""

    DECISION = "decision"
    REFUSED = "refused"
    LOOK = "look"
    PAYMENT = "payment"


def waits_for() -> ColumnElement[str | None]:
    """For a select of exchanges: a `WaitsFor`, NULL for what is not in review."""
    placing = (
        select(Dispatch.state)
        .where(Dispatch.exchange_id == Exchange.id, Dispatch.purpose == Purpose.PLACE)
        .order_by(Dispatch.id.desc())
        .limit(1)
        .correlate(Exchange)
        .scalar_subquery()
    )
    to_judge = and_(Exchange.decided_at.is_(None), cast(Exchange.doubts, Text) != "[]")
    return case(
        (Exchange.status != Status.IN_REVIEW, None),
        (to_judge, WaitsFor.DECISION.value),
        (placing == DispatchState.FAILED, WaitsFor.REFUSED.value),
        (placing.in_((DispatchState.DELIVERED, DispatchState.UNKNOWN)), WaitsFor.LOOK.value),
        else_=WaitsFor.PAYMENT.value,
    )


def what_they_wait_for(exchanges: Iterable[Exchange]) -> dict[int, WaitsFor]:
    """For those in review among these, by their ids; asks the database where their rows do not tell."""
    reviewed = [row for row in exchanges if row.state is Status.IN_REVIEW]
    found = {row.id: WaitsFor.DECISION for row in reviewed if row.waits_for_a_person}
    ids = [row.id for row in reviewed if row.id not in found]
    if ids:
        rows = db.session.execute(select(Exchange.id, waits_for()).where(Exchange.id.in_(ids)))
        found |= {of: WaitsFor(told) for of, told in rows if told}
    return found
