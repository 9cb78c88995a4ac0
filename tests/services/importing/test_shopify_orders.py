"""Orders as the export writes them: what each field becomes, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.facts import Address, Customer
from app.services.importing.parsed import ParsedOrder
from app.services.importing.report import Refused
from app.services.importing.shopify_orders import ShopifyPiece
from benchmarks.export_files import ORDER_COLUMNS
from tests.services.importing.files import group_of, order_rows, reading


def order(*lines: Mapping[str, str], store: Mapping[str, Any] | None = None, **fields: Any) -> ParsedOrder:
    """The order of these lines, read by a store."""
    group = group_of(order_rows(*lines, **fields), ORDER_COLUMNS, "Name")
    return ShopifyPiece(group).read(reading(**(store or {})))


def test_names_of_the_order() -> None:
    found = order(Name="#AP1001", Id="5500")
    assert (found.number, found.number_key) == ("AP1001", "ap1001")
    assert (found.platform_id, found.secondary_id) == ("5500", "5500")
    assert found.lines[0].platform_id == "5500-1"


def test_lines_are_known_by_their_place() -> None:
    found = order({}, {"Lineitem name": "Cap"}, {"Lineitem name": "Bag"})
    assert [(line.platform_id, line.name) for line in found.lines] == [
        ("5500-1", "Linen Shirt - M"),
        ("5500-2", "Cap"),
        ("5500-3", "Bag"),
    ]


def test_an_order_without_an_id_is_known_by_its_number() -> None:
    assert order(Id="").lines[0].platform_id == "AP1001-1"


def test_rows_without_a_line_item_carry_nothing() -> None:
    found = order({}, {"Lineitem name": "", "Lineitem quantity": "", "Lineitem price": ""}, {})
    assert [line.platform_id for line in found.lines] == ["5500-1", "5500-2"]


def test_dates() -> None:
    found = order()
    fulfilled = datetime(2026, 11, 11, 15, 0, tzinfo=UTC)
    assert found.placed_at == datetime(2026, 11, 10, 15, 0, tzinfo=UTC)
    assert (found.shipped_at, found.delivered_at) == (fulfilled, fulfilled)


def test_without_a_fulfilment_date_the_order_date_starts_the_clock() -> None:
    found = order(Fulfilled_at="")
    assert (found.shipped_at, found.delivered_at) == (found.placed_at, None)


@pytest.mark.parametrize(
    ("order_status", "line_status", "shipped"),
    [
        ("fulfilled", "fulfilled", 3),
        ("fulfilled", "", 3),
        ("partial", "fulfilled", 3),
        ("partial", "pending", 0),
        ("partial", "partial", 1),
        ("partial", "", 0),
        ("unfulfilled", "pending", 0),
        ("unfulfilled", "", 0),
        ("", "", 0),
        ("restocked", "restocked", 0),
    ],
)
def test_shipped_units(order_status: str, line_status: str, shipped: int) -> None:
    line = {"Lineitem quantity": "3", "Lineitem fulfillment status": line_status}
    found = order(line, Fulfillment_Status=order_status)
    assert found.lines[0].shipped == shipped
    assert (found.shipped_at is not None) is bool(shipped)
    assert (found.delivered_at is not None) is bool(shipped)


@pytest.mark.parametrize(
    ("fields", "refunded", "noted"),
    [
        ({"Financial_Status": "refunded"}, 2, False),
        ({"Financial_Status": "paid", "Refunded_Amount": "69.95", "Total": "69.95"}, 2, False),
        ({"Financial_Status": "partially_refunded", "Refunded_Amount": "9.95", "Total": "69.95"}, 0, True),
        ({"Financial_Status": "paid", "Refunded_Amount": "0.00", "Total": "0.00"}, 0, False),
    ],
)
def test_refunds(fields: dict[str, Any], refunded: int, noted: bool) -> None:
    found = order({"Lineitem quantity": "2"}, **fields)
    assert found.lines[0].refunded == refunded
    assert bool(found.notes) is noted


def test_a_cancelled_order() -> None:
    assert order(Cancelled_at="2026-11-10 11:00:00 -0500").cancelled
    assert not order().cancelled


def test_tax_and_the_discount_beside_the_lines_are_shared_out() -> None:
    lines = ({"Lineitem price": "80", "Lineitem discount": "10.00"}, {"Lineitem price": "30"})
    found = order(*lines, Subtotal="90.00", Taxes="7.43")
    assert [(line.product, line.discount, line.tax) for line in found.lines] == [
        (8000, 1700, 520),
        (3000, 300, 223),
    ]
    assert sum(line.product - line.discount for line in found.lines) == 9000
    assert [line.list_price for line in found.lines] == [8000, 3000]


def test_lines_that_are_not_taxable_carry_no_tax() -> None:
    found = order({"Lineitem taxable": "false"}, {}, Taxes="4.95")
    assert [line.tax for line in found.lines] == [0, 495]


def test_a_tax_inclusive_store_gets_the_tax_taken_out() -> None:
    inclusive = {"currency": "JPY", "tax_inclusive": True, "time_zone": "Asia/Tokyo"}
    line = {"Lineitem price": "1100", "Lineitem quantity": "3", "Lineitem discount": "300"}
    found = order(line, store=inclusive, Currency="JPY", Subtotal="3000", Taxes="272")
    [read] = found.lines
    assert read.product - read.discount + read.tax == 3000
    assert (read.tax, read.list_price) == (272, 1100)
    assert read.product == 3001  # 3300 at the line's own rate


def test_the_currency_is_the_orders_own() -> None:
    assert order({"Lineitem price": "1100"}, Currency="JPY").lines[0].product == 1100


@pytest.mark.parametrize(
    ("fields", "customer"),
    [
        ({}, Customer("ada@example.com", "ada@example.com", "Ada", "Moss", "")),
        ({"Billing_Name": "王 小明"}, Customer("ada@example.com", "ada@example.com", "王", "小明", "")),
        (
            {"Billing_Name": "Mary Jane Watson"},
            Customer("ada@example.com", "ada@example.com", "Mary Jane", "Watson"),
        ),
        ({"Billing_Name": "Cher"}, Customer("ada@example.com", "ada@example.com", "Cher", "")),
        (
            {"Email": "", "Phone": "'+12025551212"},
            Customer("+12025551212", "", "Ada", "Moss", "+12025551212"),
        ),
        ({"Email": ""}, Customer("5500", "", "Ada", "Moss", "")),
    ],
)
def test_the_customer(fields: dict[str, Any], customer: Customer) -> None:
    assert order(**fields).customer == customer


def test_addresses() -> None:
    found = order(Shipping_Company="Moss Ltd", Shipping_Address2="Flat 2", Shipping_Country="us")
    expected = Address("Ada Moss", "9 Quay St", "Flat 2, Moss Ltd", "Bend", "OR", "97701", "US")
    assert found.shipping_address == expected
    assert found.billing_address == expected  # blank in the file, so the other side's


def test_tags_and_gifts() -> None:
    assert order(Tags="vip, web").tags == ("vip", "web")
    assert not order(Tags="free gift").is_gift
    assert order(Tags="Gift-Order").is_gift
    found = order(Note_Attributes="is_gift: true\ngift_code: ROSE-7\nwrap: red")
    assert (found.is_gift, found.gift_code) == (True, "ROSE-7")


@pytest.mark.parametrize(
    ("line", "fields", "words"),
    [
        ({}, {"Name": ""}, "order number"),
        ({}, {"Name": "#"}, "order number"),
        ({}, {"Currency": "QQQ"}, "Currency is “QQQ”, not a currency"),
        ({}, {"Created_at": ""}, "Created at is empty"),
        ({}, {"Created_at": "06/10/2026"}, "Created at is “06/10/2026”, not a date"),
        ({}, {"Fulfilled_at": "soon"}, "Fulfilled at is “soon”"),
        ({}, {"Id": "5.5E+12"}, "spreadsheet"),
        ({}, {"Taxes": "8,25"}, "Taxes is “8,25”, not an amount in USD"),
        ({"Lineitem quantity": "0"}, {}, "Lineitem quantity is “0”"),
        ({"Lineitem quantity": "-1"}, {}, "Lineitem quantity is “-1”"),
        ({"Lineitem quantity": "two"}, {}, "Lineitem quantity is “two”"),
        ({"Lineitem quantity": ""}, {}, "Lineitem quantity is empty"),
        ({"Lineitem price": ""}, {}, "Lineitem price is empty"),
        ({"Lineitem price": "-80"}, {}, "below zero"),
        ({"Lineitem price": "80.005"}, {}, "not an amount in USD"),
        ({"Lineitem name": ""}, {}, "Lineitem name is empty"),
        ({"Lineitem discount": "60.01"}, {}, "more than the line costs"),
        ({"Lineitem name": "", "Lineitem quantity": ""}, {}, "no line item"),
    ],
)
def test_what_cannot_be_read_is_refused(line: dict[str, str], fields: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused, match=words):
        order(line, **fields)


def test_the_refusal_names_the_line_of_the_item() -> None:
    with pytest.raises(Refused) as caught:
        order({}, {}, {"Lineitem quantity": "0"})
    assert caught.value.line == 4


@pytest.mark.parametrize("text", ['=HYPERLINK("x")', "🧥🎁", "\u202eمعطف", "N" * 300])
def test_text_of_any_kind_is_just_text(text: str) -> None:
    found = order({"Lineitem name": text}, Billing_Name=text)
    assert found.lines[0].name == text
    assert text in (found.customer.first_name, found.customer.last_name)
