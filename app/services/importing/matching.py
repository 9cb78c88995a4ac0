"""Which variant of the catalogue a bought line was: by its SKU, else by its name, else none.

A line that is tied to nothing can still be exchanged for a gift card.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from app.models import Product, Variant, db
from app.services.importing.parsed import ParsedLine

GIFT_CARD_TAG = "gift-card"


@dataclass(frozen=True, slots=True)
class Tie:
    """The variant a line was, with what the line takes over from it."""

    variant_id: int
    product_id: int
    sku: str
    title: str
    words: str
    tags: tuple[str, ...]
    image_url: str | None


def line_name(title: str, option_values: Sequence[str]) -> str:
    """How an order export names a variant: "Title - Option / Option"."""
    return f"{title} - {' / '.join(option_values)}" if option_values else title


def name_key(name: str) -> str:
    """A line's name for comparing: one spelling, no capitals, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


class Ties:
    """The ties of a batch of lines, found with two queries in the store in scope."""

    def __init__(self, lines: Iterable[ParsedLine]) -> None:
        lines = list(lines)
        skus = {line.sku for line in lines if line.sku}
        self._by_sku = {row.sku: _tie(row) for row in _rows(Variant.sku.in_(skus))} if skus else {}
        names = {name_key(line.name) for line in lines if line.sku not in self._by_sku}
        self._by_name = _without_doubt(_rows(Variant.line_name.in_(names))) if names else {}

    def of(self, line: ParsedLine) -> Tie | None:
        return self._by_sku.get(line.sku) or self._by_name.get(name_key(line.name))


def _rows(condition: ColumnElement[bool]) -> list[Row[Any]]:
    columns = (
        Variant.id,
        Variant.product_id,
        Variant.sku,
        Variant.line_name,
        Variant.option_values,
        Variant.active,
        Variant.image_url,
        Product.title,
        Product.tags,
        Product.is_gift_card,
        Product.image_url.label("product_image_url"),
    )
    query = select(*columns).join(Product, Product.id == Variant.product_id).where(condition)
    return list(db.session.execute(query))


def _without_doubt(rows: Iterable[Row[Any]]) -> dict[str, Tie]:
    """One variant a name; where several have it, the one that is still sold, or none at all."""
    candidates: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        candidates[row.line_name].append(row)
    ties = {}
    for name, found in candidates.items():
        sold = [row for row in found if row.active] if len(found) > 1 else found
        if len(sold) == 1:
            ties[name] = _tie(sold[0])
    return ties


def _tie(row: Row[Any]) -> Tie:
    extra = (GIFT_CARD_TAG,) if row.is_gift_card else ()
    return Tie(
        variant_id=row.id,
        product_id=row.product_id,
        sku=row.sku,
        title=row.title,
        words=" · ".join(value for value in row.option_values if value),
        tags=(*row.tags, *extra),
        image_url=row.image_url or row.product_image_url,
    )
