"""What our own books say of an exchange's money, and the names of every way in which books can differ.

Reads the rows of one exchange; nothing is asked of anybody. What providers have: `app.services.reconciling`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.flags import SEEN_CANCELLED
from app.domain.money import major_units
from app.domain.refunds import RefundWhen
from app.models import (
    GOES_BACK,
    GOOD,
    Dispatch,
    DispatchState,
    Exchange,
    Movement,
    MovementKind,
    Payment,
    PaymentState,
    Purpose,
    Store,
    db,
)
from app.services.gift_cards import card_from_here

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
    REFUND_NOT_PAID = "a refund is due and was not paid back"
    REFUND_FAILED_LATER = "a refund that was made has failed since"
    CARD_NOT_GIVEN = "a gift card is due and was not given"
    STUCK_RELEASING = "money that is to go back is not on its way"
    NOT_AT_PLATFORM = "the platform does not have what was placed"
    CANCELLED_THERE = SEEN_CANCELLED
    STANDS_THERE = "it was cancelled here and stands at the platform"
    ANOTHER_TOTAL = "the platform counts another total than when it was placed"
    STILL_OWED_THERE = "the platform shows as owed what was paid"


@dataclass(frozen=True)
class Drift:
    """One difference. `words` name both figures, for an agent."""

    kind: DriftKind
    exchange: str
    order: str
    words: str


def own_drift(
    exchange: Exchange, payments: Sequence[Payment], lines: Sequence[Movement], now: datetime
) -> Iterator[Drift]:
    """What differs among payments, ledger and what is placed."""
    good = [payment for payment in payments if payment.standing in GOOD]
    if len(good) > 1:
        yield drift_of(DriftKind.PAID_TWICE, exchange, f"{len(good)} payments")
    goes_back = _queued(exchange.id, GOES_BACK)
    ended = exchange.state in (*ENDED_WITHOUT_PLACING, Status.DRAFT)
    if ended and good and not goes_back:
        yield drift_of(DriftKind.KEPT_FOR_NOTHING, exchange, f"the exchange is {exchange.status}")
    if not goes_back and any(payment.standing is PaymentState.RELEASING for payment in payments):
        yield drift_of(DriftKind.STUCK_RELEASING, exchange, f"the exchange is {exchange.status}")
    if exchange.state in PLACED_ONCE:
        yield from _paid_for(exchange, good, lines, now)
        yield from _taken_too_much(exchange, payments)
        yield from _given_back(exchange, lines, now)
    for payment in payments:
        yield from _own_sums(exchange, payment, lines)


def _paid_for(
    exchange: Exchange, good: Sequence[Payment], lines: Sequence[Movement], now: datetime
) -> Iterator[Drift]:
    if not exchange.amount_due:
        return
    noted = any(line.kind in (MovementKind.OWED, MovementKind.WAIVED) for line in lines)
    returned = any(_went_back_since(exchange.placed_at, line) for line in lines)
    if not good and not noted and not returned:
        yield drift_of(DriftKind.PLACED_UNPAID, exchange, f"{exchange.amount_due} minor units are due")
    reserved = any(each.standing is PaymentState.AUTHORISED for each in good)
    if reserved and _is_late(exchange.placed_at, now) and not _queued(exchange.id, {Purpose.CAPTURE}):
        yield drift_of(DriftKind.NOT_CAPTURED, exchange, f"placed {exchange.placed_at:%Y-%m-%d %H:%M} UTC")


def _went_back_since(placed: datetime | None, line: Movement) -> bool:
    """Whether a payment was let go of or given back once it was placed: what went before paid for nothing."""
    back = line.kind in (MovementKind.VOIDED, MovementKind.REFUNDED) and line.payment_id is not None
    return back and placed is not None and line.at >= placed


def _taken_too_much(exchange: Exchange, payments: Sequence[Payment]) -> Iterator[Drift]:
    due = exchange.final_due
    taken = sum(payment.captured - payment.refunded for payment in payments)
    if exchange.amount_due and due is not None and taken > due and not _queued(exchange.id, GOES_BACK):
        yield drift_of(DriftKind.TAKEN_TOO_MUCH, exchange, f"{taken} minor units, {due} are due")


def _given_back(exchange: Exchange, lines: Sequence[Movement], now: datetime) -> Iterator[Drift]:
    """A refund to the original payment, and a card that is given from here."""
    quote = exchange.quote
    if quote is None:
        return
    owed = [line.amount for line in lines if line.kind == MovementKind.REFUND_OWED]
    due = sum(owed) if owed else exchange.refund_due or 0
    paid = sum(each.amount for each in lines if each.kind == MovementKind.REFUNDED and not each.payment_id)
    waits = quote.refund_when is RefundWhen.RECEIVED
    since = exchange.parcel_received_at if waits else exchange.placed_at
    if paid < due and _is_late(since, now) and not _queued(exchange.id, {Purpose.REFUND, Purpose.PAY_BACK}):
        yield drift_of(DriftKind.REFUND_NOT_PAID, exchange, _amounts(exchange, due, paid))
    card = card_from_here(quote, db.session.get_one(Store, exchange.store_id).policy.gift_card_issuer)
    given = sum(line.amount for line in lines if line.kind == MovementKind.ISSUED)
    if given < card and _is_late(exchange.placed_at, now):
        yield drift_of(DriftKind.CARD_NOT_GIVEN, exchange, _amounts(exchange, card, given))


def _is_late(since: datetime | None, now: datetime) -> bool:
    return since is not None and now - since > SETTLES_WITHIN


def _amounts(exchange: Exchange, due: int, done: int) -> str:
    currency = exchange.order.currency
    return f"{major_units(due, currency)} {currency} due, {major_units(done, currency)} {currency} done"


def _own_sums(exchange: Exchange, payment: Payment, lines: Sequence[Movement]) -> Iterator[Drift]:
    for kind, kept in ((MovementKind.CAPTURED, payment.captured), (MovementKind.REFUNDED, payment.refunded)):
        counted = sum(line.amount for line in lines if line.payment_id == payment.id and line.kind == kind)
        if counted != kept:
            yield drift_of(
                DriftKind.BOOKS, exchange, f"{kind}: {counted} in the ledger, {kept} in the payment"
            )


def _queued(exchange_id: int, purposes: Set[Purpose]) -> bool:
    waiting = select(Dispatch.id).where(
        Dispatch.exchange_id == exchange_id,
        Dispatch.purpose.in_(purposes),
        Dispatch.state == DispatchState.WAITING,
    )
    return db.session.scalar(waiting.limit(1)) is not None


def drift_of(kind: DriftKind, exchange: Exchange, words: str) -> Drift:
    """One difference of this exchange's books."""
    return Drift(kind, exchange.reference or "", exchange.order.number, words)
