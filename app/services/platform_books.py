"""What a platform has of an exchange that it placed, beside what we have of it.

Only where a platform can be asked, at most once an hour for one exchange, and never while a message to it is
under way. One that does not answer proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select, update

from app.connectors.found import LINES_TOTAL, PlacedFound, PlacedRecord
from app.connectors.reading import PlacedSource
from app.connectors.registry import PLATFORMS
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import PLACED_ONCE, Status
from app.domain.money import major_units
from app.models import Dispatch, DispatchState, Exchange, Purpose, db, writing
from app.services.books import SETTLES_WITHIN, Drift, DriftKind, drift_of
from app.services.platform_reading import PlatformSilent, Reader
from app.services.platform_work import AT_THE_PLATFORM

READ_AGAIN = timedelta(hours=1)
A_CENT = 1
FOUND_AT_PLATFORM = frozenset(
    {
        DriftKind.NOT_AT_PLATFORM,
        DriftKind.CANCELLED_THERE,
        DriftKind.STANDS_THERE,
        DriftKind.ANOTHER_TOTAL,
        DriftKind.STILL_OWED_THERE,
    }
)


@dataclass(frozen=True)
class BooksReader:
    """Who asks platforms for the books. `anyway`: also for what was asked for a moment ago."""

    reader: Reader
    anyway: bool = False


def can_be_read(system: str | None) -> bool:
    """Whether this platform can be asked what it has of an exchange."""
    kind = PLATFORMS.get(system or "")
    return kind is not None and issubclass(kind, PlacedSource)


def read_at_platform(books: BooksReader, exchange_id: int, now: datetime) -> PlacedFound | None:
    """What the platform has of it; None where nobody is to be asked just now, or nobody answers.

    Ends the transaction that is open, and is no part of any.
    """
    exchange = db.session.get_one(Exchange, exchange_id)
    placing = _placing_to_compare(exchange, now, anyway=books.anyway)
    if placing is None:
        return None
    message = ExchangeOrder.from_data(placing.message)
    visit = books.reader.look(exchange.store_id, now)
    if visit is None or visit.source.system != placing.system or not isinstance(visit.source, PlacedSource):
        return None
    source = visit.source
    try:
        found = visit.find(partial(source.placed_step, message), PlacedFound, source.needs_proof)
    except PlatformSilent:
        return None
    with writing():
        db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(platform_read_at=now))
    return found


def platform_drift(exchange: Exchange, found: PlacedFound) -> Iterator[Drift]:
    """What differs between our row and the platform's record."""
    record, number = found.record, f"order {exchange.platform_order}"
    stands = record is not None and not record.cancelled
    if exchange.state is Status.CANCELLED:
        if stands:
            yield drift_of(DriftKind.STANDS_THERE, exchange, number)
        return
    if record is None:
        yield drift_of(DriftKind.NOT_AT_PLATFORM, exchange, number)
    elif record.cancelled:
        yield drift_of(DriftKind.CANCELLED_THERE, exchange, number)
    else:
        yield from _amounts(exchange, record)


def _amounts(exchange: Exchange, record: PlacedRecord) -> Iterator[Drift]:
    counted, currency = (exchange.platform_reply or {}).get(LINES_TOTAL), exchange.order.currency
    if isinstance(counted, int) and record.total not in (None, counted):
        now, then = (major_units(amount or 0, currency) for amount in (record.total, counted))
        words = f"{now} {currency} there now, {then} {currency} when it was placed"
        yield drift_of(DriftKind.ANOTHER_TOTAL, exchange, words)
    due = exchange.amount_due or 0
    # A platform may reckon tax without rounding.
    wanted = any(abs(unpaid - due) <= A_CENT for unpaid in record.unpaid)
    if wanted and _has_told_that_it_is_paid(exchange.id):
        yield drift_of(DriftKind.STILL_OWED_THERE, exchange, f"{major_units(due, currency)} {currency}")


def _placing_to_compare(exchange: Exchange, now: datetime, *, anyway: bool) -> Dispatch | None:
    """The message that placed it, where the platform is to be asked about it now."""
    if exchange.state not in (*PLACED_ONCE, Status.CANCELLED) or exchange.placed_at is None:
        return None
    last = exchange.platform_read_at
    is_due = now - exchange.placed_at > SETTLES_WITHIN and (last is None or now - last >= READ_AGAIN)
    placing = db.session.scalar(
        select(Dispatch).where(Dispatch.exchange_id == exchange.id, Dispatch.purpose == Purpose.PLACE)
    )
    if not (anyway or is_due) or placing is None or not can_be_read(placing.system):
        return None
    by_hand = "by" in (placing.result or {})  # a person made it there, without our reference
    return None if by_hand or _is_under_way(exchange.id) else placing


def _is_under_way(exchange_id: int) -> bool:
    waiting = select(Dispatch.id).where(
        Dispatch.exchange_id == exchange_id,
        Dispatch.purpose.in_(AT_THE_PLATFORM),
        Dispatch.state == DispatchState.WAITING,
    )
    return db.session.scalar(waiting.limit(1)) is not None


def _has_told_that_it_is_paid(exchange_id: int) -> bool:
    told = select(Dispatch.id).where(
        Dispatch.exchange_id == exchange_id,
        Dispatch.purpose == Purpose.SETTLE,
        Dispatch.state == DispatchState.DELIVERED,
    )
    return db.session.scalar(told.limit(1)) is not None
