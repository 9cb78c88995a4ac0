"""The products behind the variants that a snapshot's items carry along.

Source: Optoro Returns Portal Orders 3.0.0, `items[].variants[]`. A snapshot states no product of
its own, so its title is what the variants' titles have in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import takewhile

from app.domain.facts import StoreFacts
from app.domain.money import round_half_even
from app.services.importing.cells import LARGEST_AMOUNT, Reading, web_address
from app.services.importing.optoro_schema import SnapshotItem, SnapshotOrder, SnapshotVariant
from app.services.importing.parsed import ParsedProduct, ParsedVariant

PPM = 1_000_000
_JOINTS = " \t/|-–—·,;:("
_CLOSING = ")"


def told_at(order: SnapshotOrder, reading: Reading) -> datetime:
    """When the snapshot was true. A clock that runs ahead must not shut out what is told later."""
    return min(order.updated_at + reading.shift, reading.now)


def embedded_products(order: SnapshotOrder, line: int, reading: Reading) -> Iterator[ParsedProduct]:
    """A product for each item that brings variants in the store's currency.

    `line` is the order's. What the variants say was true when the snapshot was last updated.
    """
    read_at = told_at(order, reading)
    for item in order.items:
        same_money = [
            variant
            for variant in item.variants
            if (variant.currency or order.currency).upper() == reading.store.currency
            and variant.product_identifier == item.variants[0].product_identifier
        ]
        if same_money:
            yield _product(item, same_money, line, read_at, reading.store)


def shown_price(unit: int, tax: int, net: int, store: StoreFacts) -> int:
    """One unit as the shop shows it: with tax where its prices contain it, at the line's own rate."""
    if not store.tax_inclusive:
        return unit
    rate = (tax, net) if net else (store.tax_rate_ppm, PPM)
    return unit + round_half_even(unit * rate[0], rate[1])


def product_title(variants: Sequence[SnapshotVariant], otherwise: str) -> str:
    """ "Ridge Parka" of "Ridge Parka Navy / S" and "Ridge Parka Navy / M"."""
    first = variants[0]
    title = _without_options(first)
    if title and title != first.title:
        return title
    words = zip(*(variant.title.split() for variant in variants), strict=False)
    common = [same[0] for same in takewhile(lambda same: len(set(same)) == 1, words)]
    return _trimmed(" ".join(common)) or otherwise


def _product(
    item: SnapshotItem,
    variants: Sequence[SnapshotVariant],
    line: int,
    read_at: datetime,
    store: StoreFacts,
) -> ParsedProduct:
    names = tuple(attribute.name for attribute in variants[0].attributes)
    pictures = (_picture(variant) for variant in variants)
    return ParsedProduct(
        line=line,
        platform_id=variants[0].product_identifier,
        title=product_title(variants, item.title),
        option_names=names,
        variants=tuple(_variant(variant, names, item, read_at, store) for variant in variants),
        complete=False,
        image_url=next((picture for picture in pictures if picture), None),
    )


def _variant(
    variant: SnapshotVariant,
    names: Sequence[str],
    item: SnapshotItem,
    read_at: datetime,
    store: StoreFacts,
) -> ParsedVariant:
    by_name = {attribute.name: attribute.value for attribute in variant.attributes}
    values = tuple(by_name.get(name, "") for name in names)
    unit = variant.unit_price_amount_cents
    net = item.product_amount_cents - item.discount_amount_cents
    tracked = variant.inventory_managed_by_platform
    return ParsedVariant(
        platform_id=variant.variant_identifier,
        sku=variant.sku or variant.variant_identifier,
        title=" / ".join(value for value in values if value),
        option_values=values,
        price=min(
            shown_price(
                variant.product_amount_cents if unit is None else unit, item.tax_amount_cents, net, store
            ),
            LARGEST_AMOUNT,
        ),
        stock=variant.quantity_in_stock if tracked else None,
        read_at=read_at,
        stock_known=not tracked or variant.quantity_in_stock is not None,
        backorder=variant.allow_backorder,
        image_url=_picture(variant),
    )


def _picture(variant: SnapshotVariant) -> str | None:
    return next((url for url in variant.image_urls if web_address(url)), None)


def _without_options(variant: SnapshotVariant) -> str:
    """The title without the options at its end; as it is where it does not end with all of them."""
    title = variant.title
    for attribute in reversed(variant.attributes):
        rest = title.rstrip(_CLOSING + " ")
        start = len(rest) - len(attribute.value)
        if rest[start:].casefold() != attribute.value.casefold() or rest[start - 1 : start] not in _JOINTS:
            return variant.title
        title = _trimmed(rest[:start])
    return title


def _trimmed(text: str) -> str:
    return text.rstrip(_JOINTS)
