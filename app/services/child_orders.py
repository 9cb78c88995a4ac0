"""A placed exchange as an order, so that it can be looked up and exchanged in turn.

Its parent is the order it came from, its lines are the replacements at the net and tax that were
confirmed, what the merchant gave up told apart. The platform's own numbers for the lines are not in any
answer, so they get ours. Where it made an order of each unit, the line knows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import joinedload

from app.connectors.base import Placed
from app.domain.exchange_order import CardLine, ExchangeOrder, VariantLine
from app.domain.goodwill import goodwill_given
from app.domain.money import share_up_to
from app.domain.order_number import email_key, number_key, postcode_key
from app.domain.quote import QuoteLine
from app.models import Exchange, LineItem, Order, Store, Variant, db, remembered

CARD_TITLE = "Gift card"


def child_order(exchange: Exchange, message: ExchangeOrder, placed: Placed, now: datetime) -> Order:
    """The order that the platform placed; nothing of it has shipped yet.

    Where the platform placed a part only, the order holds that part.
    """
    parent, number = exchange.order, placed.order
    customer, address = message.customer, message.shipping_address
    return Order(
        store_id=exchange.store_id,
        number=number,
        number_key=number_key(number),
        platform_id=number,
        currency=message.currency,
        placed_at=now,
        is_gift=message.is_gift,
        tags=[],
        customer_id=customer.identifier,
        email=customer.email,
        email_key=email_key(customer.email),
        first_name=customer.first_name,
        last_name=customer.last_name,
        phone=customer.phone,
        postcode_key=postcode_key(address.postal_code),
        shipping_address=address.to_data(),
        billing_address=message.billing_address.to_data(),
        chain_depth=parent.chain_depth + 1,
        parent_id=parent.id,
        root_id=parent.root_id or parent.id,
        payment_reference=parent.payment_reference,  # the goods were paid for back then
        lines=_lines(exchange, message, placed),
    )


def _lines(exchange: Exchange, message: ExchangeOrder, placed: Placed) -> list[LineItem]:
    """Replacements in the order of the quote, then the card; every line with a number of its own."""
    quote = exchange.quote
    priced = [line for line in quote.lines if line.price is not None] if quote else []
    variants = _variants(line.variant_id for line in priced if line.variant_id)
    part, orders = placed.part, placed.unit_orders or ((),) * len(message.variants)
    counts = [sent.quantity for sent in message.variants] if part is None else part.units
    lines = [
        _replacement(exchange, sent, count, frozen, variants.get(frozen.variant_id or 0))
        for sent, count, frozen in zip(message.variants, counts, priced, strict=True)
        if count
    ]
    placed_as = (own for own, count in zip(orders, counts, strict=True) if count)
    for line, own in zip(lines, placed_as, strict=True):
        line.platform_orders = list(own) if set(own) - {placed.order} else None
    if message.card and part is None:
        lines.append(_card(exchange, message.card))
    taken: set[str] = set()
    for position, line in enumerate(lines):
        line.position = position
        # Two lines may hold one SKU; then the later one is told apart by its place.
        line.platform_id = str(position + 1) if line.sku in taken else line.sku
        taken.add(line.platform_id)
    return lines


def _replacement(
    exchange: Exchange, sent: VariantLine, units: int, frozen: QuoteLine, variant: Variant | None
) -> LineItem:
    """The units of a replacement that were placed, which is nearly always all of them."""
    facts, part = variant.facts() if variant else None, sent.first(units)
    waived = frozen.price.waived if frozen.price else 0
    given = goodwill_given(sent.product - sent.discount, waived, frozen.why) if frozen.price else 0
    return LineItem(
        store_id=exchange.store_id,
        variant_id=facts.id if facts else None,
        product_id=facts.product_id if facts else None,
        sku=part.sku,
        title=facts.product_title if facts else part.title,
        variant_words=facts.words if facts else "",
        product=part.product,
        discount=part.discount,
        tax=part.tax,
        list_price=int(frozen.why["price_now"]),
        goodwill=share_up_to(given, units, sent.quantity),
        quantity=part.quantity,
        tags=[],
        concept=part.returned.concept,
        image_url=facts.image_url if facts else None,
    )


def _card(exchange: Exchange, card: CardLine) -> LineItem:
    """The card at its face value: the bonus was never paid for."""
    store = db.session.get_one(Store, exchange.store_id)
    return LineItem(
        store_id=exchange.store_id,
        sku=card.sku,
        title=CARD_TITLE,
        product=card.face,
        list_price=card.face,
        quantity=1,
        tags=list(store.policy.gift_card_tags[:1]),
    )


def _variants(ids: Iterable[int]) -> dict[int, Variant]:
    """Those of them that are still there; what was read for another exchange just now is not read again."""
    kept = remembered("variants")
    with db.session.no_autoflush:
        for each in set(ids) - set(kept):
            kept[each] = db.session.get(Variant, each, options=[joinedload(Variant.product)])
    return {each: row for each, row in kept.items() if row is not None}
