"""What a payment provider has of an exchange's payments and refunds, beside what we have of them.

What is just being moved is not compared: here and there it is written down one after the other. A provider
that cannot be reached proves nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.domain.money import major_units
from app.domain.payment import PaymentRecord, Standing
from app.models import (
    GOOD,
    UNDECIDED,
    Dispatch,
    DispatchState,
    Exchange,
    Movement,
    MovementKind,
    Payment,
    PaymentState,
    Purpose,
    db,
)
from app.services.books import Drift, DriftKind, drift_of
from app.services.payment_ledger import payments_of
from app.services.payment_pages import Cashier, NoRecord, NoWord, look_at, why_refund_failed

log = logging.getLogger("evenly.payments")
PAID = (Standing.AUTHORISED, Standing.CAPTURED)
MOVES = frozenset({Purpose.CAPTURE, Purpose.VOID, Purpose.REFUND})
FOUND_THERE = frozenset(
    {
        DriftKind.NO_RECORD,
        DriftKind.AMOUNT,
        DriftKind.CURRENCY,
        DriftKind.GONE,
        DriftKind.UNHEARD,
        DriftKind.CAPTURED_ONLY_THERE,
        DriftKind.CAPTURED_ONLY_HERE,
        DriftKind.REFUNDED_ONLY_THERE,
        DriftKind.REFUNDED_ONLY_HERE,
    }
)


@dataclass(frozen=True)
class ProviderBooks:
    """Each payment's record, and of each refund's line why it failed since (empty where it did not).

    `moving` are the payments whose money was on its way, or moved, while the records were asked for.
    """

    records: Mapping[int, PaymentRecord | NoWord]
    failed: Mapping[int, str | NoWord]
    moving: frozenset[int]

    def unproven(self) -> set[DriftKind]:
        """The kinds that these books say nothing of, this time."""
        silent = any(_is_silent(record) for record in self.records.values())
        kinds = set(FOUND_THERE) if silent or self.moving else set()
        unknown = any(isinstance(why, NoWord) for why in self.failed.values())
        return kinds | ({DriftKind.REFUND_FAILED_LATER} if unknown else set())

    def paid_unheard(self, payments: Sequence[Payment]) -> list[int]:
        """The tries that are paid there and undecided here: the next look hears of it, unless it cannot."""
        undecided = (payment.id for payment in payments if payment.standing in UNDECIDED)
        return [each for each in undecided if _is_paid(self.records.get(each))]


def read_at_providers(cashier: Cashier, exchange_id: int, now: datetime) -> ProviderBooks:
    """Ask for every record, outside any transaction; ends the one that is open."""
    before = _figures(exchange_id)
    asked = [each.id for each in payments_of(exchange_id) if each.page]
    records = {each: _record(cashier, each, now) for each in asked}
    failed = {line: _why_failed(cashier, *made, now) for line, made in _refunds_made(exchange_id).items()}
    after = _figures(exchange_id)
    moving = {each for each in asked if after[each] != before[each] or after[each][-1]}
    db.session.rollback()
    return ProviderBooks(records, failed, frozenset(moving))


def provider_drift(
    exchange: Exchange,
    payments: Sequence[Payment],
    lines: Sequence[Movement],
    there: ProviderBooks,
) -> Iterator[Drift]:
    """What differs between our rows and the records; of a try that is undecided here see `paid_unheard`."""
    for payment in payments:
        if payment.id in there.records:
            yield from _against(exchange, payment, there.records[payment.id])
            if payment.id not in there.moving:
                yield from _moved(exchange, payment, there.records[payment.id])
    for line in lines:
        why = there.failed.get(line.id)
        if why and not isinstance(why, NoWord):
            yield drift_of(DriftKind.REFUND_FAILED_LATER, exchange, f"{line.reference}: {why}")


def unheard(exchange: Exchange, payment: Payment, there: ProviderBooks) -> Drift:
    """That this try is paid there, and the exchange did not go on."""
    record = there.records[payment.id]
    amount = 0 if isinstance(record, NoWord) else record.amount
    return drift_of(DriftKind.UNHEARD, exchange, _both(payment, amount, 0))


def _figures(exchange_id: int) -> dict[int, tuple[str, int, int, bool]]:
    """Of each try its state and sums, and whether a message about its money waits."""
    moves = select(Dispatch.message["payment"].as_string()).where(
        Dispatch.exchange_id == exchange_id,
        Dispatch.purpose.in_(MOVES),
        Dispatch.state == DispatchState.WAITING,
    )
    db.session.rollback()  # as it is now
    waiting = set(db.session.scalars(moves))
    found = {
        each.id: (each.state, each.captured, each.refunded, each.payment in waiting)
        for each in payments_of(exchange_id)
    }
    db.session.rollback()
    return found


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


def _why_failed(cashier: Cashier, system: str, reference: str, now: datetime) -> str | NoWord:
    try:
        return why_refund_failed(cashier, system, reference, now)
    except NoWord as trouble:
        log.info("Refund %s could not be compared: %s", reference, trouble)
        return trouble


def _record(cashier: Cashier, payment_id: int, now: datetime) -> PaymentRecord | NoWord:
    """The provider's record, or why there is none to be had just now."""
    try:
        return look_at(cashier, payment_id, now)
    except NoWord as trouble:
        log.info("Payment %s could not be compared: %s", payment_id, trouble)
        return trouble


def _is_silent(record: PaymentRecord | NoWord) -> bool:
    return isinstance(record, NoWord) and not isinstance(record, NoRecord)


def _is_paid(record: PaymentRecord | NoWord | None) -> bool:
    return isinstance(record, PaymentRecord) and record.standing in PAID


def _against(exchange: Exchange, payment: Payment, record: PaymentRecord | NoWord) -> Iterator[Drift]:
    if isinstance(record, NoRecord):
        yield drift_of(DriftKind.NO_RECORD, exchange, f"payment {payment.key} at {payment.gateway}")
    if isinstance(record, NoWord):
        return
    if payment.standing is PaymentState.OVER and record.standing in PAID:  # nobody looks at it any more
        yield drift_of(DriftKind.UNHEARD, exchange, _both(payment, record.amount, 0))
    if payment.standing in GOOD and record.currency != payment.currency:
        yield drift_of(DriftKind.CURRENCY, exchange, f"{record.currency} there, {payment.currency} here")
    elif payment.standing in GOOD and record.amount != payment.amount:
        yield drift_of(DriftKind.AMOUNT, exchange, _both(payment, record.amount, payment.amount))
    if payment.standing is PaymentState.AUTHORISED and record.standing in (Standing.VOIDED, Standing.OVER):
        yield drift_of(DriftKind.GONE, exchange, f"{record.standing} there, {payment.state} here")


def _moved(exchange: Exchange, payment: Payment, record: PaymentRecord | NoWord) -> Iterator[Drift]:
    if isinstance(record, NoWord) or payment.standing in UNDECIDED | {PaymentState.OVER}:
        return
    figures = (
        (record.captured, payment.captured, DriftKind.CAPTURED_ONLY_THERE, DriftKind.CAPTURED_ONLY_HERE),
        (record.refunded, payment.refunded, DriftKind.REFUNDED_ONLY_THERE, DriftKind.REFUNDED_ONLY_HERE),
    )
    for there, here, more_there, more_here in figures:
        if there != here:
            yield drift_of(more_there if there > here else more_here, exchange, _both(payment, there, here))


def _both(payment: Payment, there: int, here: int) -> str:
    currency = payment.currency
    return f"{major_units(there, currency)} {currency} there, {major_units(here, currency)} {currency} here"
