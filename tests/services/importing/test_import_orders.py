"""`import_orders` on a real database, from Shopify's export."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from app.services.importing import (
    FileRefused,
    Listener,
    UnknownStore,
    import_orders,
)
from tests.services.importing import stored
from tests.services.importing.files import NOW, PRODUCT_COLUMNS, SHIRT, csv_text, order_rows, write_csv
from tests.services.importing.loading import OrderLoader, ProductLoader, counts


@pytest.mark.parametrize(
    ("line", "sku"),
    [
        ({"Lineitem sku": "B"}, "B"),  # the SKU comes before the name
        ({"Lineitem sku": "", "Lineitem name": "Linen Shirt - M"}, "A"),
        ({"Lineitem sku": "OLD", "Lineitem name": "Linen Shirt - M"}, "A"),
        ({"Lineitem name": "linen  shirt - m"}, "A"),
        ({"Lineitem name": "Linen Shirt"}, None),
        ({"Lineitem name": "Twin"}, None),  # two products have that name: no guess
        ({"Lineitem name": "Once"}, "ON-SALE"),  # only one of the two is still sold
    ],
)
def test_a_line_is_tied_by_sku_then_by_name(
    load_orders: OrderLoader, load_products: ProductLoader, line: dict[str, str], sku: str | None
) -> None:
    alone = {"Option1 Name": "Title", "Option1 Value": "Default Title"}
    load_products(
        SHIRT | {"Variant SKU": "A"},
        SHIRT | {"Variant SKU": "B", "Option1 Value": "L"},
        SHIRT | alone | {"Handle": "twin-1", "Title": "Twin"},
        SHIRT | alone | {"Handle": "twin-2", "Title": "Twin"},
        SHIRT | alone | {"Handle": "once-1", "Title": "Once", "Variant SKU": "ON-SALE"},
        SHIRT | alone | {"Handle": "once-2", "Title": "Once", "Variant SKU": "GONE"},
    )
    # What is off sale: the second "Once", whose only variant was replaced by another.
    load_products(SHIRT | {"Handle": "once-2", "Title": "Once", "Option1 Value": "New"})
    load_orders(order_rows(line))
    [found] = stored.lines("AP1001")
    tied = next((row.sku for row in stored.variants().values() if row.id == found.variant_id), None)
    assert tied == sku


def test_a_gift_card_that_was_bought_is_marked(
    load_orders: OrderLoader, load_products: ProductLoader
) -> None:
    load_products(SHIRT | {"Gift Card": "true"})
    load_orders(order_rows())
    assert stored.lines("AP1001")[0].tags == ["gift-card"]


def test_a_bad_order_is_left_out_whole_and_named(load_orders: OrderLoader) -> None:
    good = order_rows(Name="#1", Id="1")
    bad = order_rows({}, {"Lineitem quantity": "-1"}, Name="#2", Id="2")
    last = order_rows(Name="#3", Id="3")
    heard: list[str] = []
    write_csv(load_orders.path, [*good, *bad, *last])
    listener = Listener(refusal=lambda problem: heard.append(str(problem)))
    report = import_orders("acme", load_orders.path, now=NOW, listener=listener)
    assert counts(report) == (2, 0, 0, 1)
    assert heard == [
        "line 4: order #2: Lineitem quantity is “-1”; it must be a whole number from 1 to 100,000"
    ]
    assert set(stored.orders()) == {"1", "3"}


def test_a_number_that_comes_back_later_is_refused(load_orders: OrderLoader) -> None:
    report = load_orders(
        order_rows(Name="#AP-1"), order_rows(Name="#2", Id="2"), order_rows({}, Name="#ap 1", Id="9")
    )
    assert counts(report) == (2, 0, 0, 1)
    assert str(report.refusals[0]).startswith("line 4: order #ap 1: this order already stands in line 2")
    assert stored.orders()["AP-1"].platform_id == "5500"


def test_a_number_that_only_reads_like_another_is_refused(load_orders: OrderLoader) -> None:
    load_orders(order_rows(Name="#1-11", Id="1"))
    report = load_orders(order_rows(Name="#11-1", Id="2"))
    assert counts(report) == (0, 0, 0, 1)
    assert "reads like 1-11" in report.refusals[0].reason
    assert set(stored.orders()) == {"1-11"}


def test_dates_are_moved_together(load_orders: OrderLoader) -> None:
    old = order_rows(
        Name="#1", Id="1", Created_at="2026-09-01 10:00:00 -0500", Fulfilled_at="2026-09-03 10:00:00 -0500"
    )
    older = order_rows(Name="#2", Id="2", Created_at="2026-08-30 10:00:00 -0500", Fulfilled_at="")
    bad = order_rows(Name="#3", Id="3", Created_at="2099-99-99")
    report = load_orders(old, older, bad, shift_dates=True)
    newest = stored.orders()["1"]
    assert newest.placed_at.date() == date(2026, 11, 17)  # five days before now
    assert report.shifted_days == 77
    assert newest.delivered_at == newest.placed_at + timedelta(days=2)
    assert stored.orders()["2"].placed_at == newest.placed_at - timedelta(days=2)
    assert counts(load_orders(old, older, shift_dates=True)) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("encoding", "words"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 with BOM"), ("cp1252", "Windows-1252")]
)
def test_encodings(load_orders: OrderLoader, encoding: str, words: str) -> None:
    write_csv(load_orders.path, order_rows(Billing_Name="Noé Lefèvre"), encoding=encoding)
    report = import_orders("acme", load_orders.path, now=NOW)
    assert (report.encoding, report.new) == (words, 1)
    assert (stored.orders()["AP1001"].first_name, stored.orders()["AP1001"].last_name) == ("Noé", "Lefèvre")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"Billing_Name": "N" * 501}, "first name is longer than 500 characters"),
        ({"Name": "#" + "1" * 256}, "number is longer than 255 characters"),
        ({"Email": "a" * 310 + "@example.com"}, "customer id is longer than 320 characters"),
    ],
)
def test_a_text_too_long_for_its_column_is_refused(
    load_orders: OrderLoader, fields: dict[str, str], words: str
) -> None:
    report = load_orders(order_rows(**fields), order_rows(Name="#2", Id="2"))
    assert counts(report) == (1, 0, 0, 1)
    assert report.refusals[0].reason == words


def test_a_file_that_was_cut_off_loads_what_is_whole(load_orders: OrderLoader) -> None:
    orders = [order_rows({}, {}, Name=f"#{number}", Id=str(number)) for number in range(1, 4)]
    whole = csv_text([row for rows in orders for row in rows])
    load_orders.path.write_text(whole[: whole.rindex("60.00")], encoding="utf-8", newline="")
    report = import_orders("acme", load_orders.path, now=NOW)
    assert counts(report) == (2, 0, 0, 1)
    assert report.refusals[0].line == 7
    assert set(stored.orders()) == {"1", "2"}


def test_an_unknown_store_and_a_wrong_file(load_orders: OrderLoader, tmp_path: Path) -> None:
    with pytest.raises(UnknownStore):
        import_orders("nobody", tmp_path / "orders.csv", now=NOW)
    products = write_csv(tmp_path / "products.csv", [SHIRT], PRODUCT_COLUMNS)
    with pytest.raises(FileRefused, match="These columns are missing: Name, Email"):
        import_orders("acme", products, now=NOW)
    assert stored.orders() == {}
