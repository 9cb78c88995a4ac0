"""Ravelin's callback about a decision: who is believed, and what is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from app.connectors.decisions import Decision, Label, NotADecision, NotBelieved
from app.connectors.fraud.ravelin_decision import read_decision

TOKEN = "agreed-on"
GOOD: dict[str, Any] = {
    "refundId": "EX-7K3M9Q",
    "label": "APPROVED",
    "reviewer": {"name": "Rae Viewer", "email": "rae@example.test"},
    "timestamp": 1_780_000_000_000,
}
AT = datetime(2026, 5, 28, 20, 26, 40, tzinfo=UTC)


def decision(content: object, authorization: str | None = f"token {TOKEN}", token: str = TOKEN) -> Decision:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return read_decision(body, authorization, token)


@pytest.mark.parametrize("label", Label)
def test_each_label(label: Label) -> None:
    assert decision(GOOD | {"label": str(label)}) == Decision("EX-7K3M9Q", label, AT)
    assert decision(GOOD | {"label": label.lower()}).label is label


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [(1_780_000_000, AT), (None, None), ("now", None), (True, None), (-1, None), (10**30, None)],
)
def test_the_time_is_read_in_either_unit_or_left_out(timestamp: object, at: datetime | None) -> None:
    assert decision(GOOD | {"timestamp": timestamp}).at == at


@pytest.mark.parametrize(
    "authorization", [None, "", TOKEN, "token", "token ", "token wrong", f"Bearer {TOKEN}", f"token {TOKEN}é"]
)
def test_nobody_is_believed_without_the_token(authorization: str | None) -> None:
    with pytest.raises(NotBelieved):
        decision(GOOD, authorization)


def test_nobody_is_believed_where_no_token_is_set() -> None:
    for authorization in ("token ", "token", ""):
        with pytest.raises(NotBelieved):
            decision(GOOD, authorization, token="")


def test_a_stranger_learns_nothing_about_the_body() -> None:
    with pytest.raises(NotBelieved):
        decision(b"{", "token wrong")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a JSON object"),
        ([], "not a JSON object"),
        (b"{" + b" " * 70_000 + b"}", "not a JSON object"),
        ({"label": "APPROVED"}, "refundId"),
        (GOOD | {"refundId": ["EX-7K3M9Q"]}, "refundId"),
        (GOOD | {"label": "MAYBE"}, "label"),
        (GOOD | {"label": None}, "label"),
    ],
)
def test_what_cannot_be_acted_on_is_said(content: object, words: str) -> None:
    with pytest.raises(NotADecision, match=words):
        decision(content)
