"""Reminding a shopper of the parcel that nobody has seen yet, once, a few days before it is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.eligibility import local_day
from app.domain.exchange_status import LIVE, Status
from app.models import Exchange, Store, db, store_scope, writing
from app.services.locking import locked_exchange
from app.services.mailing import MailKind, enqueue_mail, mail_is_on, was_queued

DAYS_BEFORE = 3
SETTLED_FOR = timedelta(days=1)  # whoever confirmed a moment ago was told the day then
AT_ONCE = 200


def remind(now: datetime) -> int:
    """Queue the reminders that are due in every store. Returns how many there were."""
    if not mail_is_on():
        return 0
    stores = [(store.id, store.time_zone) for store in db.session.scalars(select(Store))]
    reminded = 0
    for store_id, time_zone in stores:
        with store_scope(store_id):
            reminded += sum(_remind(exchange_id, now) for exchange_id in _due(now, time_zone))
    return reminded


def _due(now: datetime, time_zone: str) -> list[int]:
    today = local_day(now, time_zone)
    found = db.session.scalars(
        select(Exchange)
        .where(
            Exchange.status.in_(LIVE),
            Exchange.send_by.between(today, today + timedelta(days=DAYS_BEFORE)),
            Exchange.submitted_at <= now - SETTLED_FOR,
            Exchange.parcel_seen_at.is_(None),
            Exchange.parcel_received_at.is_(None),
        )
        .order_by(Exchange.id)
    ).all()
    due = [each.id for each in found if not was_queued(each, MailKind.RETURN_REMINDER)]
    db.session.rollback()
    return due[:AT_ONCE]


def _remind(exchange_id: int, now: datetime) -> bool:
    """Look again under the lock: the parcel may have been seen, or the exchange be over."""
    with writing():
        exchange = locked_exchange(exchange_id)
        if exchange.parcel_seen_at or exchange.parcel_received_at:
            return False
        if exchange.state not in LIVE - {Status.AWAITING_PAYMENT} or exchange.waits_for_a_person:
            return False
        return enqueue_mail(exchange, MailKind.RETURN_REMINDER, now)
