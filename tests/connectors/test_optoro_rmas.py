"""The RMAs message against stored payloads, for every worked case; what it adds up to; what is not sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from app.connectors.base import Done, Outcome, Refused, Reply, Request
from app.connectors.platforms.optoro_rmas import OptoroRmas
from app.connectors.results import Told
from app.connectors.settings import InvalidSettings
from app.domain.exchange_report import ExchangeReport, ParcelLeg
from app.sandbox.optoro_rmas import problems_in_rma
from tests.connectors.conversation import as_written, reply
from tests.connectors.test_any_exchange import AT, SOME, confirmed
from tests.connectors.worked_cases import (
    CARD_WITH_BONUS,
    CASES,
    CHEAPER,
    EVEN,
    FORFEITED,
    GIFT,
    MIXED,
    THREE_CHEAPER,
    order,
    report,
)
from tests.connectors.world import World
from tests.domain.strategies import Wish, wishes

PAYLOADS = Path(__file__).parent / "payloads" / "optoro_rmas"
SCHEMA = Draft202012Validator(
    json.loads((Path(__file__).parent / "schemas" / "optoro-rma.json").read_text("utf-8"))
)
GOOD = {"url": "https://shop.example/api", "optiturn_id": "Modrno"}


def listener(secret: str | None = None, **settings: Any) -> OptoroRmas:
    return OptoroRmas.configure(GOOD | settings, secret, allow_loopback=True)


def request(told: ExchangeReport, **settings: Any) -> Request:
    step = listener(**settings).next_step(told, [])
    assert isinstance(step, Request), step
    return step


def body(told: ExchangeReport, **settings: Any) -> Any:
    return json.loads(request(told, **settings).body)


def refusal(told: ExchangeReport) -> str:
    step = listener().next_step(told, [])
    assert isinstance(step, Refused)
    return step.reason


def sums(content: Any) -> tuple[int, int, int]:
    """Paid, into the exchange, back to the shopper: over all items."""
    names = ("estimated", "optoro", "shopper")
    paid, used, back = (
        sum(item["refund_financials"][f"{name}_refund_amount_cents"] for item in content["items"])
        for name in names
    )
    return paid, used, back


def test_every_stored_payload_has_its_case() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_the_message_is_the_stored_payload(name: str) -> None:
    sent = request(CASES[name])
    assert as_written(sent.body) == as_written((PAYLOADS / f"{name}.json").read_text("utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_what_is_sent_is_what_the_page_describes(name: str) -> None:
    content = body(CASES[name])
    assert list(SCHEMA.iter_errors(content)) == []
    assert list(problems_in_rma(content)) == []


def test_the_request_around_the_body() -> None:
    sent = request(EVEN)
    assert (sent.name, sent.method, sent.url) == ("rma", "POST", "https://shop.example/api/rmas")
    assert sent.headers == {
        "X-Optiturn-Id": "Modrno",
        "X-Optiturn-Api-Version": "3",
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    assert request(EVEN, api_version=5).headers["X-Optiturn-Api-Version"] == "5"


def test_each_unit_is_an_item_and_the_cents_add_up() -> None:
    content = body(THREE_CHEAPER)  # 30.00 for three, 1.00 of it goes back
    assert len(content["items"]) == 3
    assert {item["order_line_item_identifier"] for item in content["items"]} == {"13"}
    assert sums(content) == (3000, 2900, 100)


def test_what_goes_back_to_the_shopper_and_what_does_not() -> None:
    assert sums(body(CHEAPER)) == (12900, 10900, 2000)
    assert sums(body(FORFEITED)) == (12900, 12900, 0)
    assert sums(body(CARD_WITH_BONUS)) == (4500, 4500, 0)


def test_a_card_is_store_credit_and_its_bonus_stands_apart() -> None:
    content = body(MIXED)
    variant, card = content["items"]
    assert (variant["refund_type"], variant["is_exchange"]) == ("INSTANT_EXCHANGE", True)
    assert card["refund_type"] == "INSTANT_STORE_CREDIT"
    assert "is_exchange" not in card
    assert content["bonus_credit_amount_cents"] == 500
    assert {item["exchange_order_identifier"] for item in content["items"]} == {"NW-1001-X1"}


@pytest.mark.parametrize(
    ("leg", "words"), [(ParcelLeg.IN_TRANSIT, "TRANSIT"), (ParcelLeg.RECEIVED, "DELIVERED")]
)
def test_where_the_parcel_is(leg: ParcelLeg, words: str) -> None:
    noted = AT + timedelta(days=3)
    content = body(replace(MIXED, parcel=leg, parcel_noted_at=noted))
    assert [item["package_tracking_status"] for item in content["items"]] == [words] * 2
    assert content["updated_at"] == "2026-11-23T09:30:00.000Z"
    assert list(SCHEMA.iter_errors(content)) == list(problems_in_rma(content)) == []
    assert body(replace(MIXED, parcel=leg))["updated_at"] == body(MIXED)["updated_at"]


def test_a_gift_says_to_whom_its_card_goes() -> None:
    content = body(GIFT)
    assert (content["gift_refund_only"], content["giftee_email"]) == (True, GIFT.order.customer.email)
    assert body(EVEN)["gift_refund_only"] is False
    assert "giftee_email" not in body(EVEN)


def test_the_settings_of_what_the_page_leaves_open() -> None:
    content = body(EVEN, exchange_type="STANDARD_EXCHANGE", return_method="express-returns", upc="sku")
    assert content["return_method"] == "express-returns"
    (item,) = content["items"]
    assert (item["refund_type"], item["upc"], item["sku"]) == (
        "STANDARD_EXCHANGE", "PARKA-M-NAVY", "PARKA-M-NAVY",
    )  # fmt: skip
    assert body(EVEN)["items"][0]["upc"] == ""


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (replace(EVEN, platform_order=""), "the exchange is not placed yet"),
        (report(replace(EVEN.order, rma="")), "rma_identifier is empty"),
        (report(order()), "items has no line"),
        (report(replace(EVEN.order, rma="half a \ud83d")), "a character that UTF-8 cannot carry"),
    ],
)
def test_what_cannot_be_told_is_not_sent(told: ExchangeReport, words: str) -> None:
    assert words in refusal(told)


@pytest.mark.parametrize("answer", [reply(b"", 204), reply({"ok": True}), reply(b"<p>thanks", 202)])
def test_any_yes_is_a_yes(answer: Reply) -> None:
    assert listener().outcome(answer) is Outcome.DELIVERED
    assert listener().next_step(EVEN, [answer]) == Done(Told({"status": answer.status}))


@pytest.mark.parametrize("url", ["https://shop.example/api/", "https://shop.example/api/rmas"])
def test_the_address_may_name_the_endpoint_or_not(url: str) -> None:
    assert listener(url=url).stored_settings()["url"] == GOOD["url"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"api_version": "2"}, "api_version"), ({"upc": "ean"}, "upc"), ({"auth": "bearer"}, "secret")],
)
def test_a_wrong_setting_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        listener(**changes)
    assert set(refused.value.problems) == {field}


@pytest.mark.parametrize("name", CASES)
def test_the_pretend_merchant_takes_it_once_and_knows_it_again(world: World, name: str) -> None:
    connector = listener(url=f"{world.url}/optoro")
    for _ in range(2):
        assert isinstance(world.talk(connector, CASES[name]).end, Told)
    assert [each["replayed"] for each in world.requests()] == [False, True]
    assert world.orders() == 0


@SOME
@given(wishes())
def test_any_exchange_makes_a_message_that_adds_up(wish: Wish) -> None:
    message, quote = confirmed(wish)
    told = ExchangeReport(message, AT, "NW-1001-X1", AT, quote.amount_due, quote.refund_due)
    content = body(told)
    assert list(SCHEMA.iter_errors(replace_items(content))) == []
    credit = sum(item.credit for item in message.returned)
    assert sums(content) == (credit, credit - quote.refund_due, quote.refund_due)
    assert len(content["items"]) == sum(item.quantity for item in message.returned)
    for item in content["items"]:
        assert min(item["refund_financials"].values()) >= 0


def replace_items(content: dict[str, Any]) -> dict[str, Any]:
    """The message with its first few items: a thousand units of a line differ in nothing but an amount."""
    return content | {"items": content["items"][:5]}
