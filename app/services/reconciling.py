"""Comparing three books: the provider's records, what the platform has, and our own ledger.

Money that went one way in one book and another way in the next is drift. Each kind has a name; what was found
is flagged for a person, and nothing is set right by itself. Only reads, one page or one order at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select

from app.domain.collecting import Collecting
from app.domain.flags import FlagKind
from app.domain.money import major_units
from app.domain.payment import PaymentRecord, Standing
from app.models import (
    GOOD,
    UNDECIDED,
    Dispatch,
    Exchange,
    Movement,
    MovementKind,
    Order,
    Payment,
    PaymentState,
    Purpose,
    db,
    writing,
)
from app.services.books import Drift, DriftKind, drift_of, own_drift
from app.services.connected_systems import placing_system
from app.services.moving import ask_for_attention
from app.services.payment_ledger import movements_of, payments_of
from app.services.payment_pages import Cashier, NoRecord, NoWord, look_at, why_refund_failed
from app.services.platform_books import BooksReader, can_be_read, platform_drift, read_at_platform

log = logging.getLogger("evenly.payments")
ACTOR = "reconciler"
AT_ONCE = 20
# Whose work it is flags these as well, in words of its own: no second flag beside that one.
TOLD_BY_OTHERS = (DriftKind.REFUND_NOT_PAID, DriftKind.CARD_NOT_GIVEN, DriftKind.STUCK_RELEASING)


def check_exchange(
    cashier: Cashier, exchange_id: int, now: datetime, books: BooksReader | None = None
) -> list[Drift]:
    """Every difference of one exchange's books; with `books` the platform is asked as well."""
    asked = [each for each in payments_of(exchange_id) if each.page]
    records = {each.id: _record(cashier, each.id, now) for each in asked}  # nothing is open meanwhile
    failed = {line: _why_failed(cashier, *made, now) for line, made in _refunds_made(exchange_id).items()}
    there = read_at_platform(books, exchange_id, now) if books else None
    exchange = db.session.get_one(Exchange, exchange_id)
    payments, lines = payments_of(exchange_id), movements_of(exchange_id)
    found = [*own_drift(exchange, payments, lines, now)]
    for payment in payments:
        if payment.id in records:
            found += _against_provider(exchange, payment, records[payment.id])
    words = (f"{line.reference}: {failed[line.id]}" for line in lines if failed.get(line.id))
    found += [drift_of(DriftKind.REFUND_FAILED_LATER, exchange, each) for each in words]
    found += platform_drift(exchange, there) if there else []
    db.session.rollback()
    return found


def check_some(
    cashier: Cashier, after: int, now: datetime, most: int = AT_ONCE, books: BooksReader | None = None
) -> tuple[list[Drift], int]:
    """The next exchanges with something to compare behind this id, their drift flagged; the last id, 0 at the
    end.
    """
    rows = _to_compare(after, most)
    found: list[Drift] = []
    for exchange_id in rows:
        drifts = check_exchange(cashier, exchange_id, now, books)
        _flag(exchange_id, drifts, now)
        found += drifts
    return found, rows[-1] if len(rows) == most else 0


def check_due(cashier: Cashier, exchange_id: int, now: datetime, books: BooksReader | None = None) -> bool:
    """Compare one exchange's books and flag what differs; whether they agree."""
    drifts = check_exchange(cashier, exchange_id, now, books)
    _flag(exchange_id, drifts, now)
    return not drifts


def _to_compare(after: int, most: int) -> list[int]:
    """Exchanges of the store in scope that something was due of, either way, or paid for; where the platform
    can be asked, all that were placed.
    """
    paid = select(Payment.id).where(Payment.exchange_id == Exchange.id)
    due = (Exchange.collect == Collecting.GATEWAY) & (Exchange.amount_due > 0)
    back = (Exchange.refund_due > 0) | (Exchange.card_total > 0)
    wanted = paid.exists() | due | back
    if can_be_read(placing_system()):
        wanted |= Exchange.placed_at.is_not(None)
    rows = db.session.scalars(
        select(Exchange.id).where(Exchange.id > after, wanted).order_by(Exchange.id).limit(most)
    ).all()
    db.session.rollback()
    return list(rows)


