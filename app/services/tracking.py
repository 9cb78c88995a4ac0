"""What becomes of the goods that an exchange sends out: shipped, delivered. By hand for now.

The order that the platform made of the exchange gets the same dates, so that it can be exchanged in turn.
The parcel that comes back is `app.services.parcels`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.domain.exchange_status import PLACED_ONCE, Status
from app.models import Exchange, Order, db, writing
from app.services import audit
from app.services.completing import complete_if_through
from app.services.moving import chain_of, move_exchange


class CannotMark(Exception):
    """What was told cannot be so; the message says why."""


@dataclass(frozen=True)
class Outgoing:
    """The parcel that goes out: what its carrier calls it, and the day it should arrive."""

    tracking_number: str = ""
    delivery_estimate: date | None = None

    def adds_nothing_to(self, exchange: Exchange) -> bool:
        same = self.tracking_number in ("", exchange.tracking_number)
        return same and self.delivery_estimate in (None, exchange.delivery_estimate)


def mark_shipped(
    exchange_id: int, at: datetime, actor: str, now: datetime, parcel: Outgoing | None = None
) -> None:
    """The replacement left the shop at this time. Raises CannotMark."""
    with writing():
        exchange, sent = _placed(exchange_id)
        if parcel:
            exchange.tracking_number = parcel.tracking_number or exchange.tracking_number
            exchange.delivery_estimate = parcel.delivery_estimate or exchange.delivery_estimate
            exchange.updated_at = now
        if sent.shipped_at is None:
            _ship(exchange, sent, at, actor, now)


def mark_delivered(exchange_id: int, at: datetime, actor: str, now: datetime) -> None:
    """The replacement arrived at this time; it has shipped then too. Raises CannotMark."""
    with writing():
        exchange, sent = _placed(exchange_id)
        if sent.delivered_at is not None:
            return  # said before
        if sent.shipped_at is None:
            _ship(exchange, sent, at, actor, now)
        if sent.shipped_at and at < sent.shipped_at:
            raise CannotMark("It cannot have been delivered before it was shipped.")
        sent.delivered_at = at
        exchange.updated_at = now
        audit.record(chain_of(exchange), actor, "delivered", {"order": sent.id}, now)
        complete_if_through(exchange, actor, now)


def order_sent_by(exchange: Exchange) -> Order | None:
    """The order that the platform made of this exchange, None before it is placed."""
    if exchange.platform_order is None:
        return None
    return db.session.scalar(
        select(Order).where(Order.parent_id == exchange.order_id, Order.number == exchange.platform_order)
    )


def _placed(exchange_id: int) -> tuple[Exchange, Order]:
    exchange = db.session.get_one(Exchange, exchange_id)
    db.session.execute(select(Order.id).where(Order.id == exchange.order_id).with_for_update())
    db.session.refresh(exchange, with_for_update=True)
    sent = order_sent_by(exchange)
    if exchange.state not in PLACED_ONCE or sent is None:
        raise CannotMark(f"{exchange.reference} is {exchange.status}: the shop has not placed it.")
    if exchange.quote and not any(line.price for line in exchange.quote.lines):
        raise CannotMark(f"{exchange.reference} sends nothing but a gift card.")
    return exchange, sent


def _ship(exchange: Exchange, sent: Order, at: datetime, actor: str, now: datetime) -> None:
    sent.shipped_at = at
    for line in sent.lines:
        line.shipped = line.quantity
    if exchange.state is Status.PLACED:
        move_exchange(exchange, Status.SHIPPED, actor, now)
