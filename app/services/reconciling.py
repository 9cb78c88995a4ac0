"""Comparing three books: the provider's records, what the platform placed, and our own ledger.

Money that went one way in one book and another way in the next is drift. Each kind has a name; what was found
is flagged for a person, and nothing is set right by itself. Only reads at the provider, one page at a time.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from app.domain.collecting import Collecting
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.flags import FlagKind
from app.domain.money import major_units
from app.domain.payment import PaymentRecord, Standing
from app.models import (
    GOES_BACK,
    GOOD,
    UNDECIDED,
    Dispatch,
    DispatchState,
    Exchange,
    Movement,
    MovementKind,
    Order,
    Payment,
    PaymentState,
    Purpose,
    Store,
    db,
    store_scope,
    writing,
)
from app.services.moving import ask_for_attention
from app.services.payment_ledger import movements_of, payments_of
from app.services.payment_pages import Cashier, NoRecord, NoWord, look_at

log = logging.getLogger("evenly.payments")
ACTOR = "reconciler"
AT_ONCE = 20
SETTLES_WITHIN = timedelta(minutes=15)


class DriftKind(StrEnum):
    """The ways in which the books can differ."""

    NO_RECORD = "the provider does not know the payment"
    AMOUNT = "the provider reserved another amount"
    CURRENCY = "the provider reserved another currency"
    CAPTURED_ONLY_THERE = "the provider took more than the ledger has"
    CAPTURED_ONLY_HERE = "the ledger has more taken than the provider"
    REFUNDED_ONLY_THERE = "the provider paid back more than the ledger has"
    REFUNDED_ONLY_HERE = "the ledger has more paid back than the provider"
    GONE = "what was reserved is gone at the provider"
    UNHEARD = "it was paid and the exchange did not go on"
    KEPT_FOR_NOTHING = "money is kept for an exchange that has ended"
    PLACED_UNPAID = "placed, and what is due was neither paid nor noted as owed"
    PAID_TWICE = "two payments of one exchange are good"
    BOOKS = "the ledger's lines and the payment's sums differ"
    TAKEN_TOO_MUCH = "more was taken than is due in the end"
    NOT_CAPTURED = "placed a while ago, and the reserved payment is not taken"


@dataclass(frozen=True)
class Drift:
    """One difference. `words` name both figures, for an agent."""

    kind: DriftKind
    exchange: str
    order: str
    words: str


def check_exchange(cashier: Cashier, exchange_id: int, now: datetime) -> list[Drift]:
    """Every difference of one exchange's books."""
    asked = [each for each in payments_of(exchange_id) if each.page]
    records = {each.id: _record(cashier, each.id, now) for each in asked}  # nothing is open meanwhile
    exchange = db.session.get_one(Exchange, exchange_id)
    payments, lines = payments_of(exchange_id), movements_of(exchange_id)
    found = [*_against_ledger(exchange, payments, lines, now)]
    for payment in payments:
        if payment.id in records:
            found += _against_provider(exchange, payment, records[payment.id])
        found += _own_sums(exchange, payment, lines)
    db.session.rollback()
    return found


def check_some(cashier: Cashier, after: int, now: datetime, most: int = AT_ONCE) -> tuple[list[Drift], int]:
    """The next exchanges with money behind this id, their drift flagged; the last id, 0 at the end."""
    rows = _with_money(after, most)
    found: list[Drift] = []
    for exchange_id in rows:
        drifts = check_exchange(cashier, exchange_id, now)
        _flag(exchange_id, drifts, now)
        found += drifts
    return found, rows[-1] if len(rows) == most else 0


def check_next(cashier: Cashier, reached: dict[int, int], now: datetime) -> list[Drift]:
    """The next few exchanges of every store, where `reached` (ids by store) says how far it got."""
    found: list[Drift] = []
    for store_id in db.session.scalars(select(Store.id)).all():
        with store_scope(store_id):
            drifts, reached[store_id] = check_some(cashier, reached.get(store_id, 0), now)
            found += drifts
    return found


def _with_money(after: int, most: int) -> list[int]:
    """Exchanges of the store in scope that something was due of, or paid for."""
    paid = select(Payment.id).where(Payment.exchange_id == Exchange.id)
    due = (Exchange.collect == Collecting.GATEWAY) & (Exchange.amount_due > 0)
    rows = db.session.scalars(
        select(Exchange.id).where(Exchange.id > after, paid.exists() | due).order_by(Exchange.id).limit(most)
    ).all()
    db.session.rollback()
    return list(rows)


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
        yield _drift(DriftKind.NO_RECORD, exchange, f"payment {payment.key} at {payment.gateway}")
    if isinstance(record, NoWord):
        return
    if payment.standing in UNDECIDED | {PaymentState.OVER}:
        if record.standing in (Standing.AUTHORISED, Standing.CAPTURED):
            yield _drift(DriftKind.UNHEARD, exchange, _both(payment, record.amount, 0))
        return
    if payment.standing in GOOD and record.currency != payment.currency:
        yield _drift(DriftKind.CURRENCY, exchange, f"{record.currency} there, {payment.currency} here")
    elif payment.standing in GOOD and record.amount != payment.amount:
        yield _drift(DriftKind.AMOUNT, exchange, _both(payment, record.amount, payment.amount))
    if payment.standing is PaymentState.AUTHORISED and record.standing in (Standing.VOIDED, Standing.OVER):
        yield _drift(DriftKind.GONE, exchange, f"{record.standing} there, {payment.state} here")
    yield from _moved(exchange, payment, record)


