"""T17: only what somebody with the secret sent in the last five minutes is taken, and only once."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from standardwebhooks import Webhook
from werkzeug.test import TestResponse

from app.services.webhook_signatures import Envelope, NotSigned, Verifier
from tests.factories import NOW, make_store
from tests.web.snapshots import everything

# The vector of the standard's reference libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'
SENT_AT = datetime(2021, 2, 25, 15, 2, 10, tzinfo=UTC)
GOOD = Envelope(
    "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
)
OTHER = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="
MINUTES = timedelta(minutes=5)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def accepted(verifier: Verifier, body: bytes, envelope: Envelope) -> bool:
    try:
        verifier.check(body, envelope)
    except NotSigned:
        return False
    return True


@pytest.mark.parametrize("secret", [SECRET, SECRET.removeprefix("whsec_")])
@pytest.mark.parametrize("signatures", [GOOD.signatures, f"{OTHER} v2,abc {GOOD.signatures} {OTHER}"])
@time_machine.travel(SENT_AT, tick=False)
def test_the_vector_of_the_standard(secret: str, signatures: str) -> None:
    assert accepted(Verifier([secret]), BODY, replace(GOOD, signatures=signatures))
    assert accepted(Verifier(["whsec_AAAA", secret]), BODY, GOOD)


@pytest.mark.parametrize(
    "envelope",
    [
        replace(GOOD, message_id=""),
        replace(GOOD, timestamp=""),
        replace(GOOD, signatures=""),
        replace(GOOD, signatures=OTHER),
        replace(GOOD, signatures="v1"),
        replace(GOOD, signatures="v1,"),
        replace(GOOD, signatures="v1,é"),
        replace(GOOD, signatures=GOOD.signatures.replace("v1", "v2")),
        replace(GOOD, signatures=GOOD.signatures.rstrip("=")),
        replace(GOOD, signatures=GOOD.signatures.replace("OE=", "OF=")),  # the same bytes, written otherwise
        replace(GOOD, timestamp="1614265330.0"),
        replace(GOOD, timestamp="+1614265330"),
        replace(GOOD, timestamp="1.61426533e9"),
        replace(GOOD, timestamp="nan"),
        replace(GOOD, timestamp="1614265331"),
        replace(GOOD, timestamp="9" * 12),
    ],
)
@time_machine.travel(SENT_AT, tick=False)
def test_anything_else_is_refused(envelope: Envelope) -> None:
    assert not accepted(Verifier([SECRET]), BODY, envelope)


def test_nobody_is_let_in_without_a_secret() -> None:
    with time_machine.travel(SENT_AT, tick=False):
        assert not accepted(Verifier([]), BODY, GOOD)
        assert not accepted(Verifier(["whsec_AAAA"]), BODY, GOOD)


@pytest.mark.parametrize(
    ("late", "taken"),
    [(-MINUTES, True), (MINUTES, True), (MINUTES + timedelta(seconds=1), False), (-MINUTES * 1.01, False)],
)
def test_five_minutes_either_way(late: timedelta, taken: bool) -> None:
    with time_machine.travel(SENT_AT + late, tick=False):
        assert accepted(Verifier([SECRET]), BODY, GOOD) is taken


@time_machine.travel(SENT_AT, tick=False)
def test_none_of_ten_thousand_mutations_is_taken() -> None:
    dice, verifier, tried = random.Random(17), Verifier([SECRET, "whsec_AAAA"]), 0
    while tried < 10_000:
        parts = [GOOD.message_id, GOOD.timestamp, GOOD.signatures, BODY.decode()]
        which = dice.randrange(4)
        mutated = mutation(parts[which], dice)
        if mutated == parts[which]:
            continue
        parts[which], tried = mutated, tried + 1
        message_id, timestamp, signatures, body = parts
        envelope = Envelope(message_id, timestamp, signatures)
        assert not accepted(verifier, body.encode(), envelope), parts
    assert accepted(verifier, BODY, GOOD)


def mutation(text: str, dice: random.Random) -> str:
    """One sign changed, put in, left out or swapped with the next, or the text cut off."""
    place, sign = dice.randrange(len(text)), chr(dice.choice([*range(32, 127), 0, 9, 233]))
    return dice.choice(
        [
            text[:place] + sign + text[place + 1 :],
            text[:place] + sign + text[place:],
            text[:place] + text[place + 1 :],
            text[:place] + text[place + 1 : place + 2] + text[place : place + 1] + text[place + 2 :],
            text[:place],
            text + sign,
            text.swapcase(),
        ]
    )


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
    stranger = Sender(sender.client, SECRET)
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
