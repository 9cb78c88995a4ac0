"""Products out of Shopify's product export: one row a variant or a picture, the product on its first.

The export names no product or variant by number. A product is known by its handle; a variant by
handle and options, which also stand in for a SKU that the merchant never gave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from app.services.importing.cells import Reading, amount, no, web_address, whole_number, words, yes
from app.services.importing.csv_reading import Group, Row
from app.services.importing.parsed import ParsedProduct, ParsedVariant
from app.services.importing.report import Refused

KIND = "Shopify product export"
KEY = "Handle"
REQUIRED = ("Handle", "Title", "Option1 Name", "Option1 Value", "Variant Price")
OPTIONS = (1, 2, 3)
ONLY_VARIANT = "Default Title"  # what Shopify calls the one variant of a product without options


def read_product(group: Group, reading: Reading, read_at: datetime) -> ParsedProduct:
    """The product in these rows; `read_at` is when its stock was true. Raises Refused."""
    _check(group)
    first = group.rows[0]
    option_names = _option_names(first)
    return ParsedProduct(
        line=group.line,
        platform_id=group.key,
        title=first["Title"],
        option_names=option_names,
        variants=tuple(_variants(group, len(option_names), reading.store.currency, read_at)),
        complete=True,
        vendor=first["Vendor"],
        tags=words(first["Tags"]),
        image_url=_first_picture(group.rows),
        is_gift_card=yes(first["Gift Card"]),
        active=not no(first["Published"]) and first["Status"].casefold() in ("", "active"),
    )


def _check(group: Group) -> None:
    if group.fault:
        raise Refused(group.fault[1], group.fault[0])
    if not group.key:
        raise Refused("Handle is empty")
    if not group.rows[0]["Title"]:
        raise Refused("Title is empty on the product's first row")


def _option_names(first: Row) -> tuple[str, ...]:
    """The options in the order they are asked; none for a product that comes in one way only."""
    if first["Option1 Value"] in ("", ONLY_VARIANT) and not first["Option2 Name"]:
        return ()
    names = (first[f"Option{place} Name"] for place in OPTIONS)
    return tuple(name for name in names if name)


def _variants(group: Group, options: int, currency: str, read_at: datetime) -> Iterator[ParsedVariant]:
    """Raises Refused for a product without variants, or with the same variant twice."""
    seen: set[tuple[str, ...]] = set()
    skus: set[str] = set()
    for row in group.rows:
        if not _is_variant(row):
            continue  # a picture
        variant = _variant(row, group, options, currency, read_at)
        if variant.option_values in seen:
            raise Refused(f"the variant “{' / '.join(variant.option_values)}” stands here twice", row.line)
        if variant.sku in skus:
            raise Refused(f"two variants have the SKU {variant.sku}", row.line)
        seen.add(variant.option_values)
        skus.add(variant.sku)
        yield variant
    if not seen:
        raise Refused("no row with a price: the product has no variant")


def _is_variant(row: Row) -> bool:
    return bool(row["Variant Price"] or row["Option1 Value"] or row["Variant SKU"])


def _variant(row: Row, group: Group, options: int, currency: str, read_at: datetime) -> ParsedVariant:
    values = tuple(row[f"Option{place} Value"] for place in OPTIONS[:options])
    if not all(values):
        raise Refused(f"Option{values.index('') + 1} Value is empty", row.line)
    price = amount(row, "Variant Price", currency)
    if price is None:
        raise Refused("Variant Price is empty", row.line)
    name = "/".join((group.key, *values))
    tracked = bool(row["Variant Inventory Tracker"])
    stock = whole_number(row, "Variant Inventory Qty") if tracked else None
    return ParsedVariant(
        platform_id=name,
        sku=row["Variant SKU"] or name,
        title=" / ".join(values),
        option_values=values,
        price=price,
        stock=stock,
        read_at=read_at,
        # Shops with several locations get no quantities in this export.
        stock_known=not tracked or stock is not None,
        backorder=row["Variant Inventory Policy"].casefold() == "continue",
        image_url=web_address(row["Variant Image"]),
    )


def _first_picture(rows: Sequence[Row]) -> str | None:
    """The picture that the shop shows first: the lowest position, then the earliest row."""
    pictures = []
    for place, row in enumerate(rows):
        url = web_address(row["Image Src"])
        if url:
            position = row["Image Position"]
            pictures.append((int(position) if position.isdecimal() else place + 1, place, url))
    return min(pictures)[2] if pictures else None
