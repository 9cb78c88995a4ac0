"""Every request to Stripe against stored payloads, and what of an exchange goes into it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from app.connectors.payments import stripe_calls
from app.connectors.payments.stripe_form import to_body
from app.domain.idempotency import transaction_id_for
from tests.connectors.conversation import as_written
from tests.connectors.stripe_cases import CAPTURE, fields, opening, requests
from tests.payments.cases import WISH, move

PAYLOADS = Path(__file__).parent / "payloads" / "stripe"


def test_every_request_has_its_stored_payload() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == set(requests())


@pytest.mark.parametrize("name", requests())
def test_the_request_is_the_stored_payload(name: str) -> None:
    made = requests()[name]
    stored = dict(as_written((PAYLOADS / f"{name}.json").read_text("utf-8")))
    assert made.name == stored["name"]
    assert f"{made.method} {made.url}" == stored["request"]
    assert dict(made.headers) == dict(stored["headers"])
    assert [list(pair) for pair in parse_qsl(made.body.decode("ascii"))] == (stored["body"] or [])


def test_the_shoppers_currency_is_the_one_they_confirmed() -> None:
    assert fields(opening(WISH))["adaptive_pricing[enabled]"] == "false"


@pytest.mark.parametrize(
    ("statement", "reference", "suffix"),
    [
        ("EX-7K3M9Q", "EX-7K3M9Q", "EX-7K3M9Q"),
        ("ACME EX-7K3M9Q", "EX-7K3M9Q", "EX-7K3M9Q"),
        ("A<*>'\"\\B", "", "AB"),
        ("2026", "EX-1", "EX-1"),
        ("", "", None),
        ("風", "123", None),
        ("much too long", "EX-7K3M9Q-2", None),
    ],
)
def test_what_stands_on_the_statement(statement: str, reference: str, suffix: str | None) -> None:
    made = fields(opening(replace(WISH, statement=statement, reference=reference)))
    assert made.get("payment_intent_data[statement_descriptor_suffix]") == suffix


@pytest.mark.parametrize(
    ("email", "sent"),
    [
        ("ada@example.com", True),
        ("a.b+c@x-y.co.uk", True),
        (None, False),
        ("ada@example", False),
        ("ada", False),
        ("ada moss@example.com", False),
        ("é@example.com", False),
    ],
)
def test_an_address_that_stripe_would_refuse_is_not_sent(email: str | None, sent: bool) -> None:
    assert ("customer_email" in fields(opening(replace(WISH, email=email)))) is sent


def test_long_texts_are_cut_to_what_stripe_takes() -> None:
    made = fields(opening(replace(WISH, description="x" * 2000, store="y" * 600)))
    assert len(made["line_items[0][price_data][product_data][name]"]) == 250
    assert len(made["payment_intent_data[description]"]) == 500
    assert len(made["metadata[store]"]) == 500


def test_keys_are_derived_and_fit_a_header() -> None:
    assert opening(WISH).headers["Idempotency-Key"] == transaction_id_for(WISH.key)
    odd = opening(replace(WISH, key="注文" * 100)).headers["Idempotency-Key"]
    assert odd.isascii()
    assert len(odd) == 36


def test_a_number_of_theirs_stays_inside_its_place() -> None:
    made = stripe_calls.move_money("https://api.stripe.com", move(CAPTURE, payment="pi_1/../x?y"))
    assert made.url == "https://api.stripe.com/v1/payment_intents/pi_1%2F..%2Fx%3Fy/capture"


def test_a_form_tells_yes_lists_and_what_stands_inside() -> None:
    written = to_body({"a": {"b": [True, "é &="]}, "c": 0, "d": [{"e": False}]})
    assert written == b"a[b][0]=true&a[b][1]=%C3%A9+%26%3D&c=0&d[0][e]=false"
