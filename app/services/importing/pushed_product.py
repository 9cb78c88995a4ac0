"""A product as another program sends it: all its variants, each with its price and stock.

The variants have the shape that they have in an order snapshot (`optoro_schema`). There, amounts are
without tax; a shop whose prices contain tax may say `shown_price_amount_cents` instead, exactly as it
shows it, and nothing has to be worked out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from app.domain.facts import StoreFacts
from app.services.importing.cells import LARGEST_AMOUNT, web_address
from app.services.importing.optoro_catalogue import shown_price
from app.services.importing.optoro_schema import Amount, Moment, Name, Shape, Tags, Text, VariantShape
from app.services.importing.parsed import ParsedProduct, ParsedVariant

MOST_VARIANTS = 2000
Fault = tuple[tuple[str | int, ...], str]  # where it stands, and what is wrong there


class PushedVariant(VariantShape):
    """One variant; `attributes` are its options in the order in which they are asked."""

    product_identifier: Text = ""
    product_amount_cents: Amount | None = None
    shown_price_amount_cents: Amount | None = None


class PushedProduct(Shape):
    """A product. `updated_at` is when its stock was read; left out, it is now."""

    title: Name
    vendor: Text = ""
    tags: Tags = Field(default_factory=list)
    image_url: Text = ""
    is_gift_card: bool = False
    active: bool = True
    updated_at: Moment | None = None
    variants: Annotated[list[PushedVariant], Field(min_length=1, max_length=MOST_VARIANTS)]


def faults_in(product: PushedProduct, identifier: str, store: StoreFacts) -> Iterator[Fault]:
    """What the fields must be to each other, to the address and to the store."""
    names = _option_names(product)
    seen: dict[str, set[object]] = {"variant_identifier": set(), "sku": set(), "attributes": set()}
    for place, variant in enumerate(product.variants):
        at = ("variants", place)
        if variant.product_identifier not in ("", identifier):
            yield (*at, "product_identifier"), f"must be {identifier}, as in the address, or left out"
        if variant.currency and variant.currency.upper() != store.currency:
            yield (*at, "currency"), f"must be {store.currency}, the store's currency, or left out"
        if variant.product_amount_cents is None and variant.shown_price_amount_cents is None:
            yield (*at, "product_amount_cents"), "must say the price, unless shown_price_amount_cents does"
        if tuple(attribute.name for attribute in variant.attributes) != names:
            yield (*at, "attributes"), "must have the same names in the same order in every variant"
        values = {
            "variant_identifier": variant.variant_identifier,
            "sku": variant.sku or variant.variant_identifier,
            "attributes": tuple(attribute.value for attribute in variant.attributes),
        }
        for name, value in values.items():
            if value in seen[name]:
                yield (*at, name), "stands here twice"
            seen[name].add(value)


def parsed(product: PushedProduct, identifier: str, store: StoreFacts, now: datetime) -> ParsedProduct:
    """The product as every import hands it to the catalogue; nothing in it may be at fault."""
    read_at = min(product.updated_at or now, now)
    return ParsedProduct(
        line=1,
        platform_id=identifier,
        title=product.title,
        option_names=_option_names(product),
        variants=tuple(_variant(variant, store, read_at) for variant in product.variants),
        complete=True,
        vendor=product.vendor,
        tags=tuple(product.tags),
        image_url=web_address(product.image_url),
        is_gift_card=product.is_gift_card,
        active=product.active,
    )


def _option_names(product: PushedProduct) -> tuple[str, ...]:
    return tuple(attribute.name for attribute in product.variants[0].attributes)


def _variant(variant: PushedVariant, store: StoreFacts, read_at: datetime) -> ParsedVariant:
    tracked = variant.inventory_managed_by_platform
    values = tuple(attribute.value for attribute in variant.attributes)
    return ParsedVariant(
        platform_id=variant.variant_identifier,
        sku=variant.sku or variant.variant_identifier,
        title=" / ".join(values),
        option_values=values,
        price=_price(variant, store),
        stock=variant.quantity_in_stock if tracked else None,
        read_at=read_at,
        stock_known=not tracked or variant.quantity_in_stock is not None,
        backorder=variant.allow_backorder,
        image_url=_first_address(variant.image_urls),
    )


def _price(variant: PushedVariant, store: StoreFacts) -> int:
    if variant.shown_price_amount_cents is not None:
        return variant.shown_price_amount_cents
    unit = variant.unit_price_amount_cents
    without_tax = (variant.product_amount_cents or 0) if unit is None else unit
    return min(shown_price(without_tax, 0, 0, store), LARGEST_AMOUNT)


def _first_address(urls: Sequence[str]) -> str | None:
    return next((url for url in urls if web_address(url)), None)
