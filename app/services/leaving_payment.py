"""Going back from paying: to the draft once nothing can be paid any more, and nowhere without that word."""

from __future__ import annotations

import logging
from datetime import datetime
from enum import StrEnum

from app.domain.exchange_status import Status
from app.models import Exchange, PaymentState, db, writing
from app.services.awaiting import give_up_waiting
from app.services.payment_attempts import payment_under_way
from app.services.payment_pages import Cashier, NoWord, close_page, look_at
from app.services.payment_records import forget_page, locked_payment, take_record

log = logging.getLogger("evenly.payments")


class Left(StrEnum):
    """What came of going back from paying."""

    DRAFT = "draft"
    WAITING = "waiting"
    PAID = "paid"
    STUCK = "stuck"


def leave_payment(cashier: Cashier, exchange_id: int, now: datetime) -> Left:
    """Back from paying: the page is closed first, so that nothing can be paid there any more.

    Who has paid meanwhile has confirmed. Without the provider's word everything stays as it is.
    """
    payment = payment_under_way(exchange_id)
    if payment is None:
        return _left_without_a_page(exchange_id, now)
    if payment.standing is PaymentState.OPENING:
        _forget(payment.id, now)
    else:
        payment_id = payment.id
        try:
            close_page(cashier, payment_id, now)
            take_record(payment_id, look_at(cashier, payment_id, now), now, left=True)
        except NoWord as trouble:
            log.warning("Payment page of payment %s could not be closed: %s", payment_id, trouble)
            return Left.STUCK
    return _where(exchange_id)


def _where(exchange_id: int) -> Left:
    db.session.expire_all()
    state = db.session.get_one(Exchange, exchange_id).state
    if state is Status.DRAFT:
        return Left.DRAFT
    if state is not Status.AWAITING_PAYMENT:
        return Left.PAID
    return Left.STUCK if payment_under_way(exchange_id) else Left.WAITING


def _left_without_a_page(exchange_id: int, now: datetime) -> Left:
    give_up_waiting(exchange_id, now)
    return _where(exchange_id)


def _forget(payment_id: int, now: datetime) -> None:
    with writing():
        exchange, payment = locked_payment(payment_id)
        if payment.standing is PaymentState.OPENING:
            forget_page(exchange, payment, now, left=True)
