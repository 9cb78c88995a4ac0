"""Every call to StateSet against stored payloads, for every worked case, and what is refused beforehand."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.connectors.base import Request
from app.connectors.platforms.stateset_body import price_difference
from app.domain.exchange_order import ExchangeOrder
from app.sandbox.stateset_body import problems_in_exchange, problems_in_return
from tests.connectors.conversation import as_written
from tests.connectors.stateset_cases import CASES, conversation, placer
from tests.connectors.worked_cases import (
    CARD,
    CARD_WITH_BONUS,
    DEARER,
    EVEN,
    EXPEDITED,
    EXTRA_LARGE,
    LARGE,
    THREE_UNITS,
    line,
    order,
)

PAYLOADS = Path(__file__).parent / "payloads" / "stateset"
SCHEMAS = Path(__file__).parent / "schemas"


def written(request: Request) -> Any:
    return {
        "name": request.name,
        "request": f"{request.method} {request.url}",
        "key": request.headers["Idempotency-Key"],
        "body": as_written(request.body),
    }


def test_every_stored_payload_has_its_case() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_calls_are_the_stored_payload(name: str) -> None:
    sent = conversation(CASES[name].order, approve_returns=True)
    stored = dict_of(as_written((PAYLOADS / f"{name}.json").read_text("utf-8")))
    assert [written(request) for request in sent.requests] == stored


def dict_of(calls: Any) -> list[dict[str, Any]]:
    """Only the bodies keep the order of their keys."""
    return [dict(call) for call in calls]


@pytest.mark.parametrize("name", CASES)
def test_what_is_sent_is_what_the_pages_describe(name: str) -> None:
    for request in conversation(CASES[name].order).requests:
        body = json.loads(request.body, parse_float=Decimal)
        kind = "exchange" if request.name == "exchange" else "return"
        schema = json.loads((SCHEMAS / f"stateset-{kind}.json").read_text("utf-8"))
        assert list(Draft202012Validator(schema).iter_errors(body)) == []


@pytest.mark.parametrize("name", CASES)
def test_a_stranger_who_read_the_same_pages_takes_it(name: str) -> None:
    for request in conversation(CASES[name].order).requests:
        body = json.loads(request.body)
        if request.name == "exchange":
            assert list(problems_in_exchange(body, body["id"])) == []
            assert f"/returns/{body['id']}/exchange" in request.url
        else:
            assert list(problems_in_return(body)) == []


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("unit", ["major", "minor"])
def test_the_differences_add_up_to_what_was_confirmed(name: str, unit: str) -> None:
    sent = conversation(CASES[name].order, price_unit=unit).requests
    bodies = [json.loads(each.body, parse_float=Decimal) for each in sent if each.name == "exchange"]
    total = sum(Decimal(body["price_difference"]) for body in bodies)
    assert total == Decimal(CASES[name].order.difference) / (100 if unit == "major" else 1)


@pytest.mark.parametrize(
    ("currency", "minor", "major"),
    [
        ("USD", 1050, "10.5"),
        ("USD", -2000, "-20"),
        ("USD", 0, "0"),
        ("USD", 1, "0.01"),
        ("JPY", 300, "300"),
        ("KWD", 1250, "1.25"),
        ("CVE", 1000, "10"),
        ("MRU", 120, "1.2"),
        ("MGA", 1000, "10"),
        ("ISK", 500, "500"),
        ("CLF", 12345, "1.2345"),
    ],
)
def test_the_table_of_units(currency: str, minor: int, major: str) -> None:
    message = replace(order(replace(LARGE, difference=minor)), currency=currency)
    exchange = conversation(message).requests[-1]
    assert dict(as_written(exchange.body))["price_difference"] == major
    assert price_difference(minor, currency, "minor") == minor


def test_the_request_around_the_body() -> None:
    made, exchanged = conversation(EVEN.order).requests
    assert made.url == "https://api.stateset.com/v1/return"
    assert exchanged.url == "https://api.stateset.com/v1/returns/rt_11_1/exchange"
    assert exchanged.headers == {
        "Content-Type": "application/json",
        "Accept": "application/json",
        "Idempotency-Key": "EX-7K3M9Q:11%3A1:exchange",
    }


def test_a_message_that_went_through_the_database_gives_the_same_calls() -> None:
    for case in CASES.values():
        kept = ExchangeOrder.from_data(json.loads(json.dumps(case.order.to_data())))
        assert conversation(kept) == conversation(case.order)


def test_no_two_calls_of_an_exchange_share_a_key() -> None:
    one, two = replace(EXTRA_LARGE, quantity=2), LARGE
    requests = conversation(order(one, two, card=CARD), approve_returns=True).requests
    keys = [request.headers["Idempotency-Key"] for request in requests]
    assert len(set(keys)) == len(keys) == 3 * 3 + 2


def test_a_key_fits_a_header_whatever_the_line_is_called() -> None:
    for name in ("gid://shop/線/11 ", "x" * 500):
        back = replace(LARGE.returned, line_id=name)
        request = placer().next_step(order(replace(LARGE, returned=back)), [])
        assert isinstance(request, Request)
        key = request.headers["Idempotency-Key"]
        assert key.isascii()
        assert key.isprintable()
        assert len(key) <= 200


def test_all_returns_are_made_before_anything_is_exchanged() -> None:
    names = [request.name for request in conversation(THREE_UNITS.order, approve_returns=True).requests]
    assert names == ["return"] * 3 + ["approve return"] * 3 + ["exchange"] * 3


def test_the_rma_can_be_the_return_of_a_single_unit() -> None:
    (request,) = conversation(DEARER.order, returns="rma").requests
    assert request.url.endswith("/returns/RMA-7K3M9Q/exchange")
    assert dict(as_written(request.body))["id"] == "RMA-7K3M9Q"


@pytest.mark.parametrize("name", ["three_units", "mixed", "card_with_bonus", "up_and_down"])
def test_the_rma_cannot_be_several_returns(name: str) -> None:
    refused = conversation(CASES[name].order, returns="rma")
    assert refused.requests == []
    assert "returns=create" in refused.refusal


def test_a_card_can_be_a_product() -> None:
    made, exchanged = conversation(CARD_WITH_BONUS.order, card="product", card_product="prod_card").requests
    assert dict(as_written(made.body))["type"] == "replacement"
    body = dict(as_written(exchanged.body))
    assert (body["exchange_product_id"], body["price_difference"]) == ("prod_card", "0")
    assert "exchange_variant_id" not in body


def test_faster_shipping_has_its_own_method_where_one_is_set() -> None:
    body = dict(as_written(conversation(EXPEDITED.order).requests[-1].body))
    assert (body["shipping_method"], body["expedited"]) == ("standard", True)
    faster = conversation(EXPEDITED.order, expedited_method="express").requests[-1]
    assert dict(as_written(faster.body))["shipping_method"] == "express"
    usual = conversation(EVEN.order, expedited_method="express", shipping_method="").requests[-1]
    assert "shipping_method" not in dict(as_written(usual.body))


def test_which_number_the_order_goes_by() -> None:
    by_number = conversation(EVEN.order, order_id="number").requests[0]
    assert dict(as_written(by_number.body))["order_id"] == "NW-1001"
    without = conversation(replace(EVEN.order, platform_order_id="")).requests[0]
    assert dict(as_written(without.body))["order_id"] == "NW-1001"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (order(), "nothing to exchange"),
        (order(EXTRA_LARGE, replace(LARGE, product_id=" ")), "PARKA-L-NAVY: exchange_product_id is empty"),
        (order(line(" ", "", 1, EXTRA_LARGE.returned)), "exchange_product_id is empty"),
        (
            order(replace(LARGE, returned=replace(LARGE.returned, sku=""))),
            "PARKA-L-NAVY: items 1, sku is empty",
        ),
        (
            order(replace(LARGE, returned=replace(LARGE.returned, reason="half a \ud83d"))),
            "a character that UTF-8 cannot carry",
        ),
    ],
)
def test_what_stateset_would_not_take_is_not_sent(message: ExchangeOrder, words: str) -> None:
    refused = conversation(message)
    assert refused.requests == []
    assert words in refused.refusal


def test_a_card_out_of_several_orders_cannot_be_one_product() -> None:
    sent = conversation(CASES["again_by_units"].order, card="product", card_product="prod_card")
    assert "items of several orders at StateSet" in sent.refusal
    assert sent.requests == []


def test_another_address_is_for_an_agent_to_tell() -> None:
    moved = conversation(replace(EVEN.order, readdressed=True)).placed
    assert "the shopper wants it sent to another address" in moved.doubt
    assert conversation(EVEN.order).placed.doubt == ""
    card = conversation(replace(CARD_WITH_BONUS.order, readdressed=True)).placed
    assert "another address" not in card.doubt  # nothing is sent
