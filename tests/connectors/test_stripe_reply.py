"""What Stripe's answers come to: a page, a movement, a no, and a yes that is none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.connectors.base import LOOK_UP, Done, LooksUp, Outcome, Refused, Reply
from app.connectors.moved import HostedPage, Moved
from app.domain.payment import MoneyAct
from tests.connectors.conversation import reply
from tests.connectors.stripe_cases import CAPTURE, INTENT, REFUND, SESSION, VOID, gateway, requests
from tests.payments.cases import move


def test_a_page() -> None:
    page = gateway().page_of(reply(SESSION))
    assert isinstance(page, HostedPage)
    assert (page.reference, page.url) == ("cs_1", "https://checkout.stripe.com/c/pay/cs_1")
    assert page.expires_at.timestamp() == 1795350000
    assert gateway().page_origins == ("https://checkout.stripe.com",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "https://pay.shop.example/c/pay/cs_1"}, "set pages to"),
        ({"url": "https://checkout.stripe.com.evil.test/"}, "set pages to"),
        ({"url": None}, "cannot be read"),
        ({"id": ""}, "cannot be read"),
        ({"expires_at": "soon"}, "cannot be read"),
    ],
)
def test_a_page_that_is_none(changes: dict[str, Any], words: str) -> None:
    refused = gateway().page_of(reply(SESSION | changes))
    assert isinstance(refused, Refused)
    assert words in refused.reason


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED),
        (302, Outcome.REJECTED),
        (400, Outcome.REJECTED),
        (401, Outcome.REJECTED),
        (402, Outcome.REJECTED),
        (403, Outcome.REJECTED),
        (404, Outcome.REJECTED),
        (408, Outcome.TRY_LATER),
        (409, Outcome.TRY_LATER),
        (424, Outcome.TRY_LATER),
        (429, Outcome.TRY_LATER),
        (500, Outcome.UNKNOWN),
        (502, Outcome.UNKNOWN),
        (503, Outcome.UNKNOWN),
    ],
)
def test_what_an_answer_means(status: int, outcome: Outcome) -> None:
    assert gateway().outcome(Reply(status, {}, b"{}")) is outcome


@pytest.mark.parametrize("body", [b"", b'{"id":', b"[]"])
def test_a_yes_that_broke_off_is_looked_up(body: bytes) -> None:
    assert gateway().outcome(Reply(200, {}, body)) is Outcome.UNKNOWN


def test_it_can_look_up_what_became_of_a_movement() -> None:
    assert isinstance(gateway(), LooksUp)
    for act in MoneyAct:
        asked = move(act, payment="pi_1")
        looking = gateway().look_up(asked)
        assert (looking.name, looking.method) == (LOOK_UP, "GET")
        assert looking.url == requests()[f"{act}-look"].url


def test_a_failure_that_stripe_keeps_is_for_a_person() -> None:
    kept = Reply(500, {"idempotent-replayed": "true"}, b"{}")
    assert gateway().outcome(kept) is Outcome.REJECTED
    assert "dashboard" in gateway().explain(kept)


def test_a_no_that_stripe_keeps_says_for_how_long() -> None:
    body = b'{"error": {"message": "Insufficient funds in your Stripe account."}}'
    repeated = Reply(400, {"idempotent-replayed": "true"}, body)
    assert gateway().outcome(repeated) is Outcome.REJECTED
    assert gateway().explain(repeated) == (
        "Stripe answered 400: Insufficient funds in your Stripe account.;"
        " Stripe repeats this answer to the same request for a day"
    )
    assert "for a day" not in gateway().explain(replace(repeated, headers={}))


def test_a_no_in_words() -> None:
    error = {"type": "card_error", "message": "Your card was\ndeclined.", "decline_code": "lost_card"}
    assert gateway().explain(reply({"error": error}, 402)) == (
        "Stripe answered 402: Your card was declined.; lost_card"
    )
    assert gateway().explain(reply({}, 401)) == "Stripe answered 401: our credential was not accepted"
    assert gateway().explain(reply(b"<html>", 400)) == "Stripe answered 400"


@pytest.mark.parametrize(
    ("act", "answer", "words"),
    [
        (CAPTURE, INTENT | {"status": "canceled"}, "the payment is canceled"),
        (CAPTURE, INTENT | {"status": None}, "the payment is unclear"),
        (CAPTURE, INTENT | {"status": "succeeded", "amount_received": None}, "cannot be read"),
        (CAPTURE, INTENT | {"status": "succeeded", "currency": None}, "cannot be read"),
        (VOID, INTENT, "the payment is requires_capture"),
        (
            REFUND,
            {"id": "re_1", "status": "failed", "failure_reason": "lost_or_stolen_card"},
            "lost or stolen",
        ),
        (REFUND, {"id": "re_1", "status": "canceled"}, "could not give the money back"),
        (REFUND, {"status": "succeeded", "amount": 1, "currency": "usd"}, "cannot be read"),
    ],
)
def test_a_yes_that_is_none(act: MoneyAct, answer: dict[str, Any], words: str) -> None:
    step = gateway().next_step(move(act, payment="pi_1"), [reply(INTENT), reply(answer)])
    assert isinstance(step, Refused)
    assert words in step.reason


def test_a_refund_that_is_under_way_is_one() -> None:
    answer = {"id": "re_1", "status": "pending", "amount": 1050, "currency": "usd"}
    step = gateway().next_step(move(REFUND, payment="pi_1"), [reply({"data": []}), reply(answer)])
    kept = {"id": "re_1", "status": "pending", "amount": 1050}
    assert step == Done(Moved("re_1", 1050, kept))
