"""Queueing the news for a platform that a difference was paid: once the exchange is both placed and paid.

Whichever comes last queues it, in its own transaction. Sending it is `app.services.work_settling`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.connectors.follow_ups import SettlesAtPlatform
from app.connectors.registry import PLATFORMS
from app.domain.exchange_status import PLACED_ONCE
from app.models import Exchange, Payment, PaymentState, Purpose, db
from app.services.platform_work import NOTED, follow_up, system_of


def enqueue_settlement(exchange: Exchange, now: datetime) -> bool:
    """Queue it for a placed exchange whose difference was paid, within the caller's transaction.

    False where its platform need not be told, or nothing is placed yet. Queued again it changes nothing.
    """
    if exchange.state not in PLACED_ONCE or not exchange.amount_due:
        return False
    kind = PLATFORMS.get(system_of(exchange) or "")
    if kind is None or not issubclass(kind, SettlesAtPlatform):
        return False
    follow_up(exchange, Purpose.SETTLE, now, more={NOTED: exchange.platform_reply or {}})
    return True


def settle_if_paid(exchange: Exchange, now: datetime) -> bool:
    """The same for an exchange that was placed just now, if its difference was taken before."""
    if not exchange.amount_due:
        return False
    paid = select(Payment.id).where(
        Payment.exchange_id == exchange.id, Payment.state == PaymentState.CAPTURED, Payment.captured > 0
    )
    return db.session.scalar(paid.limit(1)) is not None and enqueue_settlement(exchange, now)
