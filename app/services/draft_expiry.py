"""Ending drafts that nobody has touched for as many days as the store's policy gives them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Exchange, Store, db, store_scope, writing
from app.services.locking import locked_exchange
from app.services.moving import move_exchange

ACTOR = "worker"
AT_ONCE = 200  # drafts looked up at a time; each is ended in a transaction of its own


def expire_drafts(now: datetime) -> int:
    """End every store's stale drafts and give back what they hold. Returns how many there were."""
    stores = [(store.id, store.policy.draft_days) for store in db.session.scalars(select(Store))]
    ended = 0
    for store_id, days in stores:
        with store_scope(store_id):
            ended += _expire_in_store(now - timedelta(days=days), now)
    return ended


def _expire_in_store(before: datetime, now: datetime) -> int:
    ended = 0
    while stale := _stale(before):
        ended += sum(_expire(exchange_id, before, now) for exchange_id in stale)
    return ended


def _stale(before: datetime) -> list[int]:
    found = db.session.scalars(
        select(Exchange.id)
        .where(Exchange.status == Status.DRAFT, Exchange.updated_at < before)
        .order_by(Exchange.id)
        .limit(AT_ONCE)
    ).all()
    db.session.rollback()
    return list(found)


def _expire(exchange_id: int, before: datetime, now: datetime) -> bool:
    """Look again under the lock: it may have been touched or confirmed meanwhile."""
    with writing():
        exchange = locked_exchange(exchange_id)
        if exchange.state is not Status.DRAFT or exchange.updated_at >= before:
            return False
        move_exchange(exchange, Status.EXPIRED, ACTOR, now)
        return True
