"""Imports on SQLite and on PostgreSQL: whatever the two might do differently."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from app.models import db, store_scope
from app.services.importing import import_orders, import_products
from app.services.importing import load_orders as use_case
from tests.factories import make_store
from tests.services.importing import stored
from tests.services.importing.files import NOW, SHIRT, order_rows
from tests.services.importing.loading import EXPORTED, OrderLoader, ProductLoader, counts, shirt
from tests.setup.databases import BOTH


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """Both engines, one after the other."""
    url: str = request.getfixturevalue(f"{request.param}_database_url")
    return url


def test_repeating_a_product_file_changes_nothing(load_products: ProductLoader) -> None:
    rows = (shirt("M"), shirt("L"), SHIRT | {"Handle": "cap", "Title": "Cap", "Option1 Value": "One"})
    load_products(*rows)
    before = stored.everything()
    assert counts(load_products(*rows)) == (0, 0, 2, 0)
    assert stored.everything() == before


def test_variants_may_swap_their_skus(load_products: ProductLoader) -> None:
    load_products(shirt("M", Variant_SKU="A"), shirt("L", Variant_SKU="B"))
    before = {variant.platform_id: variant.id for variant in stored.variants().values()}
    assert counts(load_products(shirt("M", Variant_SKU="B"), shirt("L", Variant_SKU="A"))) == (0, 1, 0, 0)
    assert {sku: variant.platform_id for sku, variant in stored.variants().items()} == {
        "B": "shirt/M",
        "A": "shirt/L",
    }
    assert {variant.platform_id: variant.id for variant in stored.variants().values()} == before


def test_stores_share_no_products(load_products: ProductLoader, acme: int) -> None:
    load_products(shirt("M", Variant_SKU="A"))
    before = stored.everything()
    other = make_store("kaze")
    report = import_products("kaze", load_products.path, now=NOW)
    assert counts(report) == (1, 0, 0, 0)
    assert stored.variants()["A"].store_id == acme
    with store_scope(other):
        assert stored.variants()["A"].store_id == other
    assert [row for row in stored.everything() if row["store_id"] == acme] == before


def test_a_product_with_its_variants(load_products: ProductLoader, acme: int) -> None:
    report = load_products(shirt("M", Vendor="Moss", Tags="men, sale"), shirt("L", Variant_SKU="SHIRT-L"))
    assert counts(report) == (1, 0, 0, 0)
    assert (report.kind, report.encoding) == ("Shopify product export", "UTF-8")
    product = stored.products()["shirt"]
    assert (product.store_id, product.title, product.vendor, product.tags) == (
        acme,
        "Linen Shirt",
        "Moss",
        ["men", "sale"],
    )
    assert [
        (v.sku, v.position, v.line_name, v.price, v.stock, v.stock_read_at) for v in product.variants
    ] == [
        ("shirt/M", 0, "linen shirt - m", 6000, None, EXPORTED),
        ("SHIRT-L", 1, "linen shirt - l", 6000, None, EXPORTED),
    ]


def test_an_order_with_its_lines(load_orders: OrderLoader, load_products: ProductLoader, acme: int) -> None:
    load_products(SHIRT | {"Tags": "linen", "Image Src": "https://images.example.com/shirt.jpg"})
    cap = {"Lineitem name": "Cap", "Lineitem sku": "CAP-1"}
    report = load_orders(order_rows({}, cap, {"Lineitem name": "Unknown"}, Taxes="14.85"))
    assert counts(report) == (1, 0, 0, 0)
    assert report.untied_lines == 2
    order = stored.orders()["AP1001"]
    assert (order.store_id, order.number_key, order.platform_id, order.secondary_id) == (
        acme,
        "ap1001",
        "5500",
        "5500",
    )
    assert (order.email_key, order.postcode_key, order.customer_id) == (
        "ada@example.com",
        "97701",
        "ada@example.com",
    )
    assert order.shipping_address["postal_code"] == "97701"
    assert (order.parent_id, order.root_id, order.chain_depth) == (None, None, 0)
    shirt, known, unknown = order.lines
    assert (shirt.title, shirt.variant_words, shirt.sku) == ("Linen Shirt", "M", "shirt/M")
    assert shirt.variant_id == stored.variants()["shirt/M"].id
    assert (shirt.tags, shirt.image_url) == (["linen"], "https://images.example.com/shirt.jpg")
    assert (known.title, known.sku, known.variant_id, known.product_id) == ("Cap", "CAP-1", None, None)
    assert (unknown.title, unknown.sku) == ("Unknown", "5500-3")  # never empty on the wire
    assert sum(line.tax for line in order.lines) == 1485
    assert [line.committed for line in order.lines] == [0, 0, 0]


def test_repeating_an_order_file_changes_nothing(load_orders: OrderLoader) -> None:
    orders = [order_rows({}, {}, Name=f"#AP{number}", Id=str(number)) for number in range(1, 13)]
    assert counts(load_orders(*orders)) == (12, 0, 0, 0)
    before = stored.everything()
    assert counts(load_orders(*orders)) == (0, 0, 12, 0)
    assert stored.everything() == before


def test_an_order_whose_product_came_later_is_tied_then(
    load_orders: OrderLoader, load_products: ProductLoader
) -> None:
    load_orders(order_rows())
    load_products(SHIRT)
    report = load_orders(order_rows())
    assert (counts(report), report.untied_lines) == ((0, 1, 0, 0), 0)
    assert stored.lines("AP1001")[0].variant_id == stored.variants()["shirt/M"].id


def test_nothing_is_half_written_when_a_batch_breaks(
    load_orders: OrderLoader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The machine fails on the lines of the second batch: its orders are gone with them."""
    monkeypatch.setattr(use_case, "BATCH", 2)
    orders = [order_rows(Name=f"#{number}", Id=str(number)) for number in range(1, 6)]
    inserts = iter(range(100))

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO line_item") and next(inserts) == 1:
            raise OSError("disk full")

    event.listen(db.engine, "before_cursor_execute", fail)
    with pytest.raises(OSError, match="disk full"):
        load_orders(*orders)
    event.remove(db.engine, "before_cursor_execute", fail)
    assert set(stored.orders()) == {"1", "2"}
    assert counts(load_orders(*orders)) == (3, 0, 2, 0)


