"""The connector of the sandbox's cards: what it sends to the letter, and what it makes of answers."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.connectors.base import Done, Outcome, Refused, Reply
from app.connectors.moved import HostedPage, Moved
from app.connectors.settings import InvalidSettings
from app.domain.payment import MoneyAct, MoneyMove, PaymentRecord, Standing
from tests.connectors.cards_cases import SECRET, SETTINGS, SIGNING, gateway, moved, requests
from tests.connectors.conversation import as_written, reply
from tests.payments.cases import WISH, move

PAYLOADS = Path(__file__).parent / "payloads" / "cards"


def test_every_request_has_its_stored_payload() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(requests())


@pytest.mark.parametrize("name", requests())
def test_the_request_is_the_stored_payload(name: str) -> None:
    made = requests()[name]
    written = {
        "name": made.name,
        "request": f"{made.method} {made.url}",
        "headers": dict(made.headers),
        "body": json.loads(made.body) if made.body else None,
    }
    stored = (PAYLOADS / f"{name}.json").read_text("utf-8")
    assert as_written(json.dumps(written)) == as_written(stored)


def test_the_same_wish_gives_the_same_bytes_and_no_secret_is_in_them() -> None:
    assert gateway().open_page(WISH) == gateway().open_page(WISH)
    for made in requests().values():
        assert "sk_1" not in repr(made)
        assert SIGNING not in repr(made)
    assert "sk_1" not in repr(gateway().__dict__)
    assert gateway().credentials() == {"Authorization": "Bearer sk_1"}


def test_a_key_that_no_header_can_carry_still_is_one() -> None:
    keys = [
        gateway().open_page(replace(WISH, key=key)).headers["Idempotency-Key"] for key in ("注文-1", "注文-2")
    ]
    assert all(key.isascii() for key in keys)
    assert keys[0] != keys[1]


def test_a_number_of_theirs_stays_inside_its_place() -> None:
    made = moved(move(MoneyAct.REFUND, payment="../pages/pg_1?x=#y"))
    assert made.url == "https://pay.example/cards/v1/payments/..%2Fpages%2Fpg_1%3Fx%3D%23y/refund"


@pytest.mark.parametrize(("currency", "least"), [("USD", 50), ("JPY", 50), ("KWD", 500), ("EUR", 50)])
def test_the_least_that_can_be_paid(currency: str, least: int) -> None:
    assert gateway().minimum(currency) == least


OPENED = {
    "page": "pg_1",
    "url": "https://pay.example/pay/pg_1",
    "expires_at": "2026-11-22T13:00:00+00:00",
}


def test_a_page() -> None:
    end = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
    assert gateway().page_of(reply(OPENED, 201)) == HostedPage("pg_1", "https://pay.example/pay/pg_1", end)
    assert gateway().page_origins == ("https://pay.example",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"page": ""}, "cannot be read"),
        ({"url": None}, "cannot be read"),
        ({"expires_at": "2026-11-22T13:00:00"}, "cannot be read"),
        ({"url": "https://pay.example.evil.test/pay/pg_1"}, "an address other than its own"),
        ({"url": "javascript:alert(1)"}, "an address other than its own"),
    ],
)
def test_a_page_that_is_none(changes: dict[str, Any], words: str) -> None:
    refused = gateway().page_of(reply(OPENED | changes, 201))
    assert isinstance(refused, Refused)
    assert words in refused.reason


RECORD = {
    "page": "pg_1",
    "status": "authorised",
    "amount": 1050,
    "currency": "USD",
    "payment": "pay_1",
    "captured": 0,
    "refunded": 0,
    "capture_before": "2026-11-29T12:00:00+00:00",
    "declined": "",
}


def test_a_record() -> None:
    until = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
    told = PaymentRecord("pg_1", Standing.AUTHORISED, 1050, "USD", "pay_1", capture_before=until)
    assert gateway().record_of(reply(RECORD)) == told
    nothing = {"status": "open", "payment": None, "capture_before": None, "declined": "No\nmoney"}
    record = gateway().record_of(reply(RECORD | nothing))
    assert record == PaymentRecord("pg_1", Standing.OPEN, 1050, "USD", declined="No money")


@pytest.mark.parametrize(
    "changes",
    [{"status": "failed"}, {"amount": "1050"}, {"amount": -1}, {"captured": True}, {"page": None}],
)
def test_a_record_that_is_none(changes: dict[str, Any]) -> None:
    assert isinstance(gateway().record_of(reply(RECORD | changes)), Refused)
    assert isinstance(gateway().record_of(reply(RECORD, 404)), Refused)
    assert isinstance(gateway().record_of(reply([])), Refused)


def test_a_movement() -> None:
    told = {"movement": "mov_1", "payment": "pay_1", "act": "capture", "amount": 1050, "currency": "USD"}
    step = gateway().next_step(move(MoneyAct.CAPTURE), [reply(told)])
    assert step == Done(Moved("mov_1", 1050, {"movement": "mov_1", "amount": 1050}))
    for unlike in ({}, {"movement": "mov_1"}, {"movement": "", "amount": 1}):
        assert isinstance(gateway().next_step(move(MoneyAct.CAPTURE), [reply(unlike)]), Refused)


def test_a_move_comes_back_from_its_row_as_it_was() -> None:
    kept = MoneyMove.from_data(json.loads(json.dumps(move(MoneyAct.VOID).to_data())))
    assert kept == move(MoneyAct.VOID)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.DELIVERED),
        (201, Outcome.DELIVERED),
        (302, Outcome.REJECTED),
        (401, Outcome.REJECTED),
        (409, Outcome.REJECTED),
        (422, Outcome.REJECTED),
        (408, Outcome.TRY_LATER),
        (429, Outcome.TRY_LATER),
        (500, Outcome.TRY_LATER),
        (503, Outcome.TRY_LATER),
    ],
)
def test_what_an_answer_means(status: int, outcome: Outcome) -> None:
    assert gateway().outcome(Reply(status, {}, b"{}")) is outcome


@pytest.mark.parametrize("body", [b"", b'{"movement":', b"[]"])
def test_a_yes_that_broke_off_is_asked_for_again(body: bytes) -> None:
    assert gateway().outcome(Reply(200, {}, body)) is Outcome.TRY_LATER


def test_a_no_in_words() -> None:
    refused = reply({"code": "too_much", "message": "No more than 800 can be given back."}, 409)
    assert gateway().explain(refused) == (
        "The payment provider answered 409: No more than 800 can be given back."
    )
    assert gateway().explain(reply({}, 401)).endswith("our credential was not accepted")


@pytest.mark.parametrize(
    ("secret", "settings", "field"),
    [
        (SECRET, {"url": "http://pay.example"}, "url"),
        (SECRET, {"url": "http://127.0.0.1:8001/cards"}, "url"),
        (SECRET, {"webhook_url": "ftp://swap.example"}, "webhook_url"),
        (SECRET, {"colour": "red"}, "colour"),
        (None, {}, "secret"),
        ("sk_1", {}, "secret"),
        (f"{SIGNING} sk_1", {}, "secret"),
        ("sk_1 whsec_", {}, "secret"),
        ("sk_1 whsec_é", {}, "secret"),
        (f"é {SIGNING}", {}, "secret"),
        (f"{SECRET} more", {}, "secret"),
    ],
)
def test_settings_that_cannot_be(secret: str | None, settings: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidSettings) as refused:
        gateway(secret, **settings)
    assert list(refused.value.problems) == [field]


def test_the_settings_are_kept_without_the_secret() -> None:
    kept = gateway(url="https://pay.example/cards/v1/").stored_settings()
    assert kept == SETTINGS
    assert gateway(webhook_url="").open_page(WISH).body.endswith(b'"webhook_url":null}')
