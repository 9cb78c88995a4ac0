"""Asking the shop's program for a gift card: what is sent, and that no code survives in what is kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.connectors.base import Done, Outcome, Refused, Reply, Request
from app.connectors.card_webhook import CardWebhook
from app.connectors.results import Issued, Sealed
from tests.connectors.every_connector import WISH
from tests.faults.matrix import MATRIX

GOLDEN = Path(__file__).parent / "payloads" / "card_webhook" / "wish.json"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CODE = "GC-AAAA-4F2K"


def connector() -> CardWebhook:
    return CardWebhook.configure({"url": "https://shop.example/cards"}, SECRET, allow_loopback=False)


def answer(status: int = 200, **fields: Any) -> Reply:
    """An answer of the shop's, as it may be kept."""
    headers = {"content-type": "application/json", "location": f"/cards/{CODE}"}
    told = Reply(status, headers, json.dumps(fields).encode())
    return connector().sealed(told, lambda code: Sealed(code[::-1], ("mark",)))


def test_the_message_is_as_written() -> None:
    made = connector().next_step(WISH, [])
    assert isinstance(made, Request)
    assert (made.method, made.url) == ("POST", "https://shop.example/cards")
    assert made.headers == {
        "Content-Type": "application/json",
        "webhook-id": "msg_2",
        "Idempotency-Key": "msg_2",
    }
    assert json.loads(made.body) == json.loads(GOLDEN.read_bytes())


def test_a_code_is_sealed_and_known_by_its_last_signs() -> None:
    kept = answer(code=CODE, reference="EX-7K3M9Q", amount=12568, currency="USD", note=CODE)
    assert CODE not in repr(kept) + kept.body.decode()
    assert json.loads(kept.body) == {
        "code": "***",
        "ends_in": "4F2K",
        "reference": "EX-7K3M9Q",
        "amount": 12568,
        "currency": "USD",
    }
    end = connector().next_step(WISH, [kept])
    assert end == Done(Issued(Sealed(CODE[::-1], ("mark",)), "4F2K"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "without a code"),
        ({"code": ""}, "without a code"),
        ({"code": "<b>"}, "without a code"),
        ({"code": 12345678}, "without a code"),
        ({"code": "x" * 41}, "without a code"),
        ({"code": CODE, "amount": 12569}, "for another amount"),
        ({"code": CODE, "amount": "125.68"}, "for another amount"),
        ({"code": CODE, "currency": "EUR", "reference": "EX-1"}, "for another reference and currency"),
    ],
)
def test_what_is_no_answer_to_this(fields: dict[str, Any], words: str) -> None:
    step = connector().next_step(WISH, [answer(**fields)])
    assert isinstance(step, Refused)
    assert words in step.reason
    assert CODE not in step.reason


def test_an_answer_that_was_not_sealed_gives_no_card() -> None:
    """So that nothing can be kept in the open by leaving the sealing out."""
    raw = Reply(200, {}, json.dumps({"code": CODE, "ends_in": "4F2K"}).encode())
    assert isinstance(connector().next_step(WISH, [raw]), Refused)


def test_of_a_refusal_its_message_is_kept_and_said() -> None:
    kept = answer(422, message="No cards above\n$100", code=CODE)
    assert kept.body == b'{"message":"No cards above $100"}'
    assert kept.headers == {"content-type": "application/json"}
    assert kept.sealed is None
    assert connector().outcome(kept) is Outcome.REJECTED
    assert connector().explain(kept) == "The shop's gift card address answered 422: No cards above $100"
    assert "it has moved" in connector().explain(answer(308))


@pytest.mark.parametrize("name", [name for name, cell in MATRIX.items() if name.isdecimal()])
def test_a_status_means_what_it_means_of_a_platform(name: str) -> None:
    """The matrix' cells of single statuses; 204 says yes and holds no code (R7)."""
    kept = answer(int(name))
    assert connector().outcome(kept) is MATRIX[name].outcome
    if MATRIX[name].outcome is Outcome.DELIVERED:
        assert isinstance(connector().next_step(WISH, [kept]), Refused)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"GC-AAAA-4F2K"', b"<p>GC-AAAA-4F2K</p>", b"\xff"])
def test_what_cannot_be_read_is_not_kept(body: bytes) -> None:
    for status in (200, 500):
        kept = connector().sealed(Reply(status, {}, body), lambda code: Sealed(code, ()))
        assert (kept.body, kept.sealed) == (b"{}", None)
