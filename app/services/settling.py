"""Settling the price difference once the platform has taken the exchange: capture, refund, or owed.

Within the caller's transaction. What is taken is what was reserved or less, never more; what the platform
counts differently is shown to a person (`app.services.placed_orders`).
"""

from __future__ import annotations

from datetime import datetime

from app.connectors.follow_ups import PaysBack
from app.connectors.registry import PLATFORMS
from app.connectors.results import Placed
from app.domain.collecting import Collecting, final_due
from app.domain.exchange_status import PLACED_ONCE
from app.domain.refunds import RefundBy, RefundWhen
from app.models import GOOD, DispatchState, Exchange, Movement, MovementKind, Payment, PaymentState, Purpose
from app.services.connected_systems import paying_system
from app.services.dispatch_endings import ACTOR, due_again
from app.services.payment_ledger import money_key, movements_of, note_movement, payments_of
from app.services.payment_moves import (
    ORIGINAL,
    enqueue_capture,
    give_back_rest,
    let_go,
    refund_original,
)
from app.services.platform_work import AMOUNT, follow_up, system_of
from app.services.refund_by_hand import ask_to_pay_back


def settle_placed(exchange: Exchange, placed: Placed, now: datetime) -> None:
    """Take what is due of what was placed, and note what is to be paid back."""
    due = exchange.amount_due or 0
    back = exchange.refund_due or 0
    if placed.part:
        due, back = placed.part.owed(due), placed.part.refunded(back)
    if exchange.amount_due:
        exchange.final_due = final_due(due, exchange.drift)
        _take_due(exchange, exchange.final_due, now)
    if back:
        note_movement(exchange, MovementKind.REFUND_OWED, back, ORIGINAL, now)
        pay_back(exchange, now)


def pay_back(exchange: Exchange, now: datetime) -> None:
    """Send a refund due to the original payment when policy says that it is time; asked again, once."""
    frozen = exchange.quote
    key = money_key(exchange, MovementKind.REFUND_OWED, ORIGINAL)
    owed = next((each for each in movements_of(exchange.id) if each.key == key), None)
    if frozen is None or owed is None or exchange.state not in PLACED_ONCE:
        return
    if frozen.refund_when is RefundWhen.RECEIVED and exchange.parcel_received_at is None:
        return
    if frozen.refund_by is RefundBy.PLATFORM:
        _pay_back_there(exchange, owed, now)
        return
    gateway, paid_with = paying_system(), exchange.order.payment_reference
    if gateway and paid_with:
        refund_original(exchange, gateway, paid_with, owed.amount, now)
        return
    known = f"; its payment is {paid_with}" if paid_with else ""
    why = (
        f"the store has no payment provider here{known}"
        if gateway is None
        else "its payment is not known here"
    )
    ask_to_pay_back(exchange, owed.amount, why, now)


def _pay_back_there(exchange: Exchange, owed: Movement, now: datetime) -> None:
    """Under the key of a refund at the provider: whatever is chosen later, there is one of them."""
    system = system_of(exchange) or ""
    kind = PLATFORMS.get(system)
    if kind is None or not issubclass(kind, PaysBack):
        why = f"{system or 'its platform'} pays nothing back by itself"
        ask_to_pay_back(exchange, owed.amount, why, now)
        return
    key = money_key(exchange, Purpose.REFUND, ORIGINAL)
    follow_up(exchange, Purpose.PAY_BACK, now, key=key, more={AMOUNT: owed.amount})


def _take_due(exchange: Exchange, due: int, now: datetime) -> None:
    payment = next((each for each in payments_of(exchange.id) if each.standing in GOOD), None)
    if payment is None:
        kind = MovementKind.WAIVED if exchange.collect == Collecting.WAIVED else MovementKind.OWED
        note_movement(exchange, kind, due, "due", now)
    elif payment.standing is PaymentState.CAPTURED:
        give_back_rest(exchange, payment, now)
    else:
        _capture(exchange, payment, due, now)


def _capture(exchange: Exchange, payment: Payment, amount: int, now: datetime) -> None:
    """What was queued before placing and has failed since is asked for once more."""
    if not amount:
        let_go(exchange, payment, now)
        return
    before = enqueue_capture(exchange, payment, amount, now, now)
    if before is not None and before.state in (DispatchState.FAILED, DispatchState.UNKNOWN):
        due_again(exchange, before, ACTOR, now)
