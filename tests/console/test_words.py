"""The console's plain words: ages, masks, evidence without people; and what things are found by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from enum import StrEnum

import pytest

from app.domain.collecting import Collecting
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, Status
from app.domain.fees import FeeKind
from app.domain.reasons import REASON_WORDS, Reason
from app.domain.replacements import Refusal
from app.domain.search_words import asked, exchange_words, order_words
from app.models import DispatchState, MovementKind, PaymentState
from app.services.choosing import SENTENCES
from app.web.console import evidence, money, words
from app.web.console.masking import masked_body
from app.web.console.words import age, masked, masked_address, masked_email
from app.web.shopper import progress, sums
from app.web.shopper.gift import progress as gift_progress
from tests.factories import ADA, NOW


@pytest.mark.parametrize(
    ("told", "things"),
    [
        (evidence.STATES, DispatchState),
        (words.STATES, Status),
        (money.STATES, PaymentState),
        (money.LINES, MovementKind),
        (money.COLLECTED, Collecting),
        (sums.FEES, FeeKind),
        (REASON_WORDS, Reason),
        (SENTENCES, Refusal),
        (progress.ENDINGS, ENDED_WITHOUT_PLACING),
        (gift_progress.ENDINGS, ENDED_WITHOUT_PLACING),
    ],
)
def test_there_are_words_for_everything_that_can_be(
    told: Mapping[StrEnum, str], things: Iterable[StrEnum]
) -> None:
    assert set(told) == set(things)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=59, seconds=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "1 day"),
        (timedelta(days=3), "3 days"),
    ],
)
def test_ages(passed: timedelta, said: str) -> None:
    assert age(NOW - passed, NOW) == said


def test_masks() -> None:
    assert masked_email("maya.jones@example.com") == "m•••@example.com"
    assert masked_email("no address") == "n••• a•••"
    assert masked_address("") == ""
    assert masked("Ada  Moss") == "A••• M•••"


def test_evidence_keeps_what_was_said_and_not_to_whom() -> None:
    sent = {
        "original_order_id": "AC-1001",
        "is_gift": False,
        "items": [
            {"sku": "PARKA", "quantity": 1, "product_amount_cents": 12900, "note": "ask ada@example.com"}
        ],
        "customer": {"identifier": "cus_88", "name": "Ada Moss", "email": "ada@example.com", "phone": None},
        "shipping_address": ADA,
        "price": 12.5,
    }
    shown = masked_body(json.dumps(sent).encode())
    assert json.loads(shown)["items"][0]["product_amount_cents"] == 12900
    for kept in ("AC-1001", "PARKA", "12.5"):
        assert kept in shown
    for secret in ("Ada", "ada@", "cus_88", *(text for text in ADA.values() if len(text) > 2)):
        assert secret not in shown


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"\xff\xfe", b"[", b"null", b'"text"', b"1e999"])
def test_evidence_that_is_no_object_is_shown_as_it_is(body: bytes) -> None:
    assert "@" not in masked_body(body + b" to: ada@example.com")
    masked_body(body)


def test_words_of_orders_and_exchanges() -> None:
    words = order_words(
        numbers=["#NW-7 0021", ""],
        emails=["Zoë@Example.org"],
        names=["Anne-Marie", "O'Neil"],
        phone="+1 541",
        skus=["A-1", "x"],
    )
    expected = {"nw70021", "70021", "zoe@example.org", "annemarie", "anne", "marie", "oneil", "1541", "a1"}
    assert words == expected
    found = exchange_words(numbers=["EX-7K3M9Q", "RMA-7K3M9Q"], email="", name="")
    assert {"ex7k3m9q", "rma7k3m9q", "7k3m9q"} <= found


def test_what_is_too_short_is_not_looked_for() -> None:
    for typed in ("", " ", "a", "a b", "é", "-", "\0", "'"):
        assert not any(len(key) < 2 for spellings in asked(typed).words for key in spellings)
    assert asked("x" * 5000).words == (("x" * 60,),)
    assert len(asked(" ".join(["word"] * 50)).words) == 6
