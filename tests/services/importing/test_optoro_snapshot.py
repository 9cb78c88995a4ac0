"""Orders of a snapshot: amounts, refunds, dates, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.domain.facts import Address, Customer
from app.services.importing.optoro_snapshot import SnapshotPiece
from app.services.importing.optoro_stream import RawOrder
from app.services.importing.parsed import ParsedOrder
from app.services.importing.report import Refused
from tests.services.importing.files import item, reading, snapshot_order


def order(*items: dict[str, Any], store: dict[str, Any] | None = None, **values: Any) -> ParsedOrder:
    raw = RawOrder(5, json.loads(json.dumps(snapshot_order(*items, **values))))
    return SnapshotPiece(raw).read(reading(**(store or {})))


def test_the_order() -> None:
    found = order(tags=["web"])
    assert (found.number, found.platform_id, found.secondary_id) == ("NW-1001", "NW-1001", "")
    assert (found.line, found.currency, found.tags) == (5, "USD", ("web",))
    assert found.placed_at == datetime(2026, 11, 10, 9, 12, tzinfo=UTC)
    assert found.customer == Customer("cus_88", "a@example.com", "Ada", "Moss")
    assert found.shipping_address == Address("Ada Moss", "9 Quay St", "", "Bend", "OR", "97701", "US")


def test_the_line() -> None:
    [line] = order(item(tags=["FinalSale"])).lines
    assert (line.platform_id, line.sku, line.name) == ("11", "PARKA-M", "Ridge Parka Navy / M")
    assert (line.product, line.discount, line.tax, line.list_price) == (12900, 0, 1064, 12900)
    assert (line.quantity, line.shipped, line.refunded) == (1, 1, 0)
    assert (line.tags, line.concept) == (("FinalSale",), "northwind")


@pytest.mark.parametrize(
    ("time_zone", "day"),
    [
        ("America/New_York", date(2026, 12, 20)),
        ("UTC", date(2026, 12, 21)),
        ("Asia/Tokyo", date(2026, 12, 21)),
    ],
)
def test_the_last_day_is_the_stores(time_zone: str, day: date) -> None:
    assert order(store={"time_zone": time_zone}).lines[0].return_until == day


def test_only_what_left_tells_when_it_left() -> None:
    unshipped = order(item(quantity_shipped=0))
    assert (unshipped.shipped_at, unshipped.delivered_at) == (None, None)
    late = item(identifier="12", shipped_date="2026-11-14T08:00:00Z")
    assert order(item(), late).delivered_at == datetime(2026, 11, 14, 8, 0, tzinfo=UTC)
    unknown = order(item(shipped_date=None))
    assert (unknown.shipped_at, unknown.delivered_at) == (unknown.placed_at, None)


@pytest.mark.parametrize(
    ("stated", "refunds", "units"),
    [
        (1, [], 1),
        (1, [{"refund_line_items": [{"order_item_identifier": "11", "quantity": 1}]}], 1),
        (
            2,
            [
                {
                    "tags": ["ignore_refund"],
                    "refund_line_items": [{"order_item_identifier": "11", "quantity": 1}],
                }
            ],
            1,
        ),
        (
            1,
            [
                {
                    "tags": ["ignore_refund"],
                    "refund_line_items": [{"order_item_identifier": "11", "quantity": 1}],
                }
            ],
            0,
        ),
        (None, [{"refund_line_items": [{"order_item_identifier": "11", "quantity": 2}]}], 2),
        (None, [{"refund_line_items": [{"order_item_identifier": "other", "quantity": 2}]}], 0),
    ],
)
def test_refunded_units(stated: int | None, refunds: list[dict[str, Any]], units: int) -> None:
    found = order(item(quantity=3, quantity_shipped=3, quantity_refunded=stated), refunds=refunds)
    assert found.lines[0].refunded == units


def test_what_the_order_has_beyond_its_lines_is_shared_out() -> None:
    two = (item(product_amount_cents=6000, tax_amount_cents=0), item(identifier="12", tax_amount_cents=0))
    found = order(*two, discount_amount_cents=1890, tax_amount_cents=1000)
    assert [(line.discount, line.tax) for line in found.lines] == [(600, 317), (1290, 683)]


def test_an_order_that_states_less_than_its_lines_is_noted() -> None:
    found = order(item(), tax_amount_cents=1000)
    assert found.lines[0].tax == 1064
    assert len(found.notes) == 1


def test_a_tax_inclusive_store_shows_prices_with_tax() -> None:
    amounts = {"product_amount_cents": 1000, "unit_price_amount_cents": 1000, "tax_amount_cents": 100}
    found = order(item(**amounts), store={"tax_inclusive": True, "currency": "JPY"}, currency="JPY")
    assert (found.lines[0].product, found.lines[0].tax, found.lines[0].list_price) == (1000, 100, 1100)


@pytest.mark.parametrize(
    ("status", "cancelled"), [("Canceled", True), ("Shipped", False), ("Created", False)]
)
def test_the_status(status: str, cancelled: bool) -> None:
    assert order(status=status).cancelled is cancelled


def test_identifiers_may_be_numbers_and_texts_null() -> None:
    found = order(item(identifier=11, sku=None, upc="4006381333931", concept=None), concept="northwind")
    assert (found.lines[0].platform_id, found.lines[0].sku) == ("11", "4006381333931")
    assert found.lines[0].concept == "northwind"


def test_all_dates_move_together() -> None:
    raw = RawOrder(1, snapshot_order())
    before = SnapshotPiece(raw).read(reading())
    after = SnapshotPiece(raw).read(replace(reading(), shift=timedelta(days=30)))
    days = timedelta(days=30)
    assert after.placed_at == before.placed_at + days
    assert before.delivered_at is not None
    assert after.delivered_at == before.delivered_at + days
    assert before.lines[0].return_until is not None
    assert after.lines[0].return_until == before.lines[0].return_until + days


@pytest.mark.parametrize(
    ("items", "values", "words"),
    [
        ([], {"identifier": ""}, "identifier"),
        ([], {"identifier": "#"}, "no letter or digit"),
        ([], {"identifier": "a\0b"}, "cannot be stored"),
        ([], {"currency": "QQQ"}, "currency: QQQ is not known"),
        ([], {"created_at": "yesterday"}, "created_at"),
        ([], {"created_at": "2026-11-10T09:12:00"}, "created_at"),
        ([], {"items": []}, "items"),
        ([], {"customer": None}, "customer"),
        ([item(quantity=0)], {}, "items.0.quantity"),
        ([item(quantity=-1)], {}, "items.0.quantity"),
        ([item(quantity="two")], {}, "items.0.quantity"),
        ([item(tax_amount_cents=1.5)], {"tax_amount_cents": 0}, "items.0.tax_amount_cents"),
        ([item(tax_amount_cents=-1)], {"tax_amount_cents": 0}, "items.0.tax_amount_cents"),
        ([item(tax_amount_cents=True)], {"tax_amount_cents": 0}, "items.0.tax_amount_cents"),
        ([item(product_amount_cents=10**30)], {}, "items.0.product_amount_cents"),
        ([item(quantity_shipped=2)], {}, "more units shipped"),
        ([item(discount_amount_cents=12901)], {}, "more than the line costs"),
        ([item(), item()], {}, "same identifier"),
    ],
)
def test_what_cannot_be_read_is_refused(
    items: list[dict[str, Any]], values: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        order(*items, **values)


@pytest.mark.parametrize("data", [None, 7, "text", [], [1]])
def test_an_order_that_is_no_object_is_refused(data: object) -> None:
    piece = SnapshotPiece(RawOrder(3, data))
    assert (piece.what, piece.placed_at(reading())) == ("an order", None)
    with pytest.raises(Refused):
        piece.read(reading())
