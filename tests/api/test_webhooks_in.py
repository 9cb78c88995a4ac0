"""T17: news that somebody with the secret sent comes in, and only once."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from tests.factories import NOW, make_store
from tests.web.snapshots import everything

SOMEBODY_ELSES = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@dataclass
class Sender:
    """Somebody who sends signed messages to the store `acme`."""

    client: FlaskClient
    secret: str

    def send(self, message: Any, message_id: str = "msg_1", at: datetime | None = None) -> TestResponse:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        at = at or datetime.now(UTC)
        headers = {
            "webhook-id": message_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(message_id, at, body.decode()),
        }
        return self.client.post("/hooks/v1/acme", data=body, headers=headers)


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["store", "webhook-secret", "acme", *arguments])


@pytest.fixture
def sender(app: Flask, store_id: int) -> Sender:
    return Sender(app.test_client(), run(app).stdout.strip())


def news(kind: str, reference: str, **data: Any) -> dict[str, Any]:
    return {"type": kind, "timestamp": NOW.isoformat(), "data": {"reference": reference} | data}


def test_news_comes_in(app: Flask, sender: Sender, placed: Callable[[str], str]) -> None:
    reference = placed("AC-1001")
    shipped = news("exchange.shipped", reference, tracking_number="1Z 999", delivery_estimate="2026-11-27")
    answer = sender.send(shipped)
    assert (answer.status_code, answer.get_json()) == (200, {"outcome": "taken"})
    shown = app.test_cli_runner().invoke(args=["exchange", "show", reference, "--json"]).stdout
    assert (json.loads(shown)["state"], json.loads(shown)["tracking_number"]) == ("shipped", "1Z 999")


@pytest.mark.parametrize(
    ("kind", "data", "state"),
    [
        ("exchange.cancelled", {}, ("cancelled", False)),
        ("return.received", {"items": [{"sku": "MUG", "quantity": 1}]}, ("placed", True)),
    ],
)
def test_news_of_its_end_and_of_what_came_back(
    app: Flask, sender: Sender, placed: Callable[[str], str], kind: str, data: Any, state: Any
) -> None:
    reference = placed("AC-1001")
    assert sender.send(news(kind, reference, **data)).get_json() == {"outcome": "taken"}
    shown = json.loads(app.test_cli_runner().invoke(args=["exchange", "show", reference, "--json"]).stdout)
    assert (shown["state"], bool(shown["attention"])) == state


def test_a_message_that_comes_again_does_nothing(
    app: Flask, sender: Sender, placed: Callable[[str], str], today: time_machine.Traveller
) -> None:
    reference = placed("AC-1001")
    sender.send(news("return.in_transit", reference))
    before = everything(app, but=frozenset({"throttle_try"}))
    today.shift(timedelta(hours=32))
    again = sender.send(news("return.received", reference))  # the id counts, signed anew
    assert again.get_json() == {"outcome": "taken"}
    assert everything(app, but=frozenset({"throttle_try"})) == before


@pytest.mark.parametrize(
    "message",
    [
        {"type": "exchange.shipped", "data": {"reference": "EX-000000"}},
        {"type": "something.else", "data": {"reference": "EX-000000"}},
        {"type": "exchange.shipped", "data": {"reference": "a\0b"}},
        {"type": ["exchange.shipped"]},
        [],
        b"no JSON",
        b"",
    ],
)
def test_what_is_of_no_use_is_answered_and_left(app: Flask, sender: Sender, message: Any) -> None:
    answer = sender.send(message)
    assert answer.status_code == 200
    assert answer.get_json()["outcome"].startswith("ignored: ")
    assert sender.send(message).get_json() == answer.get_json()


def test_news_that_cannot_be_true_yet_may_come_again(sender: Sender, placed: Callable[[str], str]) -> None:
    reference = placed("AC-1001")
    assert sender.send(news("exchange.shipped", reference, at="2026-11-22T11:00:00Z")).status_code == 200
    early = news("exchange.delivered", reference, at="2026-11-22T10:00:00Z")
    assert sender.send(early, "msg_2").status_code == 409
    right = news("exchange.delivered", reference, at="2026-11-22T11:30:00Z")
    assert sender.send(right, "msg_2").get_json() == {"outcome": "taken"}


def test_what_is_not_signed_changes_nothing(app: Flask, sender: Sender) -> None:
    before = everything(app, but=frozenset({"throttle_try"}))
    stranger = Sender(sender.client, SOMEBODY_ELSES)
    for answer in (
        stranger.send({}),
        sender.send({}, at=NOW - timedelta(minutes=6)),
        sender.client.post("/hooks/v1/acme", data=b"\xff"),
    ):
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert sender.client.post("/hooks/v1/nowhere").status_code == 404
    assert everything(app, but=frozenset({"throttle_try"})) == before


def test_the_secret_of_another_store_opens_nothing(app: Flask, sender: Sender) -> None:
    with app.app_context():
        make_store("kaze")
    other = app.test_cli_runner().invoke(args=["store", "webhook-secret", "kaze"]).stdout.strip()
    assert Sender(sender.client, other).send({}).status_code == 401


def test_both_secrets_count_while_one_is_replaced(
    app: Flask, sender: Sender, today: time_machine.Traveller
) -> None:
    assert "--rotate" in run(app).stderr
    renewed = Sender(sender.client, run(app, "--rotate", "--overlap-hours", "2").stdout.strip())
    assert renewed.secret != sender.secret
    assert sender.secret not in repr(everything(app))
    assert sender.send({}).status_code == renewed.send({}, "msg_2").status_code == 200
    today.shift(timedelta(hours=2))
    assert sender.send({}, "msg_3").status_code == 401
    assert renewed.send({}, "msg_4").status_code == 200
