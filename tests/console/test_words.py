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
from app.domain.flags import FlagKind
from app.domain.reasons import REASON_WORDS, Reason
from app.domain.replacements import Refusal
from app.domain.search_words import asked, exchange_words, order_words
from app.models import DispatchState, MovementKind, Order, PaymentState
from app.services.choosing import SENTENCES
from app.web.console import evidence, flags, money, words
from app.web.console.masking import CUT, Masks
from app.web.console.words import DOTS, age, masked, masked_address, masked_email
from app.web.shopper import progress, sums
from app.web.shopper.gift import progress as gift_progress
from tests.factories import ADA, NOW


@pytest.mark.parametrize(
    ("told", "things"),
    [
        (evidence.STATES, DispatchState),
        (words.STATES, Status),
        (flags.KINDS, FlagKind),
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
    shown = Masks().body(json.dumps(sent).encode())
    assert json.loads(shown)["items"][0]["product_amount_cents"] == 12900
    for kept in ("AC-1001", "PARKA", "12.5"):
        assert kept in shown
    for secret in ("Ada", "ada@", "cus_88", *(text for text in ADA.values() if len(text) > 2)):
        assert secret not in shown


@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b"\xff\xfe", b"[", b"null", b'"text"', b"1e999"])
def test_evidence_that_is_no_object_is_shown_as_it_is(body: bytes) -> None:
    assert "@" not in Masks().body(body + b" to: ada@example.com")
    Masks().body(body)


def reply(pad: int) -> str:
    """What a platform may answer: the shopper before and after a long text."""
    person = {"name": "Ada Moss", "street1": "12 Elm St", "phone": "+1 541 555 0142"}
    return json.dumps({"error": "no stock", "customer": person, "pad": "x" * pad, "billing_address": person})


@pytest.mark.parametrize("cut", range(1, 200))
def test_a_reply_that_was_cut_anywhere_shows_nobody(cut: int) -> None:
    shown = Masks().body(reply(20)[:cut])
    for secret in ("Ada", "Elm", "541"):
        assert secret not in shown


def test_of_a_reply_that_was_cut_the_beginning_can_be_read() -> None:
    shown = Masks().body(reply(5000)[:4000])
    assert '"error": "no stock"' in shown
    assert CUT in shown


def test_a_form_is_masked_field_by_field() -> None:
    shown = Masks().body("amount=1022&customer_email=ada%40example.com&shipping[address][line1]=12+Elm+St")
    assert shown == f"amount=1022\ncustomer_email={DOTS}\nshipping[address][line1]={DOTS}"


@pytest.mark.parametrize(
    "said",
    [
        "Customer ada@example.com is blocked",
        "ADA MOSS is blocked",
        "ada%40example.com is blocked",
        f"{ADA['street1']} is no street",
        "call +15415550142",
        "call 541 555 0142 or (541) 555-0142",
        '{"message": "Ada of the order is blocked"}',
        "<p>Moss</p>",
    ],
)
def test_the_platforms_words_name_nobody_of_the_order(said: str) -> None:
    order = Order(first_name="Ada", last_name="Moss", phone="+1 541 555-0142", shipping_address=ADA)
    shown = Masks(order).body(said)
    assert DOTS in shown
    for secret in ("ada@", "ada ", "moss", "quay", "541", "0142"):
        assert secret not in shown.lower()
    assert Masks(order).text("The platform answered 422: adamant.") == "The platform answered 422: adamant."


def test_words_of_orders_and_exchanges() -> None:
    words = order_words(
        numbers=["#NW-7 0021", ""],
        emails=["Zoë@Example.org"],
        names=["Anne-Marie", "O'Neil"],
        phone="+1 541",
        skus=["A-1", "x"],
    )
    expected = {
        "nw70021",
        "70021",
        "zoe@example.org",
        "annemarie",
        "anne",
        "marie",
        "oneil",
        "1541",
        "541",
        "a1",
    }
    assert words == expected
    found = exchange_words(numbers=["EX-7K3M9Q", "RMA-7K3M9Q"], email="", name="")
    assert {"ex7k3m9q", "rma7k3m9q", "7k3m9q"} <= found


def test_what_is_too_short_is_not_looked_for() -> None:
    for typed in ("", " ", "a", "a b", "é", "-", "\0", "'"):
        assert not any(len(key) < 2 for spellings in asked(typed).words for key in spellings)
    assert asked("x" * 5000).words == (("x" * 60,),)
    assert len(asked(" ".join(["word"] * 50)).words) == 6
