"""Rows for tests as plain functions: a store, a product with variants, an order with lines.

They write through the application's own models and commit; ids come back, because a use case lets go
of every row that was loaded before it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.domain.order_number import email_key, number_key, postcode_key
from app.models import LineItem, Order, Product, Store, Variant, db, store_scope
from app.services.search_keys import index_orders

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

ADA = {
    "name": "Ada Moss",
    "street1": "9 Quay St",
    "city": "Bend",
    "province": "OR",
    "postal_code": "97701",
    "country_code": "US",
}


def make_store(slug: str = "acme", **values: Any) -> int:
    """A store that sells in dollars and adds tax, unless told otherwise."""
    defaults: dict[str, Any] = {
        "name": slug.title(),
        "currency": "USD",
        "locale": "en_US",
        "time_zone": "America/New_York",
        "policy_data": {"undo_minutes": 0},
        "created_at": NOW,
    }
    store = Store(slug=slug, **(defaults | values))
    db.session.add(store)
    db.session.commit()
    return store.id


@dataclass(frozen=True)
class Shelf:
    """A product in the catalogue: its variants by their options in words, "Navy / M"."""

    title: str
    options: Sequence[str]
    variants: Mapping[str, tuple[int, int | None]]  # words → price, stock
    active: bool = True
    backorder: bool = False


PARKA = Shelf(
    "Ridge Parka",
    ("Colour", "Size"),
    {
        "Navy / M": (12900, 5),
        "Navy / L": (12900, 5),
        "Navy / XL": (13950, 5),
        "Moss / M": (10900, 5),
        "Moss / S": (12900, 0),
    },
)


def make_product(store_id: int, shelf: Shelf = PARKA) -> dict[str, int]:
    """Put a product on the shelf; ids of its variants by their words."""
    product = Product(
        store_id=store_id,
        platform_id=shelf.title.upper().replace(" ", "-"),
        title=shelf.title,
        option_names=list(shelf.options),
        active=shelf.active,
    )
    for position, (words, (price, stock)) in enumerate(shelf.variants.items()):
        product.variants.append(
            Variant(
                store_id=store_id,
                position=position,
                platform_id=f"{product.platform_id}-{position}",
                sku=f"{product.platform_id}-{words.replace(' / ', '-').upper()}",
                title=words,
                line_name=f"{shelf.title} - {words}".casefold(),
                option_values=words.split(" / ") if shelf.options else [],
                price=price,
                stock=stock,
                backorder=shelf.backorder,
            )
        )
    db.session.add(product)
    db.session.commit()
    return {variant.title: variant.id for variant in product.variants}


@dataclass(frozen=True)
class Bought:
    """One line of an order, in minor units; without a variant it can only become a gift card."""

    variant_id: int | None = None
    product: int = 12900
    discount: int = 0
    tax: int = 0
    quantity: int = 1
    title: str = "Ridge Parka"
    words: str = "Navy · M"
    tags: Sequence[str] = ()
    more: Mapping[str, Any] = field(default_factory=dict)


def make_order(store_id: int, *bought: Bought, number: str = "AC-1001", **values: Any) -> int:
    """A delivered order of Ada's with these lines."""
    email = values.pop("email", "ada@example.com")
    address = values.pop("address", ADA)
    delivered = values.pop("delivered_at", NOW - timedelta(days=5))
    order = Order(
        store_id=store_id,
        number=number,
        number_key=number_key(number),
        email=email,
        email_key=email_key(email),
        customer_id=values.pop("customer_id", "cus_88"),
        first_name="Ada",
        last_name="Moss",
        postcode_key=postcode_key(address.get("postal_code", "")),
        shipping_address=address,
        billing_address=address,
        currency=values.pop("currency", "USD"),
        placed_at=NOW - timedelta(days=9),
        shipped_at=NOW - timedelta(days=7),
        delivered_at=delivered,
        **values,
    )
    order.lines = [_line(store_id, position, line) for position, line in enumerate(bought)]
    db.session.add(order)
    db.session.flush()
    with store_scope(store_id):
        index_orders([order.id])
    db.session.commit()
    return order.id


def _line(store_id: int, position: int, bought: Bought) -> LineItem:
    variant = db.session.get(Variant, bought.variant_id) if bought.variant_id else None
    values: dict[str, Any] = {
        "store_id": store_id,
        "position": position,
        "platform_id": str(11 + position),
        "variant_id": bought.variant_id,
        "product_id": variant.product_id if variant else None,
        "sku": variant.sku if variant else f"SKU-{position}",
        "title": bought.title,
        "variant_words": bought.words,
        "product": bought.product,
        "discount": bought.discount,
        "tax": bought.tax,
        "list_price": bought.product // bought.quantity,
        "quantity": bought.quantity,
        "shipped": bought.quantity,
        "tags": list(bought.tags),
    }
    return LineItem(**(values | dict(bought.more)))


def line_ids(order_id: int) -> list[int]:
    """Ids of an order's lines, in their order."""
    found = db.session.scalars(
        select(LineItem.id).where(LineItem.order_id == order_id).order_by(LineItem.position)
    )
    return list(found)
