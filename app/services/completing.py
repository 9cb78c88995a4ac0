"""Exchanges that are through: what was bought is back at the shop, what came instead has arrived.

Where nobody tells of a parcel any more, days of the store's policy stand for the news. What a person is asked
about, or what is under way to the platform or the payment provider, keeps an exchange open.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.domain.exchange_status import Status
from app.domain.policy import Policy
from app.domain.refunds import RefundWhen
from app.models import (
    TELLING,
    Dispatch,
    DispatchState,
    Exchange,
    Order,
    Purpose,
    Replacement,
    ReturnItem,
    Store,
    db,
    store_scope,
    writing,
)
from app.services.connected_systems import takes_one_exchange_only
from app.services.locking import lock_order_of
from app.services.moving import move_exchange
from app.services.platform_work import system_of

ACTOR = "worker"
AT_ONCE = 200
# What is only told of it may come later, and looking ends with it.
MAY_WAIT = TELLING | {Purpose.REPORT, Purpose.WATCH}


def complete_where_due(now: datetime) -> int:
    """End what is through in any store. Returns how many exchanges that were."""
    completed = 0
    for store in list(db.session.scalars(select(Store))):
        with store_scope(store.id):
            completed += sum(_complete(exchange_id, now) for exchange_id in _due(store, now))
    return completed


def complete_if_through(exchange: Exchange, actor: str, now: datetime) -> bool:
    """End this exchange if nothing of it is to come; within the caller's transaction, its order locked.

    Its order can then be exchanged anew, unless its platform ever takes one exchange of an order.
    """
    db.session.flush()
    policy = db.session.get_one(Store, exchange.store_id).policy
    through = select(Exchange.id).where(Exchange.id == exchange.id, *_is_through(policy, now))
    if db.session.scalar(through) is None:
        return False
    move_exchange(exchange, Status.COMPLETED, actor, now)
    if not takes_one_exchange_only(system_of(exchange)):
        exchange.occupies_order = False
    return True


def _due(store: Store, now: datetime) -> list[int]:
    wanted = select(Exchange.id).where(*_is_through(store.policy, now)).order_by(Exchange.id).limit(AT_ONCE)
    found = db.session.scalars(wanted).all()
    db.session.rollback()
    return list(found)


def _complete(exchange_id: int, now: datetime) -> bool:
    """Look again under the lock: something may have come up meanwhile."""
    with writing():
        lock_order_of(exchange_id)
        return complete_if_through(db.session.get_one(Exchange, exchange_id), ACTOR, now)


def _is_through(policy: Policy, now: datetime) -> tuple[ColumnElement[bool], ...]:
    under_way = exists().where(
        Dispatch.exchange_id == Exchange.id,
        Dispatch.state.in_((DispatchState.WAITING, DispatchState.HELD)),
        Dispatch.purpose.not_in(MAY_WAIT),
    )
    return (
        Exchange.status.in_((Status.PLACED, Status.SHIPPED)),
        Exchange.attention_since.is_(None),
        _is_back(policy, now),
        _has_arrived(policy, now),
        ~under_way,
    )


def _is_back(policy: Policy, now: datetime) -> ColumnElement[bool]:
    """Received; or handed in long ago, where no refund waits for it."""
    refund_waits = and_(
        Exchange.refund_due > 0,
        Exchange.quote_data["refund_when"].as_string() == RefundWhen.RECEIVED,
    )
    silent = Exchange.parcel_seen_at <= now - timedelta(days=policy.complete_days)
    return or_(Exchange.parcel_received_at.is_not(None), and_(silent, ~refund_waits))


def _has_arrived(policy: Policy, now: datetime) -> ColumnElement[bool]:
    """Delivered, or shipped so long ago that it counts as that; or nothing is sent, or told of, at all."""
    sends = exists().where(ReturnItem.exchange_id == Exchange.id).where(Replacement.item_id == ReturnItem.id)
    arrived = exists().where(
        Order.parent_id == Exchange.order_id,
        Order.number == Exchange.platform_order,
        or_(
            Order.delivered_at.is_not(None),
            Order.shipped_at <= now - timedelta(days=policy.assumed_delivery_days),
            and_(
                Order.shipped_at.is_(None),
                Exchange.placed_at <= now - timedelta(days=policy.complete_days),
            ),
        ),
    )
    return or_(~sends, arrived)
