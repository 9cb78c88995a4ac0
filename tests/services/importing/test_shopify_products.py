"""Products as the export writes them, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from app.services.importing.parsed import ParsedProduct
from app.services.importing.report import Refused
from app.services.importing.shopify_products import read_product
from tests.services.importing.files import NOW, PRODUCT_COLUMNS, SHIRT, group_of, reading

READ_AT = NOW - timedelta(hours=1)


def product(*rows: Mapping[str, str], **store: object) -> ParsedProduct:
    """The product of these rows; the first is the shirt with what is different."""
    first, *more = rows or ({},)
    written = [SHIRT | dict(first), *({"Handle": first.get("Handle", "shirt")} | dict(row) for row in more)]
    return read_product(group_of(written, PRODUCT_COLUMNS, "Handle"), reading(**store), READ_AT)


def test_variants_follow_in_the_order_of_the_rows() -> None:
    found = product({}, {"Option1 Value": "L", "Variant Price": "65", "Variant SKU": "SHIRT-L"})
    assert found.title == "Linen Shirt"
    assert found.option_names == ("Size",)
    assert [(v.platform_id, v.sku, v.title, v.price) for v in found.variants] == [
        ("shirt/M", "shirt/M", "M", 6000),
        ("shirt/L", "SHIRT-L", "L", 6500),
    ]
    assert all(variant.read_at == READ_AT for variant in found.variants)


@pytest.mark.parametrize("value", ["Default Title", ""])
def test_a_product_that_comes_in_one_way_has_no_options(value: str) -> None:
    found = product({"Option1 Name": "Title" if value else "", "Option1 Value": value})
    assert found.option_names == ()
    assert [(v.sku, v.title, v.option_values) for v in found.variants] == [("shirt", "", ())]


def test_three_options_keep_their_order() -> None:
    options = {
        "Option1 Name": "Colour",
        "Option1 Value": "Navy",
        "Option2 Name": "Size",
        "Option2 Value": "M",
        "Option3 Name": "Fit",
        "Option3 Value": "Slim",
    }
    found = product(options)
    assert found.option_names == ("Colour", "Size", "Fit")
    assert found.variants[0].option_values == ("Navy", "M", "Slim")
    assert found.variants[0].sku == "shirt/Navy/M/Slim"


def test_rows_without_a_variant_only_carry_pictures() -> None:
    found = product(
        {"Image Src": "https://images.example.com/2.jpg", "Image Position": "2"},
        {"Image Src": "https://images.example.com/1.jpg", "Image Position": "1"},
        {
            "Option1 Value": "L",
            "Variant Price": "60",
            "Variant Image": "https://images.example.com/l.jpg",
        },
    )
    assert found.image_url == "https://images.example.com/1.jpg"
    assert [variant.image_url for variant in found.variants] == [None, "https://images.example.com/l.jpg"]


@pytest.mark.parametrize(
    ("cells", "stock", "known", "backorder"),
    [
        ({"Variant Inventory Qty": "4"}, None, True, False),  # no tracker: the quantity means nothing
        ({"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "4"}, 4, True, False),
        ({"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "-2"}, -2, True, False),
        ({"Variant Inventory Tracker": "shopify"}, None, False, False),
        ({"Variant Inventory Policy": "continue"}, None, True, True),
        ({"Variant Inventory Policy": "deny"}, None, True, False),
    ],
)
def test_stock(cells: dict[str, str], stock: int | None, known: bool, backorder: bool) -> None:
    [variant] = product(cells).variants
    assert (variant.stock, variant.stock_known, variant.backorder) == (stock, known, backorder)


@pytest.mark.parametrize(
    ("cells", "active"),
    [
        ({"Published": "true"}, True),
        ({"Published": "TRUE", "Status": "active"}, True),
        ({"Published": ""}, True),
        ({"Published": "false"}, False),
        ({"Published": "true", "Status": "draft"}, False),
        ({"Published": "true", "Status": "archived"}, False),
    ],
)
def test_what_is_on_sale(cells: dict[str, str], active: bool) -> None:
    assert product(cells).active is active


def test_the_rest_of_the_product() -> None:
    found = product({"Gift Card": "TRUE", "Tags": "men, FinalSale", "Vendor": "Moss & Sons"})
    assert (found.is_gift_card, found.tags, found.vendor) == (True, ("men", "FinalSale"), "Moss & Sons")


def test_prices_are_in_the_stores_currency() -> None:
    assert product({"Variant Price": "1100"}, currency="JPY").variants[0].price == 1100


@pytest.mark.parametrize(
    ("rows", "line", "words"),
    [
        ([{"Title": ""}], None, "Title is empty"),
        ([{"Handle": ""}], None, "Handle is empty"),
        ([{"Variant Price": ""}], 2, "Variant Price is empty"),
        ([{"Variant Price": "60,00"}], 2, "not an amount"),
        ([{}, {"Option1 Value": "M", "Variant Price": "1"}], 3, "“M” stands here twice"),
        (
            [{"Variant SKU": "A"}, {"Option1 Value": "L", "Variant Price": "1", "Variant SKU": "A"}],
            3,
            "two variants have the SKU A",
        ),
        ([{}, {"Variant Price": "1"}], 3, "Option1 Value is empty"),
        ([{"Variant Inventory Tracker": "shopify", "Variant Inventory Qty": "many"}], 2, "whole number"),
        ([{"Option1 Value": "", "Variant Price": ""}], None, "no variant"),
    ],
)
def test_what_cannot_be_read_is_refused(rows: list[dict[str, str]], line: int | None, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        product(*rows)
    assert caught.value.line == line


def test_text_of_any_kind_is_just_text() -> None:
    title = '=HYPERLINK("x") 🧥 معطف ' + "x" * 270
    assert product({"Title": title}).title == title
