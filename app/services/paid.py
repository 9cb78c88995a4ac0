"""The money is reserved: the exchange goes on, unless what it was confirmed with has gone meanwhile.

Within the caller's transaction, on an exchange that awaits this payment.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.exchange_status import Status
from app.domain.letter import Unpaid
from app.domain.policy import Release
from app.models import DispatchState, Exchange, Payment, db
from app.services.agent_decisions import send_again
from app.services.baskets import Basket, load_basket
from app.services.mailing import MailKind, enqueue_mail
from app.services.moving import move_exchange
from app.services.payment_moves import enqueue_capture
from app.services.placing import enqueue_placing, placing_of
from app.services.placing_message import message_of
from app.services.queueing import enqueue_first
from app.services.still_there import why_gone
from app.services.thawing import back_to_draft


def go_on_paid(exchange: Exchange, payment: Payment, actor: str, now: datetime) -> None:
    """Confirm what is paid for. Where units, stock or the order are gone, the money goes back at once."""
    basket = load_basket(exchange.id, now)
    gone = "the order was cancelled" if basket.order.cancelled else why_gone(exchange, basket)
    if gone:
        enqueue_mail(exchange, MailKind.PAYMENT_FAILED, now, occasion=str(payment.attempt), why=Unpaid.GONE)
        back_to_draft(exchange, actor, now, gone)  # which lets go of the payment
        return
    exchange.release_at = now + timedelta(minutes=basket.policy.undo_minutes)
    exchange.pay_until = None
    move_exchange(exchange, Status.SUBMITTED, actor, now, {"payment": payment.id})
    _queue(exchange, basket, actor, now)
    enqueue_mail(exchange, MailKind.CONFIRMATION, now, occasion="paid" if exchange.decided_at else "")
    if exchange.release != Release.INSTANT:
        enqueue_capture(exchange, payment, payment.amount, exchange.release_at, now)


def _queue(exchange: Exchange, basket: Basket, actor: str, now: datetime) -> None:
    """Screened first where nobody has looked at it; what was queued before goes as it was."""
    before = placing_of(exchange.id)
    if before is not None:
        if before.state != DispatchState.HELD:
            send_again(exchange, before, actor, now)
        return
    frozen = exchange.quote
    if frozen is None:
        raise LookupError(f"exchange {exchange.id} awaits payment without a sum")
    message = message_of(exchange, basket, frozen)
    if exchange.decided_at is None:
        enqueue_first(exchange, message, now)
    else:
        enqueue_placing(exchange, message, exchange.release_at or now, now)
    db.session.flush()
