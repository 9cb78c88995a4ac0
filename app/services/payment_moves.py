"""Queueing what moves money after the shopper has paid: capture, void, refund, each at most once in effect.

Keys are derived from the try, so that asking twice queues once. All functions run within the caller's
transaction; what becomes of such a dispatch is `app.services.work_money`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.domain.payment import MoneyAct, MoneyMove
from app.models import (
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
from app.services.payment_ledger import money_key, payments_of
from app.services.perhaps_done import may_be_done

ORIGINAL, DRIFT = "original", "drift"
ALL = "all"  # of a payment that is not wanted any more
NOT_YET = (DispatchState.WAITING, DispatchState.FAILED)
PENDING = (DispatchState.WAITING, DispatchState.FAILED, DispatchState.UNKNOWN)


def enqueue_capture(
    exchange: Exchange, payment: Payment, amount: int, due_at: datetime, now: datetime
) -> Dispatch | None:
    """Take this much (minor units) of what is reserved; the provider lets go of the rest.

    What is queued already, and has only looked so far, takes this much instead. Returned is what was queued
    before, None where nothing was.
    """
    move = _move(exchange, payment, MoneyAct.CAPTURE, amount, str(payment.attempt))
    queued = db.session.scalar(select(Dispatch).where(Dispatch.key == move.key).with_for_update())
    if queued is None:
        _enqueue(exchange, move, Purpose.CAPTURE, payment.gateway, due_at, now)
    elif all(step.method == "GET" for step in queued.steps):
        queued.message = move.to_data()
    return queued


def let_go(exchange: Exchange, payment: Payment, now: datetime) -> bool:
    """Let go of what is reserved, or give back all that was taken; whether there was anything."""
    if payment.standing not in GOOD:
        return False
    payment.state, payment.next_look_at = PaymentState.RELEASING, None
    if payment.captured:
        return give_back_part(exchange, payment, payment.captured, ALL, now)
    amount, _ = _reserved_of(payment)
    move = _move(exchange, payment, MoneyAct.VOID, amount, str(payment.attempt))
    _enqueue(exchange, move, Purpose.VOID, payment.gateway, now, now)
    return True


def give_back_part(exchange: Exchange, payment: Payment, amount: int, part: str, now: datetime) -> bool:
    """Give back up to this much (minor units) of what was taken, never more than is left of it."""
    left = payment.captured - payment.refunded - _on_its_way_back(exchange, payment)
    if min(left, amount) <= 0:
        return False
    move = _move(exchange, payment, MoneyAct.REFUND, min(left, amount), f"{payment.attempt}:{part}")
    _enqueue(exchange, move, Purpose.REFUND, payment.gateway, now, now)
    return True


def give_back_rest(exchange: Exchange, payment: Payment, now: datetime) -> bool:
    """Give back, once, what was taken beyond what is due in the end; nothing before that is known."""
    if exchange.final_due is None:
        return False
    return give_back_part(exchange, payment, payment.captured - exchange.final_due, "rest", now)


def refund_original(
    exchange: Exchange, gateway: str, payment: str, amount: int, now: datetime, part: str = ORIGINAL
) -> None:
    """Pay this much (minor units) back to what the order was paid with, by the provider's number of it."""
    move = MoneyMove(
        act=MoneyAct.REFUND,
        key=money_key(exchange, Purpose.REFUND, part),
        payment=payment,
        amount=amount,
        currency=exchange.order.currency,
        store=_slug(exchange),
        reference=exchange.reference or "",
        order=exchange.order.number,
    )
    _enqueue(exchange, move, Purpose.REFUND, gateway, now, now)


def unwind(exchange: Exchange, now: datetime) -> bool:
    """Nothing of the exchange's money is wanted any more: close, void and refund; whether anything was.

    A page whose address nobody was ever given is simply forgotten: nobody can pay there.
    """
    touched = [_unwind_one(exchange, payment, now) for payment in payments_of(exchange.id)]
    dropped = [_drop_refund(refund, now) for refund in refunds_due(exchange)]
    return any([*touched, *dropped])


def refunds_due(exchange: Exchange) -> Sequence[Dispatch]:
    """The dispatches that pay back to what the order was paid with, locked."""
    keys = [money_key(exchange, Purpose.REFUND, part) for part in (ORIGINAL, DRIFT)]
    return db.session.scalars(select(Dispatch).where(Dispatch.key.in_(keys)).with_for_update()).all()


def _drop_refund(refund: Dispatch, now: datetime) -> bool:
    """Without the exchange nothing is due back; what the provider may have had goes on under its key."""
    if refund.state not in NOT_YET or refund.leased_until or may_be_done(refund):
        return False
    refund.state, refund.finished_at = DispatchState.CANCELLED, now
    return True


def _unwind_one(exchange: Exchange, payment: Payment, now: datetime) -> bool:
    if payment.standing is PaymentState.OPENING:
        payment.state, payment.ended_at, payment.next_look_at = PaymentState.OVER, now, None
        return True
    if payment.standing is PaymentState.OPEN:
        payment.state, payment.next_look_at = PaymentState.CLOSING, now
        return True
    return let_go(exchange, payment, now)


def _move(exchange: Exchange, payment: Payment, act: MoneyAct, amount: int, part: str) -> MoneyMove:
    return MoneyMove(
        act=act,
        key=money_key(exchange, act, part),
        payment=payment.payment or "",
        amount=amount,
        currency=_reserved_of(payment)[1],
        store=_slug(exchange),
        reference=exchange.reference or "",
        order=exchange.order.number,
    )


def _reserved_of(payment: Payment) -> tuple[int, str]:
    """What the provider reserved, in minor units and its currency: not always what it was asked for."""
    line = db.session.scalar(
        select(Movement).where(Movement.payment_id == payment.id, Movement.kind == MovementKind.AUTHORISED)
    )
    return (line.amount, line.currency) if line else (payment.amount, payment.currency)


def _enqueue(
    exchange: Exchange, move: MoneyMove, purpose: Purpose, gateway: str, due_at: datetime, now: datetime
) -> None:
    if db.session.scalar(select(Dispatch.id).where(Dispatch.key == move.key)) is not None:
        return
    db.session.add(
        Dispatch(
            store_id=exchange.store_id,
            exchange_id=exchange.id,
            system=gateway,
            purpose=purpose,
            key=move.key,
            message=move.to_data(),
            state=DispatchState.WAITING,
            due_at=due_at,
            created_at=now,
        )
    )
    db.session.flush()


def _on_its_way_back(exchange: Exchange, payment: Payment) -> int:
    """What of this payment is queued to be given back and is not in the ledger yet."""
    amount = Dispatch.message["amount"].as_integer()
    pending = db.session.scalar(
        select(func.sum(amount)).where(
            Dispatch.exchange_id == exchange.id,
            Dispatch.purpose == Purpose.REFUND,
            Dispatch.state.in_(PENDING),
            Dispatch.message["payment"].as_string() == payment.payment,
        )
    )
    return int(pending or 0)


def _slug(exchange: Exchange) -> str:
    return db.session.get_one(Store, exchange.store_id).slug
