"""Amounts as Stripe counts them: exact there and back, what it cannot take, and the least it takes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from iso4217 import Currency

from app.connectors.base import Refused
from app.connectors.payments.stripe_amounts import SMALLEST, NotPayable, minor_amount, smallest, stripe_amount
from app.domain.collecting import Till
from app.domain.money import exponent
from tests.connectors.conversation import reply
from tests.connectors.stripe_cases import CAPTURE, INTENT, SESSION, gateway
from tests.payments.cases import WISH, move

CURRENCIES = sorted(each.code for each in Currency if each.exponent is not None)


@pytest.mark.parametrize(
    ("minor", "currency", "amount"),
    [
        (1050, "USD", 1050),
        (550, "JPY", 550),
        (300, "ISK", 30000),
        (300, "UGX", 30000),
        (1250, "KWD", 1250),
        (1000, "MGA", 10),
        (17500, "HUF", 17500),
        (10**12, "USD", 10**12),
    ],
)
def test_amounts_there_and_back(minor: int, currency: str, amount: int) -> None:
    assert stripe_amount(minor, currency) == amount
    assert minor_amount(amount, currency) == minor


@pytest.mark.parametrize(("minor", "currency"), [(1255, "KWD"), (1050, "MGA"), (1, "BHD")])
def test_an_amount_that_stripe_cannot_take_is_not_rounded(minor: int, currency: str) -> None:
    with pytest.raises(NotPayable, match="cannot take exactly"):
        stripe_amount(minor, currency)
    refused = gateway().open_page(replace(WISH, amount=minor, currency=currency))
    assert isinstance(refused, Refused)
    assert currency in refused.reason
    asked = replace(move(CAPTURE, minor, payment="pi_1"), currency=currency)
    step = gateway().next_step(asked, [reply(INTENT)])
    assert isinstance(step, Refused)


@given(minor=st.integers(1, 10**6), currency=st.sampled_from(CURRENCIES))
def test_the_step_tells_what_can_be_taken(minor: int, currency: str) -> None:
    till = Till("stripe", 0, gateway().step(currency))
    if till.takes(minor):
        stripe_amount(minor, currency)
    else:
        with pytest.raises(NotPayable):
            stripe_amount(minor, currency)


@given(minor=st.integers(1, 10**12), currency=st.sampled_from(CURRENCIES))
def test_whatever_can_be_taken_comes_back_as_it_was(minor: int, currency: str) -> None:
    try:
        amount = stripe_amount(minor, currency)
    except NotPayable:
        assert currency == "MGA" or exponent(currency) > 2
    else:
        assert minor_amount(amount, currency) == minor
        assert currency not in ("ISK", "UGX") or amount % 100 == 0
        assert exponent(currency) != 3 or amount % 10 == 0


def test_an_amount_that_comes_back_crooked_is_not_believed() -> None:
    with pytest.raises(NotPayable):
        minor_amount(30001, "ISK")
    crooked = SESSION | {"currency": "isk", "amount_total": 30001}
    assert isinstance(gateway().record_of(reply(crooked)), Refused)


@pytest.mark.parametrize(
    ("currency", "least"), [("USD", 50), ("GBP", 30), ("JPY", 50), ("HUF", 17500), ("MXN", 1000), ("ZAR", 0)]
)
def test_the_least_that_stripe_takes(currency: str, least: int) -> None:
    assert gateway().minimum(currency) == least
    assert gateway(minimum="700").minimum(currency) == 700


def test_every_least_amount_is_one_that_can_be_paid() -> None:
    for currency in SMALLEST:
        assert stripe_amount(smallest(currency), currency) > 0
