"""Watching payments: the provider's record is looked at until each try is decided, webhook or not.

Also kept in sight: what is reserved and may lapse before it is taken. Looks are spread by `next_look_at`; a
look puts it off before it begins, so that workers do not look at the same page side by side. A webhook only
brings the next look forward.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.letter import Unpaid
from app.models import Exchange, Payment, PaymentState, db, store_scope, writing
from app.services.dispatch_endings import ACTOR
from app.services.mailing import MailKind, enqueue_mail
from app.services.moving import ask_for_attention, move_exchange
from app.services.owing import LAPSED
from app.services.payment_moves import let_go
from app.services.payment_pages import Cashier, NoWord, look_and_take
from app.services.payment_records import forget_page, locked_payment

log = logging.getLogger("evenly.payments")
# Longer than a look can take, so that a second one begins only where the first was lost.
UNDER_WAY = timedelta(seconds=45)
NEXT_WARNING = timedelta(hours=6)
AT_ONCE = 8
MAY_LAPSE = frozenset({Status.SUBMITTED, Status.SCREENING, Status.IN_REVIEW, Status.APPROVED})
CAPTURE_NOW = "The reserved payment lapses soon and is not taken yet: look at why, or it has to be paid anew."


@dataclass(frozen=True)
class Look:
    """A try whose record is due to be looked at."""

    payment_id: int
    store_id: int


def due_looks(most: int, now: datetime) -> list[Look]:
    """Up to `most` tries of all stores, put off so that nobody else looks at the same time."""
    due = select(Payment.id).where(Payment.next_look_at <= now).order_by(Payment.next_look_at)
    every_store = {"all_stores": True}
    found = db.session.scalars(due.limit(min(most, AT_ONCE)), execution_options=every_store).all()
    db.session.rollback()
    if not found or most < 1:
        return []
    with writing():
        rows = db.session.execute(
            update(Payment)
            .where(Payment.id.in_(found), Payment.next_look_at <= now)
            .values(next_look_at=now + UNDER_WAY, looks=Payment.looks + 1)
            .returning(Payment.id, Payment.store_id),
            execution_options=every_store | {"synchronize_session": False},
        ).all()
    return [Look(*row) for row in rows]


def look(cashier: Cashier, due: Look, now: datetime) -> None:
    """Carry out one look. Without the provider's word it is due again later."""
    with store_scope(due.store_id):
        payment = db.session.get(Payment, due.payment_id)
        state = payment.standing if payment else None
        if state in (PaymentState.OPEN, PaymentState.CLOSING):
            try:
                look_and_take(cashier, due.payment_id, now)
            except NoWord as trouble:
                log.warning("Payment %s could not be looked at: %s", due.payment_id, trouble)
        elif state in (PaymentState.OPENING, PaymentState.AUTHORISED):
            _time_is_up(due.payment_id, now)
        else:
            _rest(due.payment_id)


def look_at_all_due(cashier: Cashier, now: datetime) -> int:
    """Look at everything that is due now; how many tries that were."""
    looked = 0
    while looks := due_looks(AT_ONCE, now):
        for each in looks:
            look(cashier, each, now)
            looked += 1
    return looked


def look_soon(gateway: str, page: str, now: datetime) -> bool:
    """Bring the look at this page forward to now; False where the store in scope knows no such page."""
    with writing():
        payment = db.session.scalar(
            select(Payment).where(Payment.gateway == gateway, Payment.page == page).with_for_update()
        )
        if payment is None:
            return False
        if payment.standing in (PaymentState.OPEN, PaymentState.CLOSING):
            payment.next_look_at = now
        return True


def _rest(payment_id: int) -> None:
    """There is nothing to wait for any more."""
    with writing():
        db.session.execute(update(Payment).where(Payment.id == payment_id).values(next_look_at=None))


def _time_is_up(payment_id: int, now: datetime) -> None:
    with writing():
        exchange, payment = locked_payment(payment_id)
        if payment.standing is PaymentState.OPENING:
            forget_page(exchange, payment, now, left=False)
        elif payment.standing is PaymentState.AUTHORISED:
            _about_to_lapse(exchange, payment, now)


def _about_to_lapse(exchange: Exchange, payment: Payment, now: datetime) -> None:
    """Never placed unpaid: what cannot be placed in time lets go of the money, and a person is told.

    What the platform may have, or has, is not let go of: a person must see to it that it is taken.
    """
    if exchange.state not in MAY_LAPSE:
        payment.next_look_at = now + NEXT_WARNING
        ask_for_attention(exchange, CAPTURE_NOW, ACTOR, now, FlagKind.MONEY)
        return
    let_go(exchange, payment, now)
    ask_for_attention(exchange, LAPSED, ACTOR, now, FlagKind.MONEY)
    occasion = f"lapsed:{payment.attempt}"
    enqueue_mail(exchange, MailKind.PAYMENT_FAILED, now, occasion=occasion, why=Unpaid.LAPSED)
    if exchange.state is not Status.IN_REVIEW:
        move_exchange(exchange, Status.IN_REVIEW, ACTOR, now, {"payment": payment.id})
