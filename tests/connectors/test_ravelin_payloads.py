"""Every event for Ravelin against stored payloads, for every worked case, and what it is made of."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.domain.exchange_report import Direction, ExchangeReport, MoneyMoved, PaymentUsed
from app.sandbox.ravelin_body import problems_in_checkout, problems_in_refund
from tests.connectors.conversation import as_written, reply, talk
from tests.connectors.ravelin_cases import body, events, listener
from tests.connectors.worked_cases import AGAIN, CASES, CHEAPER, DEARER, MOVED, once_paid

PAYLOADS = Path(__file__).parent / "payloads" / "ravelin"
SCHEMAS = Path(__file__).parent / "schemas"


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
