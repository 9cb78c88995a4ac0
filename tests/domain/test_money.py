"""Amounts in tables: ISO 4217 exponents, reading and writing, exact rounding, splitting."""

from __future__ import annotations

from decimal import Decimal

import pytest
from iso4217 import Currency

from app.domain.money import (
    LARGEST_AMOUNT,
    MixedCurrencies,
    NotAnAmount,
    UnknownCurrency,
    exponent,
    major_units,
    minor_units,
    round_half_even,
    same_currency,
    share_between,
    share_up_to,
    spread,
)

# ISO 4217 as published; display libraries (CLDR) say otherwise for IQD, LAK and MGA.
DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}


def test_every_iso_currency_has_the_decimals_iso_gives_it() -> None:
    told = {code: digits for digits, codes in DECIMALS.items() for code in codes.split()}
    counted = {each.code for each in Currency if each.exponent is not None}
    assert {code: exponent(code) for code in counted} == {code: told.get(code, 2) for code in counted}
    assert set(told) <= counted


@pytest.mark.parametrize("code", ["XAU", "XAG", "XTS", "XXX", "XDR", "ABC", "usd", "US", "", "€", "USDX"])
def test_what_is_no_money_is_refused(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        exponent(code)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("129.00", "USD", 12_900),
        ("129", "USD", 12_900),
        ("129.", "USD", 12_900),
        ("0.05", "USD", 5),
        ("10.5", "USD", 1_050),
        ("1,290.5", "USD", 129_050),
        ("1,234,567.89", "USD", 123_456_789),
        ("  7.10 ", "USD", 710),
        ("-5", "USD", -500),
        ("+5", "USD", 500),
        ("-0.00", "USD", 0),
        ("007", "USD", 700),
        ("10.5000", "USD", 1_050),  # decimals the currency lacks, but zeros
        ("1650", "JPY", 1_650),
        ("1650.00", "JPY", 1_650),
        ("1.250", "KWD", 1_250),
        ("1.2345", "CLF", 12_345),
        ("10", "MGA", 1_000),  # CLDR shows no decimals for it
        ("10000000000000", "USD", LARGEST_AMOUNT),
    ],
)
def test_reading_an_amount(text: str, currency: str, minor: int) -> None:
    assert minor_units(text, currency) == minor


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "USD"),
        ("  ", "USD"),
        (".", "USD"),
        (".5", "USD"),
        ("-", "USD"),
        ("--5", "USD"),
        ("two", "USD"),
        ("$5", "USD"),
        ("5 USD", "USD"),
        ("10.505", "USD"),
        ("1.5", "JPY"),
        ("1.2345", "KWD"),
        ("1,5", "USD"),  # a decimal comma must not become fifteen
        ("12,90", "EUR"),
        ("1290,50.00", "USD"),
        (",129", "USD"),
        ("1.290,50", "EUR"),
        ("1e3", "USD"),
        ("1e999999999", "USD"),
        ("1_000", "USD"),
        ("0x10", "USD"),
        ("NaN", "USD"),
        ("Infinity", "USD"),
        ("１２", "USD"),
        ("٣", "USD"),
        ("1\n2", "USD"),
        ("10000000000000.01", "USD"),
        ("9" * 100_000, "USD"),
        ('=HYPERLINK("x")', "USD"),
    ],
    ids=lambda text: text[:20],
)
def test_a_text_that_is_no_amount_is_refused(text: str, currency: str) -> None:
    with pytest.raises(NotAnAmount):
        minor_units(text, currency)


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (1_050, "USD", "10.50"),
        (-2_000, "USD", "-20.00"),
        (0, "USD", "0.00"),
        (300, "JPY", "300"),
        (1_250, "KWD", "1.250"),
        (12_345, "CLF", "1.2345"),
        (10**40 + 1, "USD", f"1{'0' * 38}.01"),
    ],
)
def test_writing_an_amount(minor: int, currency: str, written: str) -> None:
    assert str(major_units(minor, currency)) == written
    assert isinstance(major_units(minor, currency), Decimal)


@pytest.mark.parametrize(
    ("numerator", "denominator", "whole"),
    [
        (0, 7, 0),
        (1, 2, 0),
        (3, 2, 2),
        (5, 2, 2),
        (7, 2, 4),
        (-1, 2, 0),
        (-3, 2, -2),
        (1, 3, 0),
        (2, 3, 1),
        (-2, 3, -1),
        (10**30 + 1, 2, 5 * 10**29),  # beyond what a float can tell apart
    ],
)
def test_rounding_half_to_even(numerator: int, denominator: int, whole: int) -> None:
    assert round_half_even(numerator, denominator) == whole


def test_units_share_a_total_by_their_number() -> None:
    assert [share_up_to(2_900, k, 3) for k in range(4)] == [0, 966, 1_933, 2_900]
    assert [share_between(2_900, k, k + 1, 3) for k in range(3)] == [966, 967, 967]


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [33, 33, 34]),
        (10, [3, 0, 7], [3, 0, 7]),
        (0, [5, 5], [0, 0]),
        (1, [5, 5], [0, 1]),
        (7, [0, 0], [7, 0]),
        (7, [], []),
    ],
)
def test_spreading(total: int, weights: list[int], parts: list[int]) -> None:
    assert spread(total, weights) == parts


def test_currencies_never_mix() -> None:
    assert same_currency("USD", "USD") == "USD"
    with pytest.raises(MixedCurrencies, match="EUR, USD"):
        same_currency("USD", "EUR", "USD")
