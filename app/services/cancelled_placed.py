"""Ending an exchange that was placed: what stands against it, and what its end means here.

All functions run within the caller's transaction. Asking the platform is `app.services.cancelling_placed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select

from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import Status
from app.models import Exchange, db
from app.services.connected_systems import takes_one_exchange_only
from app.services.moving import move_exchange
from app.services.owed_cards import drop_owed, may_be_given_away
from app.services.placing import placing_of
from app.services.refund_by_hand import ask_to_give_back_collected, end_refund
from app.services.reporting import enqueue_cancelling_news
from app.services.tracking import order_sent_by


def why_not_cancelled(exchange: Exchange) -> str:
    """Why a placed exchange cannot be cancelled; empty when it can."""
    name = exchange.reference
    if exchange.state is not Status.PLACED:
        return f"{name} is {exchange.status}."
    if exchange.parcel_received_at is not None:
        return f"{name}: its parcel has come back already."
    if may_be_given_away(exchange):
        return f"{name} gave a gift card, which cannot be taken back from here."
    sent = order_sent_by(exchange)
    again = select(Exchange.reference).where(
        Exchange.order_id == (sent.id if sent else None), Exchange.occupies_order
    )
    other = db.session.scalar(again.limit(1))
    return f"{name} was exchanged in turn, in {other}: cancel that first." if other else ""


def end_placed(
    exchange: Exchange,
    actor: str,
    now: datetime,
    system: str,
    noted: Mapping[str, bool] = MappingProxyType({}),
) -> None:
    """Cancel it with the platform's consent: everything is given back, and its order can be exchanged anew.

    Where a platform ever takes one exchange of an order, the order stays used.
    """
    sent = order_sent_by(exchange)
    if sent is not None:
        sent.cancelled = True
    move_exchange(exchange, Status.CANCELLED, actor, now, {"at": system, "placed_as": bool(sent), **noted})
    placing = placing_of(exchange.id)
    if placing is not None:
        enqueue_cancelling_news(exchange, ExchangeOrder.from_data(placing.message), now)
    end_refund(exchange, now)
    ask_to_give_back_collected(exchange, now)
    drop_owed(exchange, now)
    if not takes_one_exchange_only(system or None):
        exchange.occupies_order = False
