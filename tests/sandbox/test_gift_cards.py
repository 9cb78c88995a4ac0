"""The pretend program of a merchant's that makes gift cards: whom it believes, and one card for one id."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from standardwebhooks import Webhook

from tests.sandbox.conftest import Bench

ANYBODYS = "whsec_YW55Ym9keSBtYXkga25vdyB0aGlzIHNhbmRib3gga2V5"
DATA = {"store": "acme", "reference": "EX-1", "order": "AC-1", "amount": 2500, "currency": "USD"}


def ask(
    bench: Bench,
    wish: str = "msg_1",
    *,
    secret: str = ANYBODYS,
    ago: timedelta = timedelta(),
    key: str = "",
    **changes: Any,
) -> httpx2.Response:
    """A wish for a card, signed as the standard's own library does it."""
    body = json.dumps({"type": "gift_card.issue", "timestamp": "now", "data": {**DATA, **changes}})
    at = datetime.now(UTC) - ago
    headers = {
        "Content-Type": "application/json",
        "webhook-id": wish,
        "Idempotency-Key": key or wish,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(wish, at, body),
    }
    return bench.client.post("/gift-cards", content=body, headers=headers)


def test_one_card_for_one_id(bench: Bench) -> None:
    first, again, other = ask(bench), ask(bench), ask(bench, "msg_2")
    assert first.status_code == again.status_code == other.status_code == 200
    assert first.json() == again.json()
    assert first.json() == {
        "code": first.json()["code"],
        "reference": "EX-1",
        "amount": 2500,
        "currency": "USD",
    }
    assert other.json()["code"] != first.json()["code"]
    assert ask(bench, amount=2501).status_code == 409


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}, 401),
        ({"ago": timedelta(minutes=6)}, 401),
        ({"ago": -timedelta(minutes=6)}, 401),
        ({"key": "another"}, 400),
        ({"amount": 0}, 422),
        ({"amount": "25.00"}, 422),
        ({"currency": "usd"}, 422),
        ({"name": "Ada"}, 422),
        ({"amount": 10**9 + 1}, 422),
    ],
)
def test_what_it_refuses(bench: Bench, changes: dict[str, Any], status: int) -> None:
    refused = ask(bench, "msg_3", **changes)
    assert refused.status_code == status
    assert refused.json()["message"]
