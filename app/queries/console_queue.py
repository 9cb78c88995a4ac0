"""What waits for a person in the store in scope: what to decide, and what was flagged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.domain.exchange_status import Status
from app.models import Exchange, ExchangeClaim, ExchangeFlag, db

PAGE = 50  # exchanges on one page
DECIDE = "decide"


@dataclass(frozen=True)
class Wanted:
    """Which of all that waits: of one kind (`DECIDE` or a `FlagKind`), claimed by one agent since then.

    `page` counts from 1.
    """

    kind: str = ""
    claimed_by: int | None = None
    claimed_since: datetime | None = None
    newest: bool = False
    page: int = 1


@dataclass(frozen=True)
class Waiting:
    """One exchange that waits, since when, and what for in plain words."""

    exchange: Exchange
    since: datetime
    reasons: tuple[str, ...]
    to_decide: bool


def waiting(wanted: Wanted) -> list[Waiting]:
    """One page of them; `count_waiting` says how many there are."""
    since = func.coalesce(Exchange.attention_since, Exchange.submitted_at)
    rows = db.session.scalars(
        select(Exchange)
        .where(*_fits(wanted))
        .options(joinedload(Exchange.order), selectinload(Exchange.flags))
        .order_by(since.desc() if wanted.newest else since, Exchange.id)
        .limit(PAGE)
        .offset((wanted.page - 1) * PAGE)
    )
    return [_entry(row) for row in rows]


def count_waiting(wanted: Wanted) -> int:
    """How many wait on all pages."""
    return db.session.scalar(select(func.count(Exchange.id)).where(*_fits(wanted))) or 0


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


def _fits(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    flagged = and_(Exchange.attention_since.is_not(None), Exchange.reference.is_not(None))
    to_decide = Exchange.status == Status.IN_REVIEW
    if wanted.kind == DECIDE:
        yield to_decide
    else:
        yield flagged if wanted.kind else or_(flagged, to_decide)
    if wanted.kind and wanted.kind != DECIDE:
        of_kind = select(ExchangeFlag.exchange_id).where(ExchangeFlag.kind == wanted.kind)
        yield Exchange.id.in_(of_kind.where(ExchangeFlag.settled_at.is_(None)))
    if wanted.claimed_by is not None:
        mine = select(ExchangeClaim.exchange_id).where(ExchangeClaim.agent_id == wanted.claimed_by)
        yield Exchange.id.in_(mine.where(ExchangeClaim.at > wanted.claimed_since))


def _entry(row: Exchange) -> Waiting:
    since = row.attention_since or row.submitted_at or row.created_at
    return Waiting(row, since, reasons_of(row), row.state is Status.IN_REVIEW)
