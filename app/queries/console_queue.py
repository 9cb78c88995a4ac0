"""What waits for a person in the store in scope: what to decide, and what was flagged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.domain.exchange_status import Status
from app.models import Exchange, db

MOST = 200


@dataclass(frozen=True)
class Waiting:
    """One exchange that waits, since when, and what for in plain words."""

    exchange: Exchange
    since: datetime
    reasons: tuple[str, ...]
    to_decide: bool


def waiting(*, oldest_first: bool = True) -> list[Waiting]:
    """At most 200 of them; `count_waiting` says how many there are."""
    since = func.coalesce(Exchange.attention_since, Exchange.submitted_at)
    rows = db.session.scalars(
        select(Exchange)
        .where(_waits())
        .options(joinedload(Exchange.order), selectinload(Exchange.flags))
        .order_by(since if oldest_first else since.desc(), Exchange.id)
        .limit(MOST)
    )
    return [_entry(row) for row in rows]


def count_waiting() -> int:
    """How many wait in all."""
    return db.session.scalar(select(func.count(Exchange.id)).where(_waits())) or 0


def reasons_of(exchange: Exchange) -> tuple[str, ...]:
    """Why a person is asked: what is to be judged, and what went wrong."""
    return *to_judge(exchange), *(flag.words for flag in exchange.open_flags)


def to_judge(exchange: Exchange) -> tuple[str, ...]:
    """Why a person is to say yes or no."""
    doubts = [f"{doubt['item']}: {doubt['agent']}" for doubt in exchange.doubts]
    told = doubts if exchange.waits_for_a_person else []
    if not told and not exchange.open_flags and exchange.state is Status.IN_REVIEW:
        told.append("The shop's system refused it.")
    return tuple(told)


def _waits() -> ColumnElement[bool]:
    return or_(
        and_(Exchange.attention_since.is_not(None), Exchange.reference.is_not(None)),
        Exchange.status == Status.IN_REVIEW,
    )


def _entry(row: Exchange) -> Waiting:
    since = row.attention_since or row.submitted_at or row.created_at
    return Waiting(row, since, reasons_of(row), row.state is Status.IN_REVIEW)