def _refunds_made(exchange_id: int) -> dict[int, tuple[str, str]]:
    """The refunds of the ledger that a provider made: its name, and its number of the refund."""
    made = select(Movement.id, Dispatch.system, Movement.reference).where(
        Movement.exchange_id == exchange_id,
        Movement.kind == MovementKind.REFUNDED,
        Dispatch.exchange_id == exchange_id,
        Dispatch.purpose == Purpose.REFUND,
        Dispatch.result["reference"].as_string() == Movement.reference,
    )
    rows = db.session.execute(made).all()
    db.session.rollback()
    return {line: (system, reference) for line, system, reference in rows}


def _why_failed(cashier: Cashier, system: str, reference: str, now: datetime) -> str:
    try:
        return why_refund_failed(cashier, system, reference, now)
    except NoWord as trouble:
        log.info("Refund %s could not be compared: %s", reference, trouble)
        return ""


def _record(cashier: Cashier, payment_id: int, now: datetime) -> PaymentRecord | NoWord:
    """The provider's record, or why there is none to be had just now."""
    try:
        return look_at(cashier, payment_id, now)
    except NoWord as trouble:
        log.info("Payment %s could not be compared: %s", payment_id, trouble)
        return trouble


def _against_provider(
    exchange: Exchange, payment: Payment, record: PaymentRecord | NoWord
) -> Iterator[Drift]:
    """A provider that cannot be reached proves nothing."""
    if isinstance(record, NoRecord):
        yield drift_of(DriftKind.NO_RECORD, exchange, f"payment {payment.key} at {payment.gateway}")
    if isinstance(record, NoWord):
        return
    if payment.standing in UNDECIDED | {PaymentState.OVER}:
        if record.standing in (Standing.AUTHORISED, Standing.CAPTURED):
            yield drift_of(DriftKind.UNHEARD, exchange, _both(payment, record.amount, 0))
        return
    if payment.standing in GOOD and record.currency != payment.currency:
        yield drift_of(DriftKind.CURRENCY, exchange, f"{record.currency} there, {payment.currency} here")
    elif payment.standing in GOOD and record.amount != payment.amount:
        yield drift_of(DriftKind.AMOUNT, exchange, _both(payment, record.amount, payment.amount))
    if payment.standing is PaymentState.AUTHORISED and record.standing in (Standing.VOIDED, Standing.OVER):
        yield drift_of(DriftKind.GONE, exchange, f"{record.standing} there, {payment.state} here")
    yield from _moved(exchange, payment, record)


def _moved(exchange: Exchange, payment: Payment, record: PaymentRecord) -> Iterator[Drift]:
    figures = (
        (record.captured, payment.captured, DriftKind.CAPTURED_ONLY_THERE, DriftKind.CAPTURED_ONLY_HERE),
        (record.refunded, payment.refunded, DriftKind.REFUNDED_ONLY_THERE, DriftKind.REFUNDED_ONLY_HERE),
    )
    for there, here, more_there, more_here in figures:
        if there != here:
            yield drift_of(more_there if there > here else more_here, exchange, _both(payment, there, here))


def _flag(exchange_id: int, drifts: Sequence[Drift], now: datetime) -> None:
    if not drifts:
        return
    with writing():
        order_id = db.session.scalars(select(Exchange.order_id).where(Exchange.id == exchange_id)).one()
        db.session.execute(select(Order.id).where(Order.id == order_id).with_for_update())
        exchange = db.session.get_one(Exchange, exchange_id)
        told = exchange.attention is not None
        for drift in drifts:
            if told and drift.kind in TOLD_BY_OTHERS:
                continue
            sentence = f"The books differ: {drift.kind} ({drift.words})."
            ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.BOOKS)


def _both(payment: Payment, there: int, here: int) -> str:
    currency = payment.currency
    return f"{major_units(there, currency)} {currency} there, {major_units(here, currency)} {currency} here"
