"""Every field of the exchange order: what is refused, under which name and code, and what is let through."""

import pytest

from tests.sandbox.bodies import address, card_line, changed, order, return_item, variant_line, without
from tests.sandbox.conftest import Bench

REQUIRED = [
    "currency",
    "original_order_id",
    "is_gift",
    "items",
    "customer",
    "shipping_address",
    "billing_address",
    "payment",
    "items.0.sku",
    "items.0.quantity",
    "items.0.original_sku",
    "items.0.original_item_identifier",
    "items.1.unit_price_amount_cents",
    "items.1.return_items",
    "items.1.return_items.0.original_sku",
    "items.1.return_items.0.original_item_identifier",
    "items.1.return_items.0.quantity",
    "customer.identifier",
    "customer.email",
    "shipping_address.name",
    "shipping_address.street1",
    "shipping_address.city",
    "shipping_address.province",
    "shipping_address.postal_code",
    "shipping_address.country_code",
    "billing_address.name",
    "billing_address.postal_code",
    "payment.transaction_id",
]

OPTIONAL = [
    "rma_identifier",
    "original_secondary_order_id",
    "items.0.title",
    "items.0.unit_price_amount_cents",
    "items.0.product_amount_cents",
    "items.0.discount_amount_cents",
    "items.0.tax_amount_cents",
    "items.0.product_identifier",
    "items.0.variant_identifier",
    "items.0.concept",
    "items.1.bonus_credit_amount_cents",
    "items.1.return_items.0.title",
    "items.1.return_items.0.concept",
    "customer.first_name",
    "customer.last_name",
    "customer.phone",
    "shipping_address.street2",
    "shipping_address.phone",
    "billing_address.street2",
]

# (path, value, code)
WRONG_VALUES: list[tuple[str, object, str]] = [
    ("currency", "ZZZ", "invalid"),
    ("currency", "usd", "invalid"),
    ("currency", 840, "wrong_type"),
    ("original_order_id", 1001, "wrong_type"),
    ("original_order_id", " ", "blank"),
    ("is_gift", 0, "wrong_type"),
    ("is_gift", "false", "wrong_type"),
    ("items", {}, "wrong_type"),
    ("items", [], "too_few"),
    ("items.0", "JACKET-L", "wrong_type"),
    ("items.0.sku", "", "blank"),
    ("items.0.quantity", 0, "too_small"),
    ("items.0.quantity", -1, "too_small"),
    ("items.0.quantity", 1001, "too_large"),
    ("items.0.quantity", "1", "wrong_type"),
    ("items.0.quantity", 1.0, "wrong_type"),
    ("items.0.quantity", True, "wrong_type"),
    ("items.0.title", 5, "wrong_type"),
    ("items.0.unit_price_amount_cents", -1, "too_small"),
    ("items.0.product_amount_cents", -1, "too_small"),
    ("items.0.product_amount_cents", 12901, "inconsistent"),
    ("items.0.discount_amount_cents", 12901, "too_large"),
    ("items.0.discount_amount_cents", "0", "wrong_type"),
    ("items.0.tax_amount_cents", 10.64, "wrong_type"),
    ("items.0.tax_amount_cents", False, "wrong_type"),
    ("items.0.tax_amount_cents", 2**53, "too_large"),
    ("items.0.bonus_credit_amount_cents", 0, "not_allowed"),
    ("items.0.return_items", [return_item()], "not_allowed"),
    ("items.0.concept", ["harbour"], "wrong_type"),
    ("items.0.price", 1, "unknown_field"),
    ("items.1.bonus_credit_amount_cents", -1, "too_small"),
    ("items.1.quantity", 2, "too_large"),
    ("items.1.original_sku", "CAP-RED", "not_allowed"),
    ("items.1.original_item_identifier", "12", "not_allowed"),
    ("items.1.return_items", [], "too_few"),
    ("items.1.return_items", return_item(), "wrong_type"),
    ("items.1.return_items.0.quantity", 1001, "too_large"),
    ("items.1.return_items.0.sku", "CAP-RED", "unknown_field"),
    ("customer.email", "ada at example", "invalid"),
    ("customer.email", "ada@exa mple", "invalid"),
    ("customer.identifier", 88, "wrong_type"),
    ("customer.name", "Ada", "unknown_field"),
    ("shipping_address.country_code", "USA", "invalid"),
    ("shipping_address.country_code", "us", "invalid"),
    ("shipping_address.province", 7, "wrong_type"),
    ("shipping_address.zip_code", "97701", "unknown_field"),
    ("shipping_address.street2", "", "blank"),
    ("billing_address.name", "\ud83d", "invalid"),
    ("billing_address", [], "wrong_type"),
    ("payment.transaction_id", "", "blank"),
    ("payment.amount_cents", 100, "unknown_field"),
    ("shop", "harbour", "unknown_field"),
]


