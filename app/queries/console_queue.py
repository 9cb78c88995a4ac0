"""What waits for a person in the store in scope: what to decide, and what was flagged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.domain.exchange_status import Status
from app.models import Exchange, ExchangeClaim, ExchangeFlag, db
from app.queries.in_review import WaitsFor, what_they_wait_for

PAGE = 50  # exchanges on one page
DECIDE = "decide"
KEPT_BY: Mapping[WaitsFor | None, str] = {
    WaitsFor.REFUSED: "The shop's system refused it.",
    WaitsFor.LOOK: "Nobody knows whether the shop's system has it.",
    WaitsFor.PAYMENT: "Its payment fell through.",
}


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
    """One exchange that waits, since when, and what for in plain words; `waits_for` where it is in review."""

    exchange: Exchange
    since: datetime
    reasons: tuple[str, ...]
    to_decide: bool
    waits_for: WaitsFor | None


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
    ).all()
    waits = what_they_wait_for(rows)
    return [_entry(row, waits.get(row.id)) for row in rows]


def count_waiting(wanted: Wanted) -> int:
    """How many wait on all pages."""
    return db.session.scalar(select(func.count(Exchange.id)).where(*_fits(wanted))) or 0


def to_judge(exchange: Exchange, waits_for: WaitsFor | None) -> tuple[str, ...]:
    """Why a person is to say yes or no, or what kept it where no flag says that any more."""
    if exchange.waits_for_a_person:
        return tuple(f"{doubt['item']}: {doubt['agent']}" for doubt in exchange.doubts)
    return (KEPT_BY[waits_for],) if waits_for in KEPT_BY and not exchange.open_flags else ()


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


def _entry(row: Exchange, waits_for: WaitsFor | None) -> Waiting:
    since = row.attention_since or row.submitted_at or row.created_at
    reasons = *to_judge(row, waits_for), *(flag.words for flag in row.open_flags)
    return Waiting(row, since, reasons, row.state is Status.IN_REVIEW, waits_for)
