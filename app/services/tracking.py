"""What becomes of the goods that an exchange sends out: shipped, delivered.

The order that the platform made of the exchange gets the same dates, so that it can be exchanged in turn.
The parcel that comes back is `app.services.parcels`, where `mark…` and `take…` differ as they do here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from app.domain.exchange_status import PLACED_ONCE, Status
from app.models import Exchange, Order, db, writing
from app.services import audit
from app.services.completing import complete_if_through
from app.services.locking import locked_exchange
from app.services.moving import chain_of, move_exchange
from app.services.placing import placing_of
from app.services.reporting import enqueue_shipping_news

LONGEST_CARRIER = 60


class CannotMark(Exception):
    """What was told cannot be so; the message says why."""


@dataclass(frozen=True)
class Outgoing:
    """The parcel that goes out: what its carrier calls it, the day it should arrive, and who carries it."""

    tracking_number: str = ""
    delivery_estimate: date | None = None
    carrier: str = ""


def mark_shipped(
    exchange_id: int, at: datetime, actor: str, now: datetime, parcel: Outgoing | None = None
) -> None:
    """The replacement left the shop at this time. Raises CannotMark."""
    with writing():
        take_shipped(locked_exchange(exchange_id), at, actor, now, parcel)


def mark_delivered(exchange_id: int, at: datetime, actor: str, now: datetime) -> None:
    """The replacement arrived at this time; it has shipped then too. Raises CannotMark."""
    with writing():
        take_delivered(locked_exchange(exchange_id), at, actor, now)


def take_shipped(
    exchange: Exchange, at: datetime, actor: str, now: datetime, parcel: Outgoing | None = None
) -> None:
    """See `mark_shipped`. Raises CannotMark."""
    sent = _sent_by(exchange)
    told = parcel is not None and _take_parcel(exchange, parcel, at, now)
    if sent.shipped_at is None:
        _ship(exchange, sent, at, actor, now)
    elif told:
        audit.record(chain_of(exchange), actor, "parcel told", {"order": sent.id}, now)


def _take_parcel(exchange: Exchange, parcel: Outgoing, at: datetime, now: datetime) -> bool:
    """Whether anything of it is new. What is older than what is known fills in only what is missing."""
    known = Outgoing(exchange.tracking_number or "", exchange.delivery_estimate, exchange.carrier or "")
    older = exchange.parcel_told_at is not None and at < exchange.parcel_told_at
    first, second = (known, parcel) if older else (parcel, known)
    new = Outgoing(
        first.tracking_number or second.tracking_number,
        first.delivery_estimate or second.delivery_estimate,
        first.carrier or second.carrier,
    )
    if new == known:
        return False
    exchange.tracking_number, exchange.carrier = new.tracking_number or None, new.carrier or None
    exchange.delivery_estimate = new.delivery_estimate
    exchange.parcel_told_at = max(at, exchange.parcel_told_at or at)
    exchange.updated_at = now
    return True


def take_delivered(exchange: Exchange, at: datetime, actor: str, now: datetime) -> None:
    """See `mark_delivered`. Raises CannotMark."""
    sent = _sent_by(exchange)
    if sent.delivered_at is not None:
        return  # said before
    if sent.shipped_at and at < sent.shipped_at:
        raise CannotMark("It cannot have been delivered before it was shipped.")
    if sent.shipped_at is None:
        _ship(exchange, sent, at, actor, now)
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


def _sent_by(exchange: Exchange) -> Order:
    sent = order_sent_by(exchange)
    if exchange.state not in PLACED_ONCE or sent is None:
        raise CannotMark(f"{exchange.reference} is {exchange.status}: the shop has not placed it.")
    if exchange.quote and not any(line.price for line in exchange.quote.lines):
        raise CannotMark(f"{exchange.reference} sends nothing but a gift card.")
    return sent


def _ship(exchange: Exchange, sent: Order, at: datetime, actor: str, now: datetime) -> None:
    sent.shipped_at = at
    for line in sent.lines:
        line.shipped = line.quantity
    if exchange.state is Status.PLACED:
        move_exchange(exchange, Status.SHIPPED, actor, now)
    placing = placing_of(exchange.id)
    if placing is not None:
        enqueue_shipping_news(exchange, placing, at, now)
