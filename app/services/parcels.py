"""The parcel that comes back: seen on its way, received. By hand for now.

Where the store's policy waits for it (`release`), this lets the exchange be placed. What is in the parcel
is not looked at here.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.models import DispatchState, Exchange, Order, db, writing
from app.services import audit
from app.services.completing import complete_if_through
from app.services.moving import chain_of
from app.services.overdue_returns import parcel_was_seen
from app.services.placing import placing_of
from app.services.reporting import enqueue_parcel_news
from app.services.settling import pay_back
from app.services.tracking import CannotMark


def mark_in_transit(exchange_id: int, at: datetime, actor: str, now: datetime) -> None:
    """The parcel was handed in at this time; said again it changes nothing. Raises CannotMark."""
    with writing():
        exchange = _under_way(exchange_id)
        if exchange.parcel_seen_at is None:
            exchange.parcel_seen_at = at
            _note(exchange, "parcel in transit", actor, now)


def mark_received(exchange_id: int, at: datetime, actor: str, now: datetime) -> None:
    """The parcel is back at the shop; it was on its way then too. Raises CannotMark."""
    with writing():
        exchange = _under_way(exchange_id)
        if exchange.parcel_received_at is None:
            exchange.parcel_seen_at = exchange.parcel_seen_at or at
            exchange.parcel_received_at = at
            _note(exchange, "parcel received", actor, now)
            pay_back(exchange, now)
            complete_if_through(exchange, actor, now)


def _under_way(exchange_id: int) -> Exchange:
    exchange = db.session.get_one(Exchange, exchange_id)
    db.session.execute(select(Order.id).where(Order.id == exchange.order_id).with_for_update())
    db.session.refresh(exchange, with_for_update=True)
    if exchange.state in (*ENDED_WITHOUT_PLACING, Status.DRAFT):
        raise CannotMark(
            f"{exchange.reference or 'A draft'} is {exchange.status}: nothing comes back for it."
        )
    return exchange


def _note(exchange: Exchange, act: str, actor: str, now: datetime) -> None:
    """Write it down, let go what was held for it (no sooner than the undo window ends), and tell of it."""
    exchange.updated_at = now
    parcel_was_seen(exchange, actor, now)
    released = False
    dispatch = placing_of(exchange.id)
    if dispatch is not None and dispatch.state == DispatchState.HELD and not exchange.awaits_parcel:
        dispatch.state = DispatchState.WAITING
        dispatch.due_at = max(exchange.release_at or now, now)
        released = True
    if dispatch is not None and exchange.state in PLACED_ONCE:
        enqueue_parcel_news(exchange, ExchangeOrder.from_data(dispatch.message), now)
    audit.record(chain_of(exchange), actor, act, {"released": released}, now)
