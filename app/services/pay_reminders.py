"""Reminding a shopper of a link to pay that is about to lapse, once, a day before."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Exchange, Store, db, store_scope, writing
from app.services.locking import locked_exchange
from app.services.mailing import MailKind, enqueue_mail, mail_is_on, was_queued

BEFORE = timedelta(days=1)
# Whoever got the link a moment ago has just read until when it counts.
SETTLED_FOR = timedelta(days=1)
AT_ONCE = 200


def remind_to_pay(now: datetime) -> int:
    """Queue the reminders that are due in every store. Returns how many there were."""
    if not mail_is_on():
        return 0
    reminded = 0
    for store_id in db.session.scalars(select(Store.id)).all():
        with store_scope(store_id):
            reminded += sum(_remind(exchange_id, now) for exchange_id in _due(now))
    return reminded


def _due(now: datetime) -> list[int]:
    found = db.session.scalars(
        select(Exchange)
        .where(
            Exchange.status == Status.AWAITING_PAYMENT,
            Exchange.pay_until.between(now, now + BEFORE),
            Exchange.decided_at <= now - SETTLED_FOR,
        )
        .order_by(Exchange.pay_until)
    ).all()
    due = [each.id for each in found if not was_queued(each, MailKind.PAY_REMINDER, _occasion(each))]
    db.session.rollback()
    return due[:AT_ONCE]


def _remind(exchange_id: int, now: datetime) -> bool:
    """Look again under the lock: it may have been paid."""
    with writing():
        exchange = locked_exchange(exchange_id)
        until = exchange.pay_until
        if exchange.state is not Status.AWAITING_PAYMENT or until is None or until < now:
            return False
        facts = {"amount": exchange.amount_due, "until": until.isoformat()}
        return enqueue_mail(exchange, MailKind.PAY_REMINDER, now, occasion=_occasion(exchange), **facts)


def _occasion(exchange: Exchange) -> str:
    return exchange.pay_until.isoformat() if exchange.pay_until else ""