def _moved(exchange: Exchange, payment: Payment, record: PaymentRecord) -> Iterator[Drift]:
    figures = (
        (record.captured, payment.captured, DriftKind.CAPTURED_ONLY_THERE, DriftKind.CAPTURED_ONLY_HERE),
        (record.refunded, payment.refunded, DriftKind.REFUNDED_ONLY_THERE, DriftKind.REFUNDED_ONLY_HERE),
    )
    for there, here, more_there, more_here in figures:
        if there != here:
            yield _drift(more_there if there > here else more_here, exchange, _both(payment, there, here))


def _against_ledger(
    exchange: Exchange, payments: Sequence[Payment], lines: Sequence[Movement], now: datetime
) -> Iterator[Drift]:
    good = [payment for payment in payments if payment.standing in GOOD]
    if len(good) > 1:
        yield _drift(DriftKind.PAID_TWICE, exchange, f"{len(good)} payments")
    ended = exchange.state in (*ENDED_WITHOUT_PLACING, Status.DRAFT)
    if ended and good and not _queued(exchange.id, GOES_BACK):
        yield _drift(DriftKind.KEPT_FOR_NOTHING, exchange, f"the exchange is {exchange.status}")
    if exchange.state not in PLACED_ONCE or not exchange.amount_due:
        return
    noted = any(line.kind in (MovementKind.OWED, MovementKind.WAIVED) for line in lines)
    returned = any(line.kind in (MovementKind.VOIDED, MovementKind.REFUNDED) for line in lines)
    if not good and not noted and not returned:
        yield _drift(DriftKind.PLACED_UNPAID, exchange, f"{exchange.amount_due} minor units are due")
    taken = sum(payment.captured - payment.refunded for payment in payments)
    if exchange.final_due is not None and taken > exchange.final_due and not _queued(exchange.id, GOES_BACK):
        words = f"{taken} minor units, {exchange.final_due} are due"
        yield _drift(DriftKind.TAKEN_TOO_MUCH, exchange, words)
    since = exchange.placed_at or now
    late = now - since > SETTLES_WITHIN and any(each.standing is PaymentState.AUTHORISED for each in good)
    if late and not _queued(exchange.id, frozenset({Purpose.CAPTURE})):
        yield _drift(DriftKind.NOT_CAPTURED, exchange, f"placed {since:%Y-%m-%d %H:%M} UTC")


def _own_sums(exchange: Exchange, payment: Payment, lines: Sequence[Movement]) -> Iterator[Drift]:
    for kind, kept in ((MovementKind.CAPTURED, payment.captured), (MovementKind.REFUNDED, payment.refunded)):
        counted = sum(line.amount for line in lines if line.payment_id == payment.id and line.kind == kind)
        if counted != kept:
            yield _drift(DriftKind.BOOKS, exchange, f"{kind}: {counted} in the ledger, {kept} in the payment")


def _queued(exchange_id: int, purposes: frozenset[Purpose]) -> bool:
    waiting = select(Dispatch.id).where(
        Dispatch.exchange_id == exchange_id,
        Dispatch.purpose.in_(purposes),
        Dispatch.state == DispatchState.WAITING,
    )
    return db.session.scalar(waiting.limit(1)) is not None


def _flag(exchange_id: int, drifts: Sequence[Drift], now: datetime) -> None:
    if not drifts:
        return
    with writing():
        order_id = db.session.scalars(select(Exchange.order_id).where(Exchange.id == exchange_id)).one()
        db.session.execute(select(Order.id).where(Order.id == order_id).with_for_update())
        exchange = db.session.get_one(Exchange, exchange_id)
        for drift in drifts:
            sentence = f"The books differ: {drift.kind} ({drift.words})."
            ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.BOOKS)


def _both(payment: Payment, there: int, here: int) -> str:
    currency = payment.currency
    return f"{major_units(there, currency)} {currency} there, {major_units(here, currency)} {currency} here"


def _drift(kind: DriftKind, exchange: Exchange, words: str) -> Drift:
    return Drift(kind, exchange.reference or "", exchange.order.number, words)
