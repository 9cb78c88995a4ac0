"""An order or product that a platform was asked for, in the form in which every import hands it on.

A platform says less than a file does: what it is silent about (gift, tags, terms) stays as it was known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.connectors.found import ReadLine, ReadOrder, ReadProduct, ReadVariant
from app.domain.facts import StoreFacts
from app.domain.order_number import number_key
from app.models import LineItem, Order
from app.services.importing.cells import web_address
from app.services.importing.matching import GIFT_CARD_TAG
from app.services.importing.parsed import ParsedLine, ParsedOrder, ParsedProduct, ParsedVariant
from app.services.importing.report import Refused


@dataclass(frozen=True)
class Known:
    """What is known here of an order: its row, and the units of each line that exchanges have taken.

    Those are gone at the platform as well, and must not be counted twice.
    """

    order: Order | None = None
    taken: Mapping[str, int] = field(default_factory=dict)

    def line(self, platform_id: str) -> LineItem | None:
        lines = self.order.lines if self.order else []
        return next((line for line in lines if line.platform_id == platform_id), None)


def parsed_order(read: ReadOrder, known: Known, products: tuple[ParsedProduct, ...]) -> ParsedOrder:
    """The order; one that is known keeps its number and what only a file can say."""
    row = known.order
    number = row.number if row else read.number
    return ParsedOrder(
        line=1,
        number=number,
        number_key=row.number_key if row else number_key(number),
        platform_id=read.id,
        secondary_id=row.secondary_id if row else "",
        currency=read.currency,
        cancelled=read.cancelled,
        placed_at=read.placed_at,
        shipped_at=read.shipped_at,
        delivered_at=read.delivered_at,
        tags=tuple(row.tags) if row else (),
        customer=read.customer,
        shipping_address=read.shipping_address,
        billing_address=read.billing_address,
        lines=tuple(_line(line, known) for line in read.lines if line.quantity > 0),
        is_gift=row.is_gift if row else False,
        gift_code=row.gift_code if row else None,
        embedded=products,
    )


def parsed_product(read: ReadProduct, store: StoreFacts, read_at: datetime) -> ParsedProduct:
    """The product with all its variants. Raises Refused where its prices are not the store's."""
    for variant in read.variants:
        if variant.currency != store.currency:
            raise Refused(f"its prices are in {variant.currency}, the store's are in {store.currency}")
        if variant.tax_inclusive != store.tax_inclusive:
            raise Refused("its prices and the store's are not both with tax or both without")
    return ParsedProduct(
        line=1,
        platform_id=read.id,
        title=read.title,
        option_names=read.option_names,
        variants=tuple(_variant(variant, read_at) for variant in read.variants),
        complete=True,
        tags=read.tags,
        image_url=web_address(read.image_url),
        is_gift_card=read.is_gift_card,
    )


def _line(read: ReadLine, known: Known) -> ParsedLine:
    row = known.line(read.id)
    tags = tuple(row.tags) if row else ()
    return ParsedLine(
        platform_id=read.id,
        sku=read.sku or read.variant_id,
        name=read.title,
        product=read.product,
        discount=min(read.discount, read.product),
        tax=max(0, read.tax),
        list_price=read.list_price,
        quantity=read.quantity,
        shipped=min(read.shipped, read.quantity),
        refunded=min(read.quantity, max(0, read.gone - known.taken.get(read.id, 0))),
        tags=(*tags, GIFT_CARD_TAG) if read.is_gift_card and GIFT_CARD_TAG not in tags else tags,
        concept=row.concept if row else "",
        image_url=web_address(read.image_url),
        return_until=row.return_until if row else None,
    )


def _variant(read: ReadVariant, read_at: datetime) -> ParsedVariant:
    return ParsedVariant(
        platform_id=read.id,
        sku=read.sku or read.id,
        title=" / ".join(read.option_values),
        option_values=read.option_values,
        price=read.price,
        stock=read.stock,
        read_at=read_at,
        stock_known=read.stock_known,
        backorder=read.backorder,
        image_url=web_address(read.image_url),
    )