def dotted(field: str) -> str:
    """`items[0].sku` as these tables write it."""
    return field.replace("[", ".").replace("]", "")


def refusals(bench: Bench, body: object, version: str = "2") -> list[tuple[str, str]]:
    """What the merchant objects to. Nothing may have been made of it."""
    reply = bench.place(body, X_Optiturn_Api_Version=version)
    assert reply.status_code == 422, reply.text
    assert reply.json()["message"] == "Validation Failed"
    assert bench.orders() == 0
    return [(dotted(error["field"]), error["code"]) for error in reply.json()["errors"]]


@pytest.mark.parametrize("path", REQUIRED)
def test_a_missing_field_is_named(bench: Bench, path: str) -> None:
    assert refusals(bench, without(order(), path)) == [(path, "missing_field")]


@pytest.mark.parametrize("path", OPTIONAL)
def test_an_optional_field_may_be_left_out(bench: Bench, path: str) -> None:
    assert bench.place(without(order(), path)).status_code == 200


@pytest.mark.parametrize("path", REQUIRED + OPTIONAL)
def test_null_is_not_the_same_as_left_out(bench: Bench, path: str) -> None:
    assert (path, "null") in refusals(bench, changed(order(), path, None))


@pytest.mark.parametrize(("path", "value", "code"), WRONG_VALUES)
def test_a_wrong_value_is_named_with_what_is_wrong(bench: Bench, path: str, value: object, code: str) -> None:
    assert refusals(bench, changed(order(), path, value)) == [(path, code)]


@pytest.mark.parametrize("body", [[], "order", 7, None, True])
def test_the_body_is_an_object(bench: Bench, body: object) -> None:
    assert refusals(bench, body) == [("body", "null" if body is None else "wrong_type")]


def test_every_fault_is_listed_at_once(bench: Bench) -> None:
    body = changed(without(order(), "currency"), "items.0.quantity", 0)
    body = changed(body, "customer.email", "nobody")
    assert sorted(refusals(bench, body)) == [
        ("currency", "missing_field"),
        ("customer.email", "invalid"),
        ("items.0.quantity", "too_small"),
    ]


def test_a_flood_of_faults_is_cut_short(bench: Bench) -> None:
    body = order() | {f"extra{number}": 1 for number in range(5000)}
    assert len(refusals(bench, body)) == 100


def test_version_one_knows_no_bonus(bench: Bench) -> None:
    assert refusals(bench, order(), version="1") == [("items.1.bonus_credit_amount_cents", "not_allowed")]


def test_two_gift_cards_should_have_been_one(bench: Bench) -> None:
    body = order(items=[card_line(), variant_line(), card_line()])
    assert refusals(bench, body) == [("items.2.sku", "duplicate")]


def test_a_card_under_an_unknown_sku_is_no_card(bench: Bench) -> None:
    found = refusals(bench, order(items=[card_line(sku="GIFT")]))
    assert ("items.0.return_items", "not_allowed") in found
    assert ("items.0.original_sku", "missing_field") in found


def test_the_agreed_card_sku_is_a_setting(bench: Bench) -> None:
    bench.client.post("/settings", json={"system": "optoro", "gift_card_sku": "GIFT"})
    assert bench.place(order(items=[card_line(sku="GIFT")])).status_code == 200


@pytest.mark.parametrize("currency", ["USD", "EUR", "GBP", "JPY", "KWD", "CHF", "ISK"])
def test_currencies_with_any_number_of_decimals_are_known(bench: Bench, currency: str) -> None:
    assert bench.place(order(currency=currency)).status_code == 200


def test_a_place_without_province_or_postcode_sends_them_blank(bench: Bench) -> None:
    hong_kong = address(country_code="HK", province="", postal_code="")
    assert bench.place(order(shipping_address=hong_kong)).status_code == 200


def test_the_largest_quantity_and_any_script_are_fine(bench: Bench) -> None:
    line = variant_line(
        quantity=1000, unit_price_amount_cents=3, product_amount_cents=3000, title="معطف 🧥 " + "x" * 300
    )
    assert bench.place(order(items=[line])).status_code == 200
