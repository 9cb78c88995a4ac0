"""What is read from answers that a running Medusa 2.21.2 gave; skipped where the sample files are absent."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.connectors.base import Done, Outcome, Refused, Reply, Request
from app.connectors.platforms.medusa_catalogue import products_request, read_products
from app.connectors.platforms.medusa_course import NotReadable
from app.connectors.platforms.medusa_orders import found_order, read_order
from app.connectors.platforms.medusa_reply import exchange_of, lines_of
from app.domain.exchange_order import ExchangeOrder
from tests.connectors.medusa_cases import DEARER, TEE_S, medusa_order, placed, placer

pytestmark = pytest.mark.shared_data

PLACER = placer()


@pytest.fixture
def recorded(shared_data: Path) -> Any:
    """A recorded answer by its name; `content` is its body, or `change` makes another of it."""

    def load(name: str, **changes: Any) -> Reply:
        pair = json.loads((shared_data / "medusa-2.21.2" / f"{name}.json").read_text("utf-8"))
        body = pair["response"]
        if isinstance(body, dict):
            body = json.dumps(body | changes).encode()
        return Reply(pair["status"], {}, body if isinstance(body, bytes) else body.encode())

    return load


def content(reply: Reply) -> Any:
    return json.loads(reply.body)


@pytest.fixture
def whole(recorded: Any) -> Any:
    """Order 1 after its exchange with every field we ask for: two recordings put together."""

    def load(**changes: Any) -> Reply:
        head = content(recorded("20-1-create"))["order"]
        asked = {name: head[name] for name in ("currency_code", "email", "created_at", "customer_id")}
        order = content(recorded("20-10-order-after"))["order"] | asked | changes
        return Reply(200, {}, json.dumps({"order": order}).encode())

    return load


@pytest.mark.parametrize(
    ("name", "outcome", "words"),
    [
        ("20-1-create", Outcome.DELIVERED, ""),
        ("err-create-extra-field", Outcome.DELIVERED, "Unrecognized fields: 'foo'"),
        ("err-create-second-while-open", Outcome.DELIVERED, "the order is being changed in Medusa"),
        ("err-create-unknown-order", Outcome.DELIVERED, "Order id not found"),
        ("err2-B-out-oos", Outcome.DELIVERED, "a replacement is out of stock"),
        ("life3-M-confirm", Outcome.DELIVERED, "a replacement is out of stock"),
        ("life-C-request-again", Outcome.DELIVERED, "An active Order Change is required"),
        ("err2-B-ship-unknown", Outcome.UNKNOWN, "an id in the connector's settings"),
        ("err-auth-bearer-apikey", Outcome.REJECTED, "our secret key was not accepted"),
        ("err-auth-none", Outcome.REJECTED, "our secret key was not accepted"),
        ("look-admin-gift-cards", Outcome.REJECTED, "it has no such address"),
    ],
)
def test_what_an_answer_means(recorded: Any, name: str, outcome: Outcome, words: str) -> None:
    reply = recorded(name)
    assert PLACER.outcome(reply) is outcome
    assert words in PLACER.explain(reply)


def test_an_order_is_read(whole: Any) -> None:
    order = read_order(whole())
    assert (order.number, order.currency, order.cancelled, order.due) == ("1", "USD", False, 1300)
    assert order.customer.email == "ann@example.test"
    assert order.shipping_address.name == "Ann Lee"
    assert (order.shipping_address.country_code, order.shipping_address.postal_code) == ("US", "10002")
    assert order.shipped_at is not None
    assert order.delivered_at is not None
    assert order.placed_at < order.shipped_at < order.delivered_at
    tee, new = order.lines
    assert (tee.sku, tee.product, tee.discount, tee.tax, tee.list_price) == ("TEE-S", 4000, 0, 0, 2000)
    assert (tee.quantity, tee.shipped, tee.gone, tee.left) == (2, 2, 1, 1)
    assert (new.sku, new.shipped, new.left) == ("TEE-L", 0, 0)


def test_discount_and_tax_of_a_line_are_told_apart(recorded: Any, whole: Any) -> None:
    promoted = content(recorded("extra-carry-out"))["order_preview"]["items"][0]
    taxed = content(recorded("31-tax-1-create"))["order"]["items"][0]
    order = read_order(whole(items=[promoted, taxed]))
    amounts = [(line.product, line.discount, line.tax) for line in order.lines]
    assert amounts == [(4000, 2000, 0), (4000, 0, 400)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"currency_code": "zzz"}, "currency_code"),
        ({"created_at": "yesterday"}, "created_at is not a time"),
        ({"summary": {}}, "pending_difference"),
        ({"id": None}, "id is missing"),
    ],
)
def test_an_order_that_cannot_be_used_is_refused(whole: Any, changes: Any, words: str) -> None:
    with pytest.raises(NotReadable, match=words):
        read_order(whole(**changes))


def test_gotcha_11_a_search_that_shows_strangers_is_compared_exactly(recorded: Any) -> None:
    everybody = recorded("look-disp-email")
    first = content(everybody)["orders"][0]["id"]
    assert found_order(everybody, "#1", "Ann@example.test ") == first
    assert found_order(everybody, "1", "bob@example.test") == ""
    assert found_order(everybody, "", "") == ""
    assert found_order(recorded("look-q-email"), "15", "bob@example.test").startswith("order_")
    assert found_order(recorded("look-q-email"), "1", "bob@example.test") == ""


def test_units_that_may_be_returned(recorded: Any) -> None:
    order = content(recorded("20-10-order-after"))["order"]
    assert [(line.sku, line.left) for line in lines_of(order)] == [("TEE-S", 1), ("TEE-L", 0)]


def test_gotcha_6_open_and_confirmed_are_told_by_the_additional_items(recorded: Any) -> None:
    created = exchange_of(content(recorded("20-1-create"))["exchange"])
    confirmed = exchange_of(content(recorded("20-8-get-exchange"))["exchange"])
    assert (created.open, created.confirmed) == (True, False)
    assert (confirmed.open, confirmed.confirmed) == (False, True)
    assert len(confirmed.items) == 1


def test_products_are_read_with_price_and_stock(recorded: Any) -> None:
    product = content(recorded("look-prod-store"))["product"]
    plain = content(recorded("02-create-product"))["product"]
    by_id = {variant["id"]: variant for variant in plain["variants"]}
    variants = [by_id[variant["id"]] | variant for variant in product["variants"]]
    variants[0] |= {"manage_inventory": False}
    variants[1] |= {"allow_backorder": True}
    body = {"products": [plain | {"variants": variants}], "count": 60, "offset": 0, "limit": 50}
    page = read_products(Reply(200, {}, json.dumps(body).encode()))
    assert page.next_offset == 1
    assert page.products[0].option_names == ("Size",)
    read = {variant.sku: variant for variant in page.products[0].variants}
    assert {sku: variant.price for sku, variant in read.items()} == {
        "TEE-S": 2000, "TEE-M": 2000, "TEE-L": 2500, "TEE-XL": 1800,
    }  # fmt: skip
    assert (read["TEE-S"].stock, read["TEE-XL"].stock) == (None, 1)
    assert (read["TEE-M"].backorder, read["TEE-XL"].backorder) == (True, False)
    assert read["TEE-XL"].option_values == ("XL",)


@pytest.mark.parametrize("name", ["look-prod-store-nokey", "look-prod-store-noregion"])
def test_a_refused_list_of_products_says_why(recorded: Any, name: str) -> None:
    with pytest.raises(NotReadable, match="Medusa answered 400"):
        read_products(recorded(name))


def test_the_publishable_key_goes_into_a_header() -> None:
    request = products_request("https://shop.example", "pk_1", "reg_1", 50)
    assert request.headers["x-publishable-api-key"] == "pk_1"
    assert "region_id=reg_1" in request.url
    assert "%2Bvariants.inventory_quantity" in request.url


def as_recorded(recorded: Any) -> ExchangeOrder:
    """The exchange of the recording: a tee S of order 1 for an L, 8.00 for sending."""
    order = content(recorded("20-1-create"))["order"]
    returned = replace(TEE_S, line_id=order["items"][0]["id"])
    line = replace(DEARER, returned=returned)
    return replace(medusa_order(line, shipping=800), platform_order_id=order["id"], original_order_id="1")


def test_a_whole_recorded_exchange_is_gone_through(recorded: Any) -> None:
    message = as_recorded(recorded)
    before = content(recorded("20-1-create"))["order"]
    confirmed = content(recorded("20-8-get-exchange"))["exchange"]
    metadata = {"evenly_reference": message.reference, "evenly_due_before": "0.00"}
    listed = {"exchanges": [confirmed | {"metadata": metadata}]}
    answers = [
        Reply(200, {}, b'{"exchanges": [], "count": 0}'),
        Reply(200, {}, json.dumps({"order": before}).encode()),
        recorded("20-1-create"),
        recorded("20-2-inbound-items"),
        recorded("20-4-outbound-items"),
        recorded("20-5-outbound-shipping"),
        recorded("20-7-request-confirm"),
        Reply(200, {}, json.dumps(listed).encode()),
    ]
    for count in range(len(answers) + 1):
        assert isinstance(PLACER.next_step(message, answers[:count]), Request)
    result = placed(PLACER.next_step(message, [*answers, recorded("20-10-order-after")]))
    assert (result.order, result.doubt, result.product, result.tax) == ("1-E1", "", 2500, 0)
    assert result.reply["pending_difference"] == "13.00 USD"
    # Asked for too late, an answer more changes nothing.
    assert isinstance(PLACER.next_step(message, [*answers, *[recorded("20-10-order-after")] * 2]), Done)


def test_gotcha_1_the_difference_is_not_the_previews(recorded: Any, whole: Any) -> None:
    """The answer to the confirm says 33, the order read back 13; 13 is right."""
    preview = content(recorded("20-7-request-confirm"))["order_preview"]
    assert preview["summary"]["pending_difference"] == 33
    assert preview["summary"]["pending_difference"] - preview["return_requested_total"] == 13
    assert read_order(whole()).due == 1300


def test_a_poisoned_exchange_is_deleted_and_begun_again(recorded: Any) -> None:
    message = as_recorded(recorded)
    order = json.dumps({"order": content(recorded("20-1-create"))["order"]}).encode()
    answers = [Reply(200, {}, b'{"exchanges": []}'), Reply(200, {}, order)]
    again = [recorded("20-1-create"), recorded("err2-A-valid-after")]
    step = PLACER.next_step(message, [*answers, *again])
    assert isinstance(step, Request)
    assert (step.method, step.name) == ("DELETE", "give up")
    gone = recorded("err2-A-delete-request")
    step = PLACER.next_step(message, [*answers, *again, gone])
    assert isinstance(step, Request)
    assert step.name == "create"
    assert isinstance(PLACER.next_step(message, [*answers, *again, gone, *again, gone]), Refused)
