"""Products behind the variants that came with an item."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.services.importing.optoro_catalogue import embedded_products, product_title
from app.services.importing.optoro_schema import SnapshotOrder, SnapshotVariant
from app.services.importing.parsed import ParsedProduct
from tests.services.importing.files import NOW, item, reading, snapshot_order, variant


def titled(title: str, *values: str) -> SnapshotVariant:
    attributes = [{"name": f"Option {place}", "value": value} for place, value in enumerate(values)]
    return SnapshotVariant.model_validate(variant(title=title, attributes=attributes))


@pytest.mark.parametrize(
    ("variants", "title"),
    [
        (
            [titled("Ridge Parka Navy / S", "Navy", "S"), titled("Ridge Parka Navy / M", "Navy", "M")],
            "Ridge Parka",
        ),
        ([titled("Trail Cap Red", "Red")], "Trail Cap"),
        ([titled("Fell Boot (41)", "41")], "Fell Boot"),
        ([titled("Fell Boot – NAVY, 41", "Navy", "41")], "Fell Boot"),
        ([titled("Infrared", "Red")], "Infrared"),  # part of a word is no option
        ([titled("Navy Parka S", "Navy", "S"), titled("Navy Parka M", "Navy", "M")], "Navy Parka"),
        ([titled("Socks", "One size")], "Socks"),
        ([titled("Left", "L"), titled("Right", "R")], "As the item is called"),
        ([titled("Red", "Red")], "Red"),
    ],
)
def test_the_title_is_what_the_variants_share(variants: list[SnapshotVariant], title: str) -> None:
    assert product_title(variants, "As the item is called") == title


def products(
    *variants: dict[str, Any], store: dict[str, Any] | None = None, **values: Any
) -> list[ParsedProduct]:
    order = SnapshotOrder.model_validate(snapshot_order(item(*variants), **values))
    return list(embedded_products(order, 5, reading(**(store or {}))))


def test_the_product_and_its_variant() -> None:
    [found] = products(variant(), variant(variant_identifier="PARKA-L", sku="", allow_backorder=True))
    assert (found.platform_id, found.title, found.option_names) == ("PARKA", "Ridge Parka", ("Color", "Size"))
    assert found.image_url == "https://images.example.com/parka.jpg"
    assert not found.complete
    first, second = found.variants
    assert (first.sku, first.title, first.option_values) == ("PARKA-M", "Navy / M", ("Navy", "M"))
    assert (first.price, first.stock, first.backorder) == (12900, 3, False)
    assert (second.sku, second.backorder) == ("PARKA-L", True)


@pytest.mark.parametrize(
    ("values", "stock", "known"),
    [
        ({"inventory_managed_by_platform": False}, None, True),
        ({"quantity_in_stock": 0}, 0, True),
        ({"quantity_in_stock": None}, None, False),
    ],
)
def test_stock(values: dict[str, Any], stock: int | None, known: bool) -> None:
    [found] = products(variant(**values))
    assert (found.variants[0].stock, found.variants[0].stock_known) == (stock, known)


def test_the_reading_is_as_old_as_the_snapshot_and_never_from_tomorrow() -> None:
    [found] = products(variant())
    assert found.variants[0].read_at == datetime(2026, 11, 13, 10, 0, tzinfo=UTC)
    [future] = products(variant(), updated_at="2027-01-01T00:00:00Z")
    assert future.variants[0].read_at == NOW


def test_prices_of_another_currency_stay_out_of_the_catalogue() -> None:
    assert products(variant(currency="EUR")) == []
    assert products(variant(currency=""), currency="EUR") == []


def test_a_tax_inclusive_store_shows_the_price_with_tax() -> None:
    inclusive = {"tax_inclusive": True, "tax_rate_ppm": 100_000}
    [found] = products(variant(), store=inclusive)
    assert found.variants[0].price == 13964  # 12900 and the tax of the line it came with


def test_a_price_for_all_units_is_not_needed() -> None:
    [found] = products(variant(unit_price_amount_cents=None, product_amount_cents=11000))
    assert found.variants[0].price == 11000
    assert replace(found, line=1).what == "product PARKA"
