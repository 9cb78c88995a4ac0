"""The merchant's webhook as a connector: what is sent, signed anew for each try, and what answers mean."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from standardwebhooks import Webhook

from app.connectors.base import Done, Outcome, Reply, Request
from app.connectors.merchant_webhooks import MerchantWebhook
from app.connectors.settings import InvalidSettings
from app.domain.exchange_notice import ExchangeNotice

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NOTICE = ExchangeNotice(
    message_id="msg_1",
    number=4,
    at=AT,
    store="acme",
    reference="EX-7K3M9Q",
    order="AC-1001",
    state="placed",
    before="placing",
    submitted_at=AT - timedelta(minutes=15),
    placed_at=AT,
    platform_order="EXC-1",
)


def connector(url: str = "https://shop.example/hooks", secret: str | None = SECRET) -> MerchantWebhook:
    return MerchantWebhook.configure({"url": url}, secret, allow_loopback=False)


def request() -> Request:
    step = connector().next_step(NOTICE, [])
    assert isinstance(step, Request)
    return step


def test_the_message_is_as_written() -> None:
    made = request()
    assert (made.method, made.url) == ("POST", "https://shop.example/hooks")
    assert made.headers == {"Content-Type": "application/json", "webhook-id": "msg_1"}
    assert json.loads(made.body) == {
        "type": "exchange.placed",
        "timestamp": "2026-11-22T12:00:00+00:00",
        "data": {
            "number": 4,
            "store": "acme",
            "reference": "EX-7K3M9Q",
            "order": "AC-1001",
            "state": "placed",
            "before": "placing",
            "submitted_at": "2026-11-22T11:45:00+00:00",
            "placed_at": "2026-11-22T12:00:00+00:00",
            "platform_order": "EXC-1",
        },
    }
    assert connector().next_step(NOTICE, []) == made


def test_a_message_comes_back_from_its_row_as_it_was() -> None:
    for notice in (NOTICE, replace(NOTICE, placed_at=None, submitted_at=None)):
        assert ExchangeNotice.from_data(json.loads(json.dumps(notice.to_data()))) == notice


def test_the_standards_vector() -> None:
    sent = Request(
        "notify", "POST", "", {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek"}, b'{"test": 2432232314}'
    )
    assert connector().signature(sent, datetime(2021, 2, 25, 15, 2, 10, 900, UTC)) == {
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_try_days_later_is_signed_anew_and_accepted() -> None:
    made, later = request(), AT + timedelta(days=2)
    signed = connector().signature(made, later)
    with time_machine.travel(later, tick=False):
        Webhook(SECRET).verify(made.body, {**made.headers, **signed})


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED),
        (204, Outcome.DELIVERED),
        (302, Outcome.TRY_LATER),
        (400, Outcome.TRY_LATER),
        (404, Outcome.TRY_LATER),
        (410, Outcome.REJECTED),
        (429, Outcome.TRY_LATER),
        (500, Outcome.TRY_LATER),
    ],
)
def test_what_an_answer_means(status: int, outcome: Outcome) -> None:
    reply = Reply(status, {}, b"")
    assert connector().outcome(reply) is outcome
    assert str(status) in connector().explain(reply)


def test_one_answer_is_the_end() -> None:
    assert isinstance(connector().next_step(NOTICE, [Reply(204, {}, b"")]), Done)


@pytest.mark.parametrize(
    ("url", "secret", "field"),
    [
        ("http://shop.example/hooks", SECRET, "url"),
        ("https://127.0.0.1/hooks", SECRET, "url"),
        ("https://user@shop.example/", SECRET, "url"),
        ("shop.example", SECRET, "url"),
        ("https://shop.example/hooks", None, "secret"),
        ("https://shop.example/hooks", "whsec_", "secret"),
        ("https://shop.example/hooks", "whsec_é", "secret"),
    ],
)
def test_settings_that_cannot_be(url: str, secret: str | None, field: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        connector(url, secret)
    assert list(refused.value.problems) == [field]
