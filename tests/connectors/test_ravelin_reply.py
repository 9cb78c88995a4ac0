"""What Ravelin's answers come to: advice, none, and what is kept of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.connectors.base import Advice, Done, Outcome, Reply, Screened, Told
from app.connectors.fraud.ravelin import RavelinListener, RavelinScreener
from app.connectors.settings import InvalidSettings
from tests.connectors.conversation import reply, talk
from tests.connectors.worked_cases import CHEAPER, EVEN

SCREENER = RavelinScreener.configure({"refund_abuse": True}, "sk_test_1", allow_loopback=False)
LISTENER = RavelinListener.configure({}, "sk_test_1", allow_loopback=False)


def advice(data: dict[str, Any] | None, status: int = 200) -> Screened:
    step = SCREENER.next_step(EVEN, [reply({"status": status, "data": data}, status)])
    assert isinstance(step, Done)
    assert isinstance(step.result, Screened)
    return step.result


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("ALLOW", Advice.ALLOW),
        ("REVIEW", Advice.REVIEW),
        ("MANUAL_REVIEW", Advice.REVIEW),
        ("PREVENT", Advice.PREVENT),
        ("allow", Advice.ALLOW),
        ("PERMIT", Advice.ALLOW),
        ("WARN", Advice.REVIEW),
        ("BLOCK", Advice.PREVENT),
        ("SHRUG", Advice.NONE),
        ("", Advice.NONE),
        (None, Advice.NONE),
        (7, Advice.NONE),
    ],
)
def test_actions(action: object, expected: Advice) -> None:
    assert advice({"action": action, "source": "RULE"}).advice is expected


def test_what_is_kept_and_what_an_agent_reads() -> None:
    found = advice(
        {
            "customerId": "cus_88",
            "action": "REVIEW",
            "source": "RULE",
            "score": 61,
            "scoreId": "40ba-843e",
            "rules": {"triggered": [{"id": "r1", "name": "many refunds"}, "r2", 3]},
            "warnings": [{"class": "field", "help": "x", "msg": "unknown field"}, None],
        }
    )
    assert found.words == "Ravelin says REVIEW (RULE, score 61)"
    assert found.reply == {
        "status": 200,
        "action": "REVIEW",
        "source": "RULE",
        "score_id": "40ba-843e",
        "score": 61,
        "rules": ["r1: many refunds", "r2"],
        "warnings": ["field: unknown field"],
    }
    assert json.loads(json.dumps(found.reply)) == found.reply


def test_too_many_events_are_no_fraud() -> None:
    found = advice({"action": "PREVENT", "source": "RATE_LIMIT"})
    assert found.advice is Advice.NONE
    assert "too many events" in found.words


def test_an_answer_about_somebody_else_is_none() -> None:
    assert advice({"customerId": "cus_99", "action": "ALLOW"}).advice is Advice.NONE


@pytest.mark.parametrize("content", [b"", b"null", b"{", b"[]", b'{"data": []}', b'{"data": {"action": []}}'])
def test_an_answer_without_advice_is_none(content: bytes) -> None:
    step = SCREENER.next_step(EVEN, [Reply(200, {}, content)])
    assert isinstance(step, Done)
    assert isinstance(step.result, Screened)
    assert step.result.advice is Advice.NONE


def test_an_answer_that_counts_as_delivered_but_advises_nothing_is_none() -> None:
    found = advice(None, 429)
    assert (found.advice, found.words) == (Advice.NONE, "The platform answered 429")


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        (Reply(429, {}, b""), {"status": 429}),
        (reply({"data": {"warnings": ["odd"]}}), {"status": 200, "warnings": ["odd"]}),
    ],
)
def test_a_listener_has_told_once_it_is_answered(answer: Reply, kept: dict[str, object]) -> None:
    told = talk(LISTENER, CHEAPER, lambda _: answer)
    assert [request.name for request in told.requests] == ["exchange order"]
    assert told.end == Told({"answers": [kept]})
    assert isinstance(talk(LISTENER, EVEN, lambda _: reply(b"null")).end, Told)


@pytest.mark.parametrize(
    ("statuses", "outcome"),
    [
        ([200, 201, 204, 429], Outcome.DELIVERED),
        ([408, 425, 500, 503, 504], Outcome.TRY_LATER),
        ([302, 400, 401, 403, 404, 405, 406], Outcome.REJECTED),
    ],
)
def test_the_table_of_statuses(statuses: list[int], outcome: Outcome) -> None:
    for connector in (SCREENER, LISTENER):
        assert {connector.outcome(Reply(status, {}, b"")) for status in statuses} == {outcome}


@pytest.mark.parametrize(
    ("status", "content", "words"),
    [
        (
            400,
            {
                "status": 400,
                "message": "Invalid Request: x",
                "validationErrors": [{"field": "a", "message": "b"}],
            },
            "The platform answered 400: Invalid Request: x; a: b",
        ),
        (401, {"status": 401, "message": "no"}, "The platform answered 401: our credential was not accepted"),
        (400, {"validationErrors": ["one", 2]}, "The platform answered 400: one"),
        (400, b"<h1>", "The platform answered 400"),
    ],
)
def test_a_refusal_in_plain_words(status: int, content: Any, words: str) -> None:
    assert LISTENER.explain(reply(content, status)) == words


def problems(secret: str | None = "sk_test_1", **settings: Any) -> dict[str, str]:
    with pytest.raises(InvalidSettings) as refused:
        RavelinListener.configure(settings, secret, allow_loopback=False)
    return refused.value.problems


def test_a_secret_key_alone_is_enough() -> None:
    stored = LISTENER.stored_settings()
    assert stored == {
        "url": "https://api.ravelin.com",
        "refund_abuse": False,
        "refund_type": "refundType",
        "refund_amount": "money",
        "order_id": "number",
        "gateway": "evenly",
        "inexact": "round",
    }
    assert LISTENER.credentials() == {"Authorization": "token sk_test_1"}
    again = RavelinListener.configure(
        {"url": "https://api.ravelin.com/v2/"}, "secret_key_live_x", allow_loopback=False
    )
    assert again.stored_settings() == stored


@pytest.mark.parametrize("secret", ["pk_test_1", "publishable_key_1", "s3cret", "sk_", "sk_a b"])
def test_only_a_secret_key_will_do(secret: str) -> None:
    assert problems(secret) == {"secret": "must be a secret key, which starts with sk_ or secret_key_"}


@pytest.mark.parametrize(
    ("settings", "field", "words"),
    [
        ({"refund_abuse": "perhaps"}, "refund_abuse", "must be yes or no"),
        ({"refund_type": "both"}, "refund_type", "must be one of 'refundType' or 'type'"),
        ({"gateway": ""}, "gateway", "is needed"),
        ({"inexact": "floor"}, "inexact", "must be one of 'round' or 'refuse'"),
        ({"url": "http://api.ravelin.com"}, "url", "must start with https://"),
    ],
)
def test_a_wrong_setting_is_named(settings: dict[str, Any], field: str, words: str) -> None:
    assert problems(**settings) == {field: words}


def test_no_key_is_said() -> None:
    assert problems(None) == {"secret": "is needed: the secret key of Ravelin"}
