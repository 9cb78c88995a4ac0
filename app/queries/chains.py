"""The chain of exchanges: which one sent out what is exchanged here, and which one exchanged it again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.domain.exchange_status import ENDED_WITHOUT_PLACING
from app.models import Exchange, Order, db


@dataclass(frozen=True)
class Neighbours:
    """The exchanges before and after one in its chain, None where it begins or ends."""

    before: Exchange | None
    after: Exchange | None


def neighbours_of(exchange: Exchange) -> Neighbours:
    """Read in two queries, one where the order was bought and not sent by an exchange."""
    return Neighbours(_before(exchange), _after(exchange))


def _before(exchange: Exchange) -> Exchange | None:
    """The exchange that this one's order was made of."""
    order = exchange.order
    if order.parent_id is None:
        return None
    return db.session.scalar(
        select(Exchange).where(Exchange.order_id == order.parent_id, Exchange.platform_order == order.number)
    )


def _after(exchange: Exchange) -> Exchange | None:
    """The confirmed exchange of the order that this one sent out."""
    if exchange.platform_order is None:
        return None
    ended = [str(status) for status in ENDED_WITHOUT_PLACING]
    return db.session.scalar(
        select(Exchange)
        .join(Order, Order.id == Exchange.order_id)
        .where(
            Order.parent_id == exchange.order_id,
            Order.number == exchange.platform_order,
            Exchange.submitted_at.is_not(None),
            Exchange.status.not_in(ended),
        )
        .order_by(Exchange.id.desc())
        .limit(1)
    )
