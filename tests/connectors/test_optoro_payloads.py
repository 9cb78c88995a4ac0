"""The bytes for Optoro against stored payloads, and what is refused before sending."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.connectors.base import Refused, Request
from app.connectors.platforms.optoro import OptoroPlacer
from app.domain.exchange_order import ExchangeOrder
from app.domain.facts import Address, Customer
from app.sandbox.optoro_body import problems_in
from tests.connectors.messages import (
    ADA,
    CARD,
    CHEAPER_PARKA,
    DEARER_PARKA,
    EVEN_PARKA,
    PARKA_M,
    again,
    exchange_order,
    expedited,
    gift,
    tax_inclusive_yen,
    two_replacements_of_one_line,
    uneven_units,
    up_and_down,
    without_optional_data,
)

PAYLOADS = Path(__file__).with_name("payloads")
CASES = {
    "even_v2": exchange_order(EVEN_PARKA),
    "dearer_v2": exchange_order(DEARER_PARKA),
    "cheaper_v2": exchange_order(CHEAPER_PARKA),
    "gift_card_v1": exchange_order(card=CARD),
    "gift_card_v2": exchange_order(card=CARD),
    "gift_card_without_bonus_v2": exchange_order(card=replace(CARD, bonus=0)),
    "mixed_v2": exchange_order(EVEN_PARKA, card=CARD),
    "tax_inclusive_yen_v2": tax_inclusive_yen(),
    "uneven_units_v2": uneven_units(),
    "without_optional_data_v2": without_optional_data(),
    "two_replacements_of_one_line_v2": two_replacements_of_one_line(),
    "up_and_down_v2": up_and_down(),
    "again_v2": again(),
    "expedited_v2": expedited(),
    "gift_v2": gift(),
}


def placer(api_version: str = "2") -> OptoroPlacer:
    settings = {"url": "https://shop.example/api", "optiturn_id": "Modrno", "api_version": api_version}
    return OptoroPlacer.configure(settings, None, allow_loopback=False)


def request_for(message: ExchangeOrder, api_version: str = "2") -> Request:
    step = placer(api_version).next_step(message, [])
    assert isinstance(step, Request)
    return step


def refusal_of(message: ExchangeOrder) -> str:
    step = placer().next_step(message, [])
    assert isinstance(step, Refused)
    return step.reason


def payload(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))


def test_every_stored_payload_has_its_case() -> None:
    ours = {path.stem for path in PAYLOADS.glob("*.json") if "-" not in path.stem}
    assert ours == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_bytes_are_the_stored_payload(name: str) -> None:
    sent = request_for(CASES[name], name[-1])
    expected = json.dumps(payload(name), ensure_ascii=False, separators=(",", ":")).encode()
    assert sent.body == expected


@pytest.mark.parametrize("name", CASES)
def test_a_stranger_who_read_the_same_page_takes_the_payload(name: str) -> None:
    body, version = payload(name), name[-1]
    assert list(problems_in(body, version=version, gift_card_sku="OPTOROGIFTCARD")) == []


@pytest.mark.parametrize("name", CASES)
def test_what_is_sent_is_what_the_page_describes(name: str) -> None:
    schema = json.loads((PAYLOADS.parent / "schemas" / "optoro-exchange-order.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(payload(name))) == []


@pytest.mark.parametrize("api_version", ["1", "2"])
def test_the_request_around_the_body(api_version: str) -> None:
    sent = request_for(CASES["even_v2"], api_version)
    assert (sent.method, sent.url) == ("POST", "https://shop.example/api/exchange_orders")
    assert sent.headers == {
        "X-Optiturn-Id": "Modrno",
        "X-Optiturn-Api-Version": api_version,
        "Content-Type": "application/json",
        "Accept": "application/json",
    }


def test_a_message_that_went_through_the_database_gives_the_same_bytes() -> None:
    message = CASES["mixed_v2"]
    kept = ExchangeOrder.from_data(json.loads(json.dumps(message.to_data())))
    assert request_for(kept) == request_for(message)


def test_both_versions_give_the_shopper_the_same_card() -> None:
    old, new = (payload(f"gift_card_v{version}")["items"][0] for version in "12")
    assert old["unit_price_amount_cents"] == (
        new["unit_price_amount_cents"] + new["bonus_credit_amount_cents"]
    )
    assert "bonus_credit_amount_cents" not in old


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (exchange_order(), "items has no line"),
        (exchange_order(replace(EVEN_PARKA, quantity=1001)), "items 1, quantity is 1001, more than 1000"),
        (exchange_order(replace(EVEN_PARKA, sku=" ")), "items 1, sku is empty"),
        (
            exchange_order(EVEN_PARKA, replace(EVEN_PARKA, tax=-1)),
            "items 2, tax_amount_cents is -1, less than 0",
        ),
        (
            exchange_order(replace(EVEN_PARKA, returned=replace(PARKA_M, line_id=""))),
            "items 1, original_item_identifier is empty",
        ),
        (exchange_order(card=replace(CARD, returned=())), "items 1, return_items has no line"),
        (
            replace(exchange_order(EVEN_PARKA), customer=Customer("cus_88", "nobody")),
            "customer, email has the wrong form",
        ),
        (
            replace(exchange_order(EVEN_PARKA), shipping_address=replace(ADA, street1="")),
            "shipping_address, street1 is empty",
        ),
        (
            replace(exchange_order(EVEN_PARKA), shipping_address=Address()),
            "shipping_address, country_code is empty; shipping_address, name is empty",
        ),
        (replace(exchange_order(EVEN_PARKA), currency="usd"), "currency has the wrong form"),
        (exchange_order(replace(EVEN_PARKA, title="half a \ud83d")), "a character that UTF-8 cannot carry"),
    ],
)
def test_what_optoro_would_not_take_is_not_sent(message: ExchangeOrder, words: str) -> None:
    assert words in refusal_of(message)
