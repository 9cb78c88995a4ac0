"""The three real files: everything loads, and lines add up to their orders."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from app.domain.money import minor_units
from app.services.importing import import_orders, import_products
from tests.services.importing import stored
from tests.services.importing.files import NOW
from tests.services.importing.loading import counts


@pytest.fixture
def products(acme: int, shared_data: Path) -> None:
    report = import_products("acme", shared_data / "shopify-products-apparel.csv", now=NOW)
    assert counts(report) == (20, 0, 0, 0)


@pytest.mark.usefixtures("products")
def test_products() -> None:
    found = stored.products()
    top = found["classic-varsity-top"]
    assert top.option_names == ["Size"]
    assert [(variant.sku, variant.price, variant.stock) for variant in top.variants] == [
        ("classic-varsity-top/Small", 6000, None),
        ("classic-varsity-top/Medium", 6000, None),
        ("classic-varsity-top/Large", 6000, None),
    ]
    assert found["ocean-blue-shirt"].option_names == []
    assert [variant.sku for variant in found["ocean-blue-shirt"].variants] == ["ocean-blue-shirt"]
    assert all(product.image_url and product.active for product in found.values())


@pytest.mark.usefixtures("products")
def test_orders(shared_data: Path) -> None:
    path = shared_data / "shopify-orders-apparel.csv"
    report = import_orders("acme", path, now=NOW)
    assert (counts(report), report.untied_lines) == ((12, 0, 0, 0), 0)
    with path.open(encoding="utf-8", newline="") as file:
        firsts = [row for row in csv.DictReader(file) if row["Subtotal"]]
    for first in firsts:
        order = stored.orders()[first["Name"].removeprefix("#")]
        assert order.platform_id == order.secondary_id == first["Id"]
        assert sum(line.product - line.discount for line in order.lines) == minor_units(
            first["Subtotal"], "USD"
        )
        assert sum(line.tax for line in order.lines) == minor_units(first["Taxes"], "USD")
        assert order.shipping_address["postal_code"] == first["Shipping Zip"].removeprefix("'")
    assert counts(import_orders("acme", path, now=NOW)) == (0, 0, 12, 0)


@pytest.mark.usefixtures("products")
def test_the_cases_among_the_orders(shared_data: Path) -> None:
    import_orders("acme", shared_data / "shopify-orders-apparel.csv", now=NOW)
    orders = stored.orders()
    [top, *_] = orders["AP1004"].lines
    assert (top.platform_id, top.title, top.variant_words) == (
        "5500000000003-1",
        "Classic Varsity Top",
        "Medium",
    )
    assert orders["AP1004"].first_name == "王"
    assert orders["AP1005"].first_name == '=HYPERLINK("x")'
    assert (orders["AP1006"].shipped_at, orders["AP1006"].lines[0].shipped) == (None, 0)
    assert (orders["AP1008"].cancelled, orders["AP1008"].lines[0].refunded) == (True, 1)
    assert (orders["AP1002"].lines[0].discount, orders["AP1010"].lines[0].discount) == (300, 1800)


def test_snapshot(acme: int, shared_data: Path) -> None:
    path = shared_data / "optoro-orders.json"
    assert counts(import_orders("acme", path, now=NOW)) == (4, 0, 0, 0)
    stated = json.loads(path.read_text(encoding="utf-8"))["returns_portal_order"]["orders"]
    for order in stated:
        lines = stored.lines(order["identifier"])
        assert sum(line.product for line in lines) == order["product_amount_cents"]
        assert sum(line.discount for line in lines) == order["discount_amount_cents"]
        assert sum(line.tax for line in lines) == order["tax_amount_cents"]
        assert all(line.variant_id and line.concept == "northwind" for line in lines)
    assert {product.title for product in stored.products().values()} == {
        "Ridge Parka",
        "Trail Cap",
        "Fell Boot",
    }
    assert stored.lines("NW-1002")[1].tags == ["FinalSale"]
    assert (stored.lines("NW-1003")[0].quantity, stored.lines("NW-1003")[0].refunded) == (2, 1)
    assert (stored.orders()["NW-1004"].shipped_at, stored.lines("NW-1004")[0].shipped) == (None, 0)
    assert counts(import_orders("acme", path, now=NOW)) == (0, 0, 4, 0)


def test_all_three_into_one_store(acme: int, shared_data: Path, products: None) -> None:
    import_orders("acme", shared_data / "shopify-orders-apparel.csv", now=NOW, shift_dates=True)
    import_orders("acme", shared_data / "optoro-orders.json", now=NOW, shift_dates=True)
    orders = stored.orders()
    assert len(orders) == 16
    assert {orders[number].placed_at.date().isoformat() for number in ("AP1003", "NW-1001")} == {"2026-11-17"}
