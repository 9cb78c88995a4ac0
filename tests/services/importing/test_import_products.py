"""`import_products` on a real database: what is new, what changes, what is left alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.services.importing import FileRefused, UnknownStore, import_products
from tests.services.importing import stored
from tests.services.importing.files import NOW, SHIRT, write_csv
from tests.services.importing.loading import EXPORTED, ProductLoader, counts, shirt


def test_a_newer_reading_of_the_same_stock_is_remembered(load_products: ProductLoader) -> None:
    tracked = shirt("M", Variant_Inventory_Tracker="shopify", Variant_Inventory_Qty="3")
    load_products(tracked)
    later = EXPORTED + timedelta(hours=1)
    assert counts(load_products(tracked, exported=later)) == (0, 0, 1, 0)
    assert stored.variants()["shirt/M"].stock_read_at == later


def test_a_file_from_the_future_was_read_now(load_products: ProductLoader) -> None:
    load_products(shirt("M"), exported=datetime(2030, 1, 1, tzinfo=UTC))
    assert stored.variants()["shirt/M"].stock_read_at == NOW


@pytest.mark.parametrize(
    "change",
    [
        {"Title": "Silk Shirt"},
        {"Variant Price": "61.00"},
        {"Published": "false"},
        {"Tags": "sale"},
        {"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "2"},
        {"Variant Inventory Policy": "continue"},
        {"Image Src": "https://images.example.com/1.jpg"},
    ],
)
def test_a_change_is_taken_over_in_place(load_products: ProductLoader, change: dict[str, str]) -> None:
    load_products(shirt("M"), shirt("L"))
    ids = {sku: variant.id for sku, variant in stored.variants().items()}
    before = stored.everything()
    assert counts(load_products(shirt("M") | change, shirt("L"))) == (0, 1, 0, 0)
    assert {sku: variant.id for sku, variant in stored.variants().items()} == ids
    assert stored.everything() != before


def test_a_variant_that_is_gone_is_no_longer_sold(load_products: ProductLoader) -> None:
    load_products(shirt("M"), shirt("L"))
    assert counts(load_products(shirt("M"))) == (0, 1, 0, 0)
    assert {sku: variant.active for sku, variant in stored.variants().items()} == {
        "shirt/M": True,
        "shirt/L": False,
    }
    assert counts(load_products(shirt("M"))) == (0, 0, 1, 0)
    load_products(shirt("M"), shirt("L"))
    assert stored.variants()["shirt/L"].active


def test_products_that_a_file_leaves_out_stay(load_products: ProductLoader) -> None:
    load_products(shirt("M"))
    load_products(SHIRT | {"Handle": "cap", "Title": "Cap"})
    assert all(product.active for product in stored.products().values())
    assert len(stored.products()) == 2


def test_a_renamed_option_is_found_by_its_sku(load_products: ProductLoader) -> None:
    load_products(shirt("M", Variant_SKU="A"))
    before = stored.variants()["A"].id
    load_products(shirt("Medium", Variant_SKU="A"))
    assert {sku: (row.id, row.title) for sku, row in stored.variants().items()} == {"A": (before, "Medium")}


def test_a_sku_of_another_product_is_refused_and_the_rest_loads(load_products: ProductLoader) -> None:
    load_products(shirt("M", Variant_SKU="A"))
    cap = SHIRT | {"Handle": "cap", "Title": "Cap", "Variant SKU": "A"}
    belt = SHIRT | {"Handle": "belt", "Title": "Belt", "Variant SKU": "C"}
    twin = SHIRT | {"Handle": "twin", "Title": "Twin", "Variant SKU": "C"}
    report = load_products(cap, belt, twin)
    assert counts(report) == (1, 0, 0, 2)
    assert [(p.line, p.what) for p in report.refusals] == [(2, "product cap"), (4, "product twin")]
    assert set(stored.products()) == {"shirt", "belt"}


def test_tracked_stock_without_a_number_keeps_what_is_known(load_products: ProductLoader) -> None:
    silent = shirt("M", Variant_Inventory_Tracker="shopify")
    report = load_products(silent)
    assert stored.variants()["shirt/M"].stock == 0
    assert report.noted == 1
    load_products(silent | {"Variant Inventory Qty": "7"})
    load_products(silent)
    assert stored.variants()["shirt/M"].stock == 7


def test_a_bad_product_is_left_out_whole(load_products: ProductLoader) -> None:
    bad = SHIRT | {"Handle": "bad", "Title": "Bad"}
    rows = (
        shirt("M"),
        bad,
        bad | {"Option1 Value": "L", "Variant Price": "free"},
        shirt("M") | {"Handle": "cap"},
    )
    report = load_products(*rows)
    assert counts(report) == (2, 0, 0, 1)
    assert str(report.refusals[0]) == "line 4: product bad: Variant Price is “free”, not an amount in USD"
    assert set(stored.products()) == {"shirt", "cap"}
    assert len(stored.variants()) == 2


def test_a_handle_that_comes_back_later_is_refused(load_products: ProductLoader) -> None:
    report = load_products(shirt("M"), SHIRT | {"Handle": "cap"}, shirt("L"))
    assert counts(report) == (2, 0, 0, 1)
    assert (
        str(report.refusals[0]) == "line 4: product shirt: it already stands in line 2; the first one counts"
    )


def test_a_text_too_long_for_its_column_is_refused(load_products: ProductLoader) -> None:
    report = load_products(
        shirt("M", Title="x" * 501), SHIRT | {"Handle": "h" * 256}, shirt("M") | {"Handle": "cap"}
    )
    assert counts(report) == (1, 0, 0, 2)
    assert report.refusals[0].reason == "title is longer than 500 characters"


def test_an_unknown_store_and_a_wrong_file(load_products: ProductLoader, tmp_path: Path) -> None:
    with pytest.raises(UnknownStore):
        import_products("nobody", tmp_path / "products.csv", now=NOW)
    orders = write_csv(tmp_path / "orders.csv", [])
    with pytest.raises(FileRefused, match="Handle"):
        import_products("acme", orders, now=NOW)
    snapshot = tmp_path / "orders.json"
    snapshot.write_text("{}", encoding="utf-8")
    with pytest.raises(FileRefused, match="JSON"):
        import_products("acme", snapshot, now=NOW)
