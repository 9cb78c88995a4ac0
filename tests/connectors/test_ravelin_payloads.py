"""Every event for Ravelin against stored payloads, for every worked case; its own units; what is not sent."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.connectors.base import Done, Request
from app.connectors.fraud.ravelin import RavelinListener, RavelinScreener
from app.connectors.fraud.ravelin_amounts import Inexact, basic_units, parts_of, unit_prices
from app.connectors.results import Advice, Screened
from app.domain.exchange_report import Direction, ExchangeReport, MoneyMoved, PaymentUsed
from app.sandbox.ravelin_body import problems_in_checkout, problems_in_refund
from tests.connectors.conversation import as_written, reply, talk
from tests.connectors.worked_cases import (
    AGAIN,
    CASES,
    CHEAPER,
    DEARER,
    EVEN,
    EXPEDITED,
    FORFEITED,
    GIFT,
    LARGE,
    MIXED,
    MOVED,
    PLACED,
    SUBMITTED,
    THREE_UNITS,
    once_paid,
    order,
    report,
)

PAYLOADS = Path(__file__).parent / "payloads" / "ravelin"
SCHEMAS = Path(__file__).parent / "schemas"
KEY = "sk_test_example"


def screener(**settings: Any) -> RavelinScreener:
    return RavelinScreener.configure({"refund_abuse": True} | settings, KEY, allow_loopback=False)


def listener(**settings: Any) -> RavelinListener:
    return RavelinListener.configure(settings, KEY, allow_loopback=False)


def events(told: ExchangeReport, **settings: Any) -> list[Request]:
    """What is asked before placing, what is told after it, and what once its money has moved."""
    unplaced = replace(told, platform_order="", placed_at=None)
    asked = talk(screener(**settings), unplaced, lambda _: reply({"data": {"action": "ALLOW"}})).requests
    later = [*once_paid(told), *([told] if told.moved else [])]
    reports = [replace(told, moved=None), *later]
    heard = [talk(listener(**settings), each, lambda _: reply(b"null")).requests for each in reports]
    return [*asked, *(request for requests in heard for request in requests)]


def refusal(told: ExchangeReport, **settings: Any) -> str:
    return talk(listener(**settings), told, lambda _: reply(b"null")).refusal


def body(request: Request) -> Any:
    return json.loads(request.body)


def test_every_stored_payload_has_its_case() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == {*CASES, "shipped", "given-back"}


def test_that_it_left_the_shop_is_the_stored_payload() -> None:
    told = replace(AGAIN, shipped_at=AGAIN.submitted_at + timedelta(days=2))
    (event,) = talk(listener(), told, lambda _: reply(b"null")).requests
    written = {"name": event.name, "request": f"{event.method} {event.url}", "body": body(event)}
    assert written == json.loads((PAYLOADS / "shipped.json").read_text("utf-8"))
    assert list(problems_in_checkout(body(event))) == []
    schema = json.loads((SCHEMAS / "ravelin-checkout.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(body(event))) == []
    early = replace(told, refund_due=500, shipped_at=told.submitted_at)  # by a carrier whose clock is slow
    (event,) = talk(listener(), early, lambda _: reply(b"null")).requests
    (placed, *_refund) = talk(listener(), AGAIN, lambda _: reply(b"null")).requests
    assert body(event)["timestamp"] > body(placed)["timestamp"]


def test_that_what_was_taken_went_back_is_the_stored_payload() -> None:
    back = MoneyMoved(Direction.GIVEN_BACK, 1050, MOVED + timedelta(days=1), "1", "cards", "re_7")
    (event,) = talk(listener(), replace(DEARER, moved=back), lambda _: reply(b"null")).requests
    written = {"name": event.name, "request": f"{event.method} {event.url}", "body": body(event)}
    assert written == json.loads((PAYLOADS / "given-back.json").read_text("utf-8"))
    assert list(problems_in_checkout(body(event))) == []
    schema = json.loads((SCHEMAS / "ravelin-checkout.json").read_text("utf-8"))
    assert list(Draft202012Validator(schema).iter_errors(body(event))) == []


@pytest.mark.parametrize("name", CASES)
def test_the_events_are_the_stored_payload(name: str) -> None:
    written = [
        {"name": each.name, "request": f"{each.method} {each.url}", "body": as_written(each.body)}
        for each in events(CASES[name])
    ]
    stored = as_written((PAYLOADS / f"{name}.json").read_text("utf-8"))
    assert written == [dict(event) for event in stored]


@pytest.mark.parametrize("name", CASES)
def test_what_is_sent_is_what_the_pages_describe(name: str) -> None:
    for event in events(CASES[name]):
        kind = "refund" if event.name == "refund request" else "checkout"
        schema = json.loads((SCHEMAS / f"ravelin-{kind}.json").read_text("utf-8"))
        assert list(Draft202012Validator(schema).iter_errors(body(event))) == []


@pytest.mark.parametrize("name", CASES)
def test_a_stranger_who_read_the_same_pages_takes_it(name: str) -> None:
    for event in events(CASES[name]):
        if event.name == "refund request":
            assert list(problems_in_refund(body(event), scored=True)) == []
        else:
            assert list(problems_in_checkout(body(event))) == []


@pytest.mark.parametrize("name", CASES)
def test_only_a_refund_touches_the_order_before_and_only_a_due_amount_the_new_one(name: str) -> None:
    told = CASES[name]
    asked, exchanged, *rest = events(told)
    assert asked.name == "refund request"
    assert "transaction" not in body(exchanged)
    assert len(rest) == bool(told.amount_due or told.refund_due)
    for event in rest if told.amount_due else ():
        paid = body(event)
        assert (paid["transaction"]["amount"], paid["transaction"]["type"]) == (
            told.amount_due, "auth_capture",
        )  # fmt: skip
        placed = body(exchanged)["order"]
        assert placed.pop("status") == {"stage": "accepted", "actor": "buyer"}
        assert paid["order"] == placed  # its stage may be another by then
    for event in rest if told.refund_due else ():
        refunded = body(event)
        assert refunded["order"]["orderId"] == told.order.original_order_id
        assert refunded["order"]["status"] == {"stage": "refunded", "actor": "merchant", "reason": "returned"}
        assert refunded["transaction"]["amount"] == told.refund_due


@pytest.mark.parametrize("name", CASES)
def test_items_and_sending_make_the_price(name: str) -> None:
    made = body(events(CASES[name])[1])["order"]
    message = CASES[name].order
    worth = message.replacements + (message.card.face + message.card.bonus if message.card else 0)
    assert sum(item["price"] * item["quantity"] for item in made["items"]) == worth
    assert made["price"] == worth + message.shipping


def test_the_requests_around_the_bodies() -> None:
    asked, exchanged, refunded = events(CHEAPER)
    assert asked.url == "https://api.ravelin.com/v2/refund?score=refundRequest"
    assert exchanged.url == refunded.url == "https://api.ravelin.com/v2/checkout"
    headers = {"Content-Type": "application/json; charset=utf-8", "Accept": "application/json"}
    assert [dict(event.headers) for event in (asked, exchanged, refunded)] == [headers] * 3


def test_a_report_that_went_through_the_database_gives_the_same_bytes() -> None:
    used = PaymentUsed("pay", "g-1", "pm_3", "card", "4242")
    for told in (*CASES.values(), *once_paid(replace(DEARER, payment=used))):
        kept = ExchangeReport.from_data(json.loads(json.dumps(told.to_data())))
        assert kept == told
        assert events(kept) == events(told)


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


def test_units_that_do_not_divide_are_two_items() -> None:
    items = body(events(THREE_UNITS)[1])["order"]["items"]
    assert [(item["price"], item["quantity"]) for item in items] == [(1033, 2), (1034, 1)]


def test_sending_is_in_the_price() -> None:
    assert body(events(EXPEDITED)[1])["order"]["price"] == 13950 + 500


def test_without_refund_abuse_nobody_is_asked() -> None:
    step = screener(refund_abuse=False).next_step(EVEN, [])
    assert step == Done(Screened(Advice.ALLOW, "Ravelin is not asked: refund_abuse is off"))


def test_nothing_is_told_before_it_is_placed() -> None:
    assert refusal(replace(EVEN, platform_order="")) == "the exchange is not placed yet"


@pytest.mark.parametrize(
    ("currency", "minor", "units"),
    [
        ("USD", 1050, 1050),
        ("JPY", 300, 300),
        ("KWD", 1250, 1250),
        ("MGA", 1000, 50),
        ("MRU", 120, 6),
        ("MRU", 10, 1),  # half a fifth, up
        ("MRU", 9, 0),
        ("CVE", 1000, 10),
        ("CVE", 1050, 11),
        ("CVE", 1049, 10),
        ("ISK", 500, 500),
        ("CLF", 12345, 123),
        ("CLF", 12350, 124),
        ("UYW", 12345, 123),
        ("IQD", 1250, 1250),
    ],
)
def test_the_table_of_units(currency: str, minor: int, units: int) -> None:
    assert basic_units(minor, currency) == units


@pytest.mark.parametrize(("currency", "minor"), [("MRU", 10), ("CVE", 1050), ("CLF", 12345)])
def test_what_is_not_whole_can_be_refused_instead(currency: str, minor: int) -> None:
    with pytest.raises(Inexact, match=currency):
        basic_units(minor, currency, exact=True)
    told = report(replace(order(replace(LARGE, product=minor, tax=0)), currency=currency))
    assert "no whole number" in refusal(told, inexact="refuse")
    for setting in ("refuse", "round"):
        whole = report(replace(order(replace(LARGE, product=10_000, tax=0)), currency=currency))
        made = listener(inexact=setting).next_step(whole, [])
        assert isinstance(made, Request)


def test_converted_parts_still_add_up() -> None:
    assert parts_of([50, 50, 50], "CVE") == [1, 0, 1]
    assert sum(parts_of([50, 50, 50], "CVE")) == basic_units(150, "CVE")
    assert unit_prices(10, 3) == [(3, 2), (4, 1)]


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
