"""A demo order as the rows a platform's export would have given: paid amounts, people, dates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.cli.demo.paying import as_paid
from app.cli.demo.tables import Bought, DemoOrder, DemoStore, Person, Unlisted
from app.domain.facts import Address, StoreFacts
from app.domain.order_number import email_key, number_key, postcode_key
from app.models import LineItem, Order, Variant


@dataclass(frozen=True)
class Shelf:
    """A store with its rows: what an order's lines are tied to. `variants` by SKU."""

    store: DemoStore
    store_id: int
    facts: StoreFacts
    variants: Mapping[str, Variant]


def order_row(shelf: Shelf, order: DemoOrder, now: datetime) -> Order:
    """The order with its lines, dated so many days before `now`."""
    buyer, receiver = order.buyer, order.gift_for or order.buyer
    platform_id = f"55{''.join(letter for letter in order.number if letter.isdigit()):0>10}"
    lines = [
        _line_row(shelf, order, place, f"{platform_id}-{place + 1}") for place in range(len(order.lines))
    ]
    return Order(
        store_id=shelf.store_id,
        number=order.number,
        number_key=number_key(order.number),
        platform_id=platform_id,
        secondary_id=platform_id,
        currency=shelf.facts.currency,
        cancelled=order.cancelled,
        placed_at=now - timedelta(days=order.ordered),
        shipped_at=_before(now, order.shipped),
        delivered_at=_before(now, order.delivered),
        is_gift=order.gift_for is not None,
        gift_code=order.gift_code,
        tags=[],
        customer_id=buyer.email,
        email=buyer.email,
        email_key=email_key(buyer.email),
        first_name=buyer.first_name,
        last_name=buyer.last_name,
        phone=buyer.phone,
        postcode_key=postcode_key(receiver.place.postal_code),
        shipping_address=address_of(receiver).to_data(),
        billing_address=address_of(buyer).to_data(),
        payment_reference=_paid_with(order.number, lines, shelf.facts.currency),
        lines=lines,
    )


def address_of(person: Person) -> Address:
    """Where this person gets parcels."""
    place = person.place
    return Address(
        name=person.name,
        street1=place.street1,
        street2=place.street2,
        city=place.city,
        province=place.province,
        postal_code=place.postal_code,
        country_code=place.country_code,
        phone=person.phone,
    )


def _paid_with(number: str, lines: Iterable[LineItem], currency: str) -> str:
    """A payment that the sandbox's cards know without having seen it: docs/connectors/cards.md."""
    paid = sum(line.product - line.discount + line.tax for line in lines)
    return f"past_{number}_{paid}_{currency}"


def _line_row(shelf: Shelf, order: DemoOrder, position: int, platform_id: str) -> LineItem:
    line, facts = order.lines[position], shelf.facts
    row = _unlisted(line) if isinstance(line, Unlisted) else _of_catalogue(shelf, line)
    discount = line.discount if isinstance(line, Bought) else 0
    paid = as_paid(row.list_price, line.quantity, discount, facts.tax_rate_ppm, facts.tax_inclusive)
    row.store_id = shelf.store_id
    row.position, row.platform_id = position, platform_id
    row.product, row.discount, row.tax = paid.product, paid.discount, paid.tax
    row.quantity = line.quantity
    row.shipped = line.quantity if order.shipped is not None else 0
    row.tags = list(line.tags)
    return row


def _of_catalogue(shelf: Shelf, line: Bought) -> LineItem:
    product = shelf.store.product(line.product)
    variant = shelf.variants[product.sku(line.values)]
    return LineItem(
        variant_id=variant.id,
        product_id=variant.product_id,
        sku=variant.sku,
        title=product.title,
        variant_words=" · ".join(line.values),
        list_price=variant.price if line.price is None else line.price,
        refunded=line.refunded,
        image_url=product.picture(line.values),
    )


def _unlisted(line: Unlisted) -> LineItem:
    return LineItem(sku=line.sku, title=line.title, list_price=line.price)


def _before(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now - timedelta(days=days)
