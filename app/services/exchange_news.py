"""News of an exchange from other programs: its parcel back, and what it sends out.

One piece of news may come several times, by a call and by a webhook: saying the same again changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import select

from app.models import Exchange, db
from app.services.parcels import mark_in_transit, mark_received
from app.services.tracking import (
    CannotMark,
    Outgoing,
    mark_delivered,
    mark_shipped,
    order_sent_by,
)

__all__ = ["CannotMark", "News", "NewsKind", "UnknownExchange", "take_news"]


class UnknownExchange(LookupError):
    """The store has no exchange with this reference."""


class NewsKind(StrEnum):
    """The first two are about the parcel that comes back, the others about what goes out."""

    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    SHIPPED = "shipped"
    DELIVERED = "delivered"


@dataclass(frozen=True)
class News:
    """What happened, and when; None is now. The last two belong to what is shipped."""

    kind: NewsKind
    at: datetime | None = None
    tracking_number: str = ""
    delivery_estimate: date | None = None


def take_news(reference: str, news: News, actor: str, now: datetime) -> Exchange:
    """Take down one piece of news of the store in scope; the exchange as it stands then.

    Raises UnknownExchange, and CannotMark where the news cannot be true.
    """
    wanted = reference.strip().upper()
    exchange_id = db.session.scalar(select(Exchange.id).where(Exchange.reference == wanted))
    if exchange_id is None:
        raise UnknownExchange(reference)
    if news.at and news.at > now:
        raise CannotMark("What is told lies in the future.")
    if news.kind is NewsKind.SHIPPED:
        _shipped(exchange_id, news, actor, now)
    elif news.kind is NewsKind.DELIVERED:
        _delivered(exchange_id, news, actor, now)
    else:
        mark = mark_received if news.kind is NewsKind.RECEIVED else mark_in_transit
        mark(exchange_id, news.at or now, actor, now)
    return db.session.get_one(Exchange, exchange_id)


def _shipped(exchange_id: int, news: News, actor: str, now: datetime) -> None:
    exchange = db.session.get_one(Exchange, exchange_id)
    sent = order_sent_by(exchange)
    known = sent.shipped_at if sent else None
    told = Outgoing(news.tracking_number, news.delivery_estimate)
    if known and news.at in (None, known) and told.adds_nothing_to(exchange):
        return
    mark_shipped(exchange_id, news.at or known or now, actor, now, told)


def _delivered(exchange_id: int, news: News, actor: str, now: datetime) -> None:
    sent = order_sent_by(db.session.get_one(Exchange, exchange_id))
    known = sent.delivered_at if sent else None
    if known and news.at in (None, known):
        return
    mark_delivered(exchange_id, news.at or now, actor, now)
