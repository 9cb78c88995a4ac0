"""Goods that should be on their way back and are not: the shopper is reminded, and then a person is asked.

The day on Review counts, in the store's own time zone; how often and how long apart is the store's policy. A
parcel that is seen ends it (`app.services.parcels`). Nothing is charged and nothing cancelled by itself.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from app.domain.eligibility import local_day
from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.policy import Policy
from app.models import Exchange, Store, db, store_scope, writing
from app.services import audit
from app.services.locking import lock_order_of
from app.services.mailing import MailKind, enqueue_mail
from app.services.moving import ask_for_attention, chain_of, withdraw_attention
from app.services.noticing import enqueue_notice

ACTOR = "worker"
OVERDUE = "return.overdue"  # as the merchant's programs are told of it
AT_ONCE = 200
# Where something comes back for the exchange: placed already, or waiting for just that.
EXPECTED = (Status.SUBMITTED, Status.APPROVED, Status.PLACED, Status.SHIPPED)


def chase_returns(now: datetime) -> int:
    """Remind, or ask a person, wherever that is due in any store. Returns how many there were."""
    stores = list(db.session.scalars(select(Store)))
    due = [(store.id, store.policy, local_day(now, store.time_zone)) for store in stores]
    chased = 0
    for store_id, policy, today in due:
        with store_scope(store_id):
            last = 0
            while late := _late(policy, today, now, last):
                chased += sum(_chase(exchange_id, policy, today, now) for exchange_id in late)
                last = late[-1]
    return chased


def parcel_was_seen(exchange: Exchange, actor: str, now: datetime) -> None:
    """What a person was asked about it has settled itself; within the caller's transaction."""
    exchange.overdue_at = None
    if exchange.send_by:
        withdraw_attention(exchange, _sentence(exchange), actor, now)


def _is_late(policy: Policy, today: date, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """What makes an exchange one to be chased now."""
    waited = Exchange.reminded_at <= now - timedelta(days=policy.overdue_days)
    return (
        Exchange.status.in_([str(status) for status in EXPECTED]),
        Exchange.send_by < today,
        Exchange.parcel_seen_at.is_(None),
        Exchange.parcel_received_at.is_(None),
        Exchange.overdue_at.is_(None),
        or_(Exchange.reminded_at.is_(None), waited),
    )


def _late(policy: Policy, today: date, now: datetime, after: int) -> list[int]:
    wanted = select(Exchange.id).where(Exchange.id > after, *_is_late(policy, today, now))
    found = db.session.scalars(wanted.order_by(Exchange.id).limit(AT_ONCE)).all()
    db.session.rollback()
    return list(found)


def _chase(exchange_id: int, policy: Policy, today: date, now: datetime) -> bool:
    """Look again under the lock: the parcel may have been seen meanwhile."""
    with writing():
        lock_order_of(exchange_id)
        still = select(Exchange).where(Exchange.id == exchange_id, *_is_late(policy, today, now))
        exchange = db.session.scalar(still)
        if exchange is None:
            return False
        if exchange.reminders < policy.overdue_reminders:
            _remind(exchange, now)
        else:
            _ask_a_person(exchange, now)
        return True


def _remind(exchange: Exchange, now: datetime) -> None:
    """By mail where there is one, and by message to the merchant's programs."""
    exchange.reminders += 1
    exchange.reminded_at = now
    entry = audit.record(chain_of(exchange), ACTOR, "reminded", {"reminder": exchange.reminders}, now)
    enqueue_notice(exchange, exchange.status, entry.number, now, OVERDUE)
    enqueue_mail(exchange, MailKind.RETURN_REMINDER, now, occasion=str(exchange.reminders), late=True)


def _ask_a_person(exchange: Exchange, now: datetime) -> None:
    exchange.overdue_at = now
    ask_for_attention(exchange, _sentence(exchange), ACTOR, now, FlagKind.RETURN)
    entry = audit.record(chain_of(exchange), ACTOR, "return overdue", {"reminders": exchange.reminders}, now)
    enqueue_notice(exchange, exchange.status, entry.number, now, OVERDUE)


def _sentence(exchange: Exchange) -> str:
    """The same whenever it is asked for, so that it can be taken back."""
    times = {0: "nobody was reminded", 1: "one reminder was sent"}
    sent = times.get(exchange.reminders, f"{exchange.reminders} reminders were sent")
    day = f"{exchange.send_by:%d %B %Y}".lstrip("0") if exchange.send_by else "an unknown day"
    return f"What comes back has not been seen: it was due by {day}, and {sent}. Decide what becomes of it."
