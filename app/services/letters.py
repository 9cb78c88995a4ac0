"""What a mail about an exchange may tell, gathered from rows into plain values.

A gift's recipient gets no amount here, so that no template can show one. The words are the templates'.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.domain.collecting import Collecting
from app.domain.letter import Sender
from app.models import Exchange, LineItem, Replacement, ReturnItem, Store, Variant, db
from app.services.baskets import GIFT_CARD
from app.services.payment_ledger import payments_of
from app.services.settled_sum import ending_of, units_left


def recipient_of(exchange: Exchange) -> str:
    """Who reads of this exchange: of a gift never the giver. Empty where nobody has said yet."""
    return (exchange.recipient_email if exchange.gift_view else exchange.order.email) or ""


def sender_of(store: Store) -> Sender:
    """The store as its mails show it."""
    branding = store.branding or {}
    return Sender(
        slug=store.slug,
        name=store.name,
        currency=store.currency,
        locale=store.locale,
        time_zone=store.time_zone,
        accent=str(branding.get("accent") or ""),
        reply_to=str(branding.get("support_email") or ""),
        help_url=str(branding.get("help_url") or ""),
    )


def facts_of(exchange: Exchange, now: datetime) -> dict[str, Any]:
    """What every mail about this exchange may tell."""
    undo = exchange.release_at
    waits = exchange.waits_for_a_person
    facts = {
        "items": list(_items(exchange)),
        "waits": waits,
        "rma": exchange.rma if exchange.rma_closed_at is None and not waits else None,
        "send_by": _text(exchange.send_by),
        "cancel_until": undo.isoformat() if undo and undo > now else None,
        "words": exchange.decision_words,
        "judged": exchange.decided_at is not None,
        "tracking": exchange.tracking_number,
        "carrier": exchange.carrier,
        "arrives_by": _text(exchange.delivery_estimate),
        "card": bool(exchange.card_total) and not exchange.given_back,
        "charged": exchange.release if exchange.collect == Collecting.GATEWAY and not waits else None,
    }
    return facts if exchange.gift_view else facts | {"sum": _sum(exchange), "taken": _taken(exchange)}


def _taken(exchange: Exchange) -> int:
    """What was charged for it and is not back yet, in minor units."""
    if exchange.collect != Collecting.GATEWAY:
        return 0
    return sum(payment.captured - payment.refunded for payment in payments_of(exchange.id))


def _items(exchange: Exchange) -> Iterator[dict[str, Any]]:
    """What goes back and what comes for it, item by item; without what the shopper keeps after all."""
    rows = db.session.scalars(
        select(ReturnItem)
        .where(ReturnItem.exchange_id == exchange.id)
        .options(selectinload(ReturnItem.replacements))
        .order_by(ReturnItem.position, ReturnItem.id)
    ).all()
    lines = _by_id(LineItem, {row.line_item_id for row in rows})
    left = units_left(exchange, [(row.id, row.line_item_id, row.quantity) for row in rows])
    for row in rows:
        line = lines[row.line_item_id]
        if not left[row.id]:
            continue
        yield {
            "quantity": left[row.id],
            "leaves": _joined(line.title, line.variant_words),
            "arrives": [_arrives(each) for each in row.replacements],
            "card": row.outcome == GIFT_CARD,
        }


def _arrives(replacement: Replacement) -> str:
    variant = db.session.get_one(Variant, replacement.variant_id, options=[joinedload(Variant.product)])
    return _joined(variant.product.title, " · ".join(variant.option_values))


def _sum(exchange: Exchange) -> dict[str, int]:
    """How the sum ends, in minor units."""
    quote = exchange.quote
    return asdict(ending_of(exchange, quote)) if quote else {}


def _by_id(kind: type[LineItem], ids: set[int]) -> dict[int, LineItem]:
    return {row.id: row for row in db.session.scalars(select(kind).where(kind.id.in_(ids)))}


def _joined(title: str, words: str) -> str:
    return ", ".join(filter(None, [title, words]))


def _text(day: Any) -> str | None:
    return day.isoformat() if day else None
