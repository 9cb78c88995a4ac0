"""What the events for Ravelin say of an exchange, and what is neither asked nor told."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.connectors.base import Done
from app.connectors.results import Advice, Screened
from app.domain.exchange_report import Direction, ExchangeReport, MoneyMoved, PaymentUsed
from tests.connectors.conversation import reply, talk
from tests.connectors.ravelin_cases import body, events, listener, refusal, screener
from tests.connectors.worked_cases import (
    AGAIN,
    CHEAPER,
    DEARER,
    EVEN,
    FORFEITED,
    GIFT,
    LARGE,
    MIXED,
    MOVED,
    PLACED,
    SUBMITTED,
    order,
    report,
)


def test_a_chain_names_the_order_directly_before() -> None:
    made = body(events(AGAIN)[1])["order"]
    assert (made["orderId"], made["exchange"]["parentOrderId"]) == ("NW-1001-X2", "NW-1001-X1")


def test_which_number_the_order_before_goes_by() -> None:
    asked, made, refunded = (body(event) for event in events(CHEAPER, order_id="platform"))
    assert made["order"]["exchange"]["parentOrderId"] == "ord_1001"
    assert asked["order"]["orderId"] == refunded["order"]["orderId"] == "ord_1001"
    without = replace(CHEAPER, order=replace(CHEAPER.order, platform_order_id=""))
    assert body(events(without, order_id="platform")[2])["order"]["orderId"] == "NW-1001"


def test_how_the_difference_was_paid_is_told_where_it_is_known() -> None:
    used = PaymentUsed("example-gateway", "g-551", "pm_3", "card", "4242")
    taken = MoneyMoved(Direction.TAKEN, 1050, MOVED, "", "example-gateway", "g-551")
    (sent,) = talk(listener(), replace(DEARER, payment=used, moved=taken), lambda _: reply(b"null")).requests
    made = body(sent)
    assert made["paymentMethod"] == {"paymentMethodId": "pm_3", "methodType": "card", "cardLastFour": "4242"}
    assert made["transaction"]["gateway"] == "example-gateway"
    assert made["transaction"]["gatewayReference"] == "g-551"
    unknown = body(events(DEARER, gateway="shop-pay")[2])
    assert "paymentMethod" not in unknown
    assert unknown["transaction"]["gateway"] == "shop-pay"


def test_what_moved_is_told_with_its_own_time_and_number() -> None:
    _, exchanged, paid = (body(event) for event in events(DEARER))
    placed_at, moved_at = (int(moment.timestamp() * 1000) for moment in (PLACED, MOVED))
    assert (exchanged["timestamp"], paid["timestamp"], paid["transaction"]["time"]) == (
        placed_at, moved_at, moved_at,
    )  # fmt: skip
    numbers = set()
    for direction, part in itertools.product(Direction, ("", "drift", "collected-1")):
        told = replace(CHEAPER, moved=MoneyMoved(direction, 1, MOVED, part))
        (sent,) = talk(listener(), told, lambda _: reply(b"null")).requests
        numbers.add(body(sent)["transaction"]["transactionId"])
    assert len(numbers) == 9


def test_what_was_taken_before_it_was_placed_is_told_with_the_order() -> None:
    early = MoneyMoved(Direction.TAKEN, 1050, SUBMITTED)
    (sent,) = talk(listener(), replace(DEARER, moved=early), lambda _: reply(b"null")).requests
    told = body(sent)
    assert told["timestamp"] == int(PLACED.timestamp() * 1000)
    assert told["transaction"]["time"] < told["timestamp"]


def test_the_recipient_of_a_gift_is_not_told() -> None:
    for event in events(GIFT):
        assert GIFT.order.customer.email.encode() not in event.body


@pytest.mark.parametrize(
    ("told", "amount", "goods", "issued_to"),
    [
        (EVEN, 0, 12900, None),
        (DEARER, 0, 12900, None),
        (CHEAPER, 2000, 12900, ["ORIGINAL_PAYMENT_METHOD"]),
        (MIXED, 0, 17400, ["GIFT_CARD"]),
        (FORFEITED, 0, 12900, None),
    ],
)
def test_what_a_refund_request_asks_for(
    told: ExchangeReport, amount: int, goods: int, issued_to: list[str] | None
) -> None:
    for setting, expected in (("money", amount), ("goods", goods)):
        refund = body(events(told, refund_amount=setting)[0])["refund"]
        assert refund["amount"] == expected
        assert refund.get("refundIssuedTo") == issued_to
        assert sum(item["price"] * item["quantity"] for item in refund["items"]) == goods


def test_what_is_forfeited_is_not_refundable() -> None:
    assert body(events(FORFEITED)[0])["refund"]["nonRefundableAmount"] == 2000


@pytest.mark.parametrize(
    ("setting", "field", "value"), [("refundType", "refundType", "exchange"), ("type", "type", "EXCHANGE")]
)
def test_the_kind_of_refund_in_either_spelling(setting: str, field: str, value: str) -> None:
    refund = body(events(EVEN, refund_type=setting)[0])["refund"]
    assert {name: refund[name] for name in ("refundType", "type") if name in refund} == {field: value}


def test_without_refund_abuse_nobody_is_asked() -> None:
    step = screener(refund_abuse=False).next_step(EVEN, [])
    assert step == Done(Screened(Advice.ALLOW, "Ravelin is not asked: refund_abuse is off"))


def test_nothing_is_told_before_it_is_placed() -> None:
    assert refusal(replace(EVEN, platform_order="")) == "the exchange is not placed yet"


def faults() -> Iterator[tuple[ExchangeReport, str]]:
    nobody = replace(EVEN.order.customer, identifier=" ")
    yield replace(EVEN, order=replace(EVEN.order, customer=nobody)), "customerId is empty"
    yield replace(EVEN, order=replace(EVEN.order, original_order_id="")), "parentOrderId is empty"
    yield report(order(replace(LARGE, sku=""))), "order, items 1, sku is empty"
    yield report(order(replace(LARGE, product=-1000))), "price is -17, less than 0"
    yield report(order(replace(LARGE, title="half a \ud83d"))), "a character that UTF-8 cannot carry"


@pytest.mark.parametrize(("told", "words"), list(faults()), ids=lambda value: str(value)[:20])
def test_what_ravelin_would_not_take_is_not_sent(told: ExchangeReport, words: str) -> None:
    assert words in refusal(told)
