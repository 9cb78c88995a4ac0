"""What holds for any amount: nothing is lost in splitting, rounding, reading or writing it."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.domain.money import (
    LARGEST_AMOUNT,
    NotAnAmount,
    major_units,
    minor_units,
    round_half_even,
    share_between,
    spread,
)
from tests.domain.strategies import RULES, currencies

money = st.integers(0, LARGEST_AMOUNT) | st.integers(0, 1_000)
signed = st.integers(-LARGEST_AMOUNT, LARGEST_AMOUNT) | st.integers(-1_000, 1_000)
weights = st.lists(st.integers(0, 10) | st.integers(0, 10**9), max_size=12)


@RULES
@given(signed, currencies)
def test_written_and_read_is_the_same(minor: int, currency: str) -> None:
    assert minor_units(str(major_units(minor, currency)), currency) == minor
    assert minor_units(f"{major_units(minor, currency):,f}", currency) == minor


@RULES
@given(st.text(max_size=30) | st.from_regex(r"[0-9.,eE+\-_ ]{0,12}", fullmatch=True), currencies)
def test_any_text_is_an_amount_within_bounds_or_refused(text: str, currency: str) -> None:
    try:
        minor = minor_units(text, currency)
    except NotAnAmount:
        return
    assert type(minor) is int
    assert abs(minor) <= LARGEST_AMOUNT
    assert major_units(minor, currency) == Fraction(text.strip().replace(",", ""))


@RULES
@given(money, weights)
def test_spreading_loses_nothing(total: int, shares: list[int]) -> None:
    parts = spread(total, shares)
    assert len(parts) == len(shares)
    assert all(part >= 0 for part in parts)
    assert sum(parts) == (total if shares else 0)
    if any(shares):
        assert all(part == 0 for part, weight in zip(parts, shares, strict=True) if weight == 0)
        exact = [Fraction(total * weight, sum(shares)) for weight in shares]
        assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))


@RULES
@given(weights, st.data())
def test_a_discount_never_exceeds_the_line_it_falls_on(shares: list[int], data: st.DataObject) -> None:
    total = data.draw(st.integers(0, sum(shares)))
    assert all(part <= weight for part, weight in zip(spread(total, shares), shares, strict=True))


@RULES
@given(money, st.integers(1, 1_000), st.data())
def test_the_units_of_a_line_are_worth_its_total(total: int, of: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, of))
    last = data.draw(st.integers(first, of))
    parts = [share_between(total, *pair, of) for pair in ((0, first), (first, last), (last, of))]
    assert all(part >= 0 for part in parts)
    assert sum(parts) == total


@RULES
@given(signed, st.integers(1, 10**9))
def test_rounding_agrees_with_exact_fractions(numerator: int, denominator: int) -> None:
    assert round_half_even(numerator, denominator) == round(Fraction(numerator, denominator))
