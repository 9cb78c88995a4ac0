"""News of an exchange from other programs: its parcel back, what it sends out, its end at the platform.

One piece of news may come several times, by a call, a webhook and a look at the platform: saying the same
again changes nothing, and older news does not undo newer.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.news import News, NewsKind
from app.domain.reasons import Reason
from app.domain.received_items import ExpectedLine, differences
from app.models import Exchange, LineItem, ReturnItem, db, writing
from app.services.cancelled_there import take_cancelled
from app.services.locking import locked_exchange
from app.services.parcels import take_in_transit, take_received, take_unexpected
from app.services.tracking import CannotMark, Outgoing, take_delivered, take_shipped

__all__ = ["CannotMark", "UnknownExchange", "take_news", "tell"]

LONGEST_DIFFERENCE = 400  # with the sentence around it a flag


class UnknownExchange(LookupError):
    """The store has no exchange with this reference."""


def take_news(reference: str, news: News, actor: str, now: datetime) -> Exchange:
    """Take down one piece of news of the store in scope; the exchange as it stands then.

    Raises UnknownExchange, and CannotMark where the news cannot be true.
    """
    wanted = reference.strip().upper()
    exchange_id = db.session.scalar(select(Exchange.id).where(Exchange.reference == wanted))
    if exchange_id is None:
        raise UnknownExchange(reference)
    with writing():
        tell(locked_exchange(exchange_id), news, actor, now)
    return db.session.get_one(Exchange, exchange_id)


def tell(exchange: Exchange, news: News, actor: str, now: datetime) -> None:
    """The same within the caller's transaction, order and exchange locked. Raises CannotMark."""
    if news.at and news.at > now:
        raise CannotMark("What is told lies in the future.")
    at = news.at or now
    match news.kind:
        case NewsKind.IN_TRANSIT:
            take_in_transit(exchange, at, actor, now)
        case NewsKind.RECEIVED:
            _received(exchange, news, at, actor, now)
        case NewsKind.SHIPPED:
            parcel = Outgoing(news.tracking_number, news.delivery_estimate, news.carrier)
            take_shipped(exchange, at, actor, now, parcel)
        case NewsKind.DELIVERED:
            take_delivered(exchange, at, actor, now)
        case NewsKind.CANCELLED:
            take_cancelled(exchange, actor, now)


def _received(exchange: Exchange, news: News, at: datetime, actor: str, now: datetime) -> None:
    """What was received once is received, whatever is said of it later."""
    wrong = differences(_expected(exchange), news.items) if news.items else ""
    if wrong and exchange.parcel_received_at is None:
        take_unexpected(exchange, wrong[:LONGEST_DIFFERENCE], at, actor, now)
    else:
        take_received(exchange, at, actor, now)


def _expected(exchange: Exchange) -> list[ExpectedLine]:
    rows = db.session.execute(
        select(LineItem.platform_id, LineItem.sku, ReturnItem.quantity, ReturnItem.reason)
        .join(ReturnItem, ReturnItem.line_item_id == LineItem.id)
        .where(ReturnItem.exchange_id == exchange.id)
        .order_by(ReturnItem.position)
    )
    return [
        ExpectedLine(row.platform_id, row.sku, row.quantity, row.quantity * (row.reason == Reason.DAMAGED))
        for row in rows
    ]