def test_stores_share_no_orders(load_orders: OrderLoader, load_products: ProductLoader, acme: int) -> None:
    load_products(SHIRT)
    load_orders(order_rows())
    before = stored.everything()
    other = make_store("kaze")
    report = import_orders("kaze", load_orders.path, now=NOW)
    assert (counts(report), report.untied_lines) == ((1, 0, 0, 0), 1)
    with store_scope(other):
        assert stored.orders()["AP1001"].store_id == other
    assert [row for row in stored.everything() if row["store_id"] == acme] == before


def test_large_amounts_fit(load_orders: OrderLoader) -> None:
    load_orders(
        order_rows({"Lineitem price": "99999999999.99", "Lineitem quantity": "100000"}, Currency="IDR")
    )
    assert stored.lines("AP1001")[0].product == 9_999_999_999_999 * 100_000


def test_times_are_utc(load_orders: OrderLoader) -> None:
    load_orders(order_rows(Created_at="2026-11-10 10:00:00 -0500"))
    assert stored.orders()["AP1001"].placed_at == datetime(2026, 11, 10, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "🧥🎁", "\u202eمعطف\u202c", "N" * 300, "Ñ " * 150])
def test_names_of_any_kind_are_kept(load_orders: OrderLoader, text: str) -> None:
    assert counts(load_orders(order_rows(Billing_Name=text, Shipping_Name=text))) == (1, 0, 0, 0)
    order = stored.orders()["AP1001"]
    assert f"{order.first_name} {order.last_name}".strip() == text.strip()
    assert order.shipping_address["name"] == text.strip()
