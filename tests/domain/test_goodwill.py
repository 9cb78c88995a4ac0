"""Goodwill stays an amount: the shopper keeps it, and it never becomes a discount rate."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.goodwill import goodwill_given
from app.domain.policy import VariantPricing
from app.domain.pricing import PricedUnits, Units, price_units, tax_rate
from tests.domain.examples import USD_STORE, line

ONE = Units(0, 1)
KEEP, EVEN, TODAY = VariantPricing.KEEP_DISCOUNT, VariantPricing.EVEN, VariantPricing.CURRENT_PRICE


def priced(
    mode: VariantPricing,
    now: int,
    returned: int,
    units: Units = ONE,
    **bought: int,
) -> PricedUnits:
    sold = line(**bought)
    return price_units(mode, sold, units, now, returned, tax_rate(sold, (sold,), USD_STORE), False)


def given_by(done: PricedUnits, waived: int = 0) -> int:
    return goodwill_given(done.price.net - waived, waived, done.why)


@pytest.mark.parametrize(
    ("why", "mode", "now", "waived", "goodwill"),
    [
        ("kept discount: nothing given up", KEEP, 13950, 0, 0),
        ("a small difference waived", KEEP, 13950, 150, 150),
        ("even for a dearer one: the difference", EVEN, 13950, 0, 1050),
        ("even for one of the same price", EVEN, 12900, 0, 0),
        ("even for a cheaper one: the shopper gave it up", EVEN, 10900, 0, -2000),
        ("today's price knows no discount", TODAY, 13950, 0, 0),
        ("today's price, a little waived", TODAY, 13950, 99, 99),
    ],
)
def test_what_was_given_up(why: str, mode: VariantPricing, now: int, waived: int, goodwill: int) -> None:
    assert given_by(priced(mode, now, 12900), waived) == goodwill, why


def test_a_discount_bought_at_is_no_goodwill() -> None:
    assert given_by(priced(KEEP, 13950, 12900, discount=1290)) == 0
    # 10 % off: the kept discount would make the dearer one 12555, and the even swap left 11610.
    assert given_by(priced(EVEN, 13950, 12900, discount=1290)) == 945


def test_an_even_swap_is_no_discount_for_the_next() -> None:
    """Swapped evenly for one of 139.50, paid 129.00: one of twice the price costs 139.50 more, not 129.00."""
    swapped: dict[str, Any] = {"product": 13950, "discount": 1050, "tax": 1064, "goodwill": 1050}
    again = priced(KEEP, 27900, 13950, **swapped)
    assert again.price.net - again.credit.net == 13950
    assert again.why["goodwill"] == 1050
    assert given_by(again) == 1050  # it stays the shopper's


def test_goodwill_never_makes_a_price_negative() -> None:
    cheap = priced(KEEP, 100, 13950, product=13950, discount=1050, tax=1064, goodwill=1050)
    assert (cheap.price.net, cheap.price.tax >= 0) == (0, True)


@given(
    st.integers(0, 50_000), st.integers(-5_000, 5_000), st.integers(1, 9), st.integers(1, 60_000), st.data()
)
def test_an_equal_price_stays_even_and_parts_add_up(
    product: int, goodwill: int, quantity: int, price: int, data: st.DataObject
) -> None:
    goodwill = max(goodwill, -product)
    bought = {"product": product, "tax": product // 12, "quantity": quantity, "goodwill": goodwill}
    part = data.draw(st.integers(0, quantity - 1))
    some = priced(KEEP, price, price, Units(part, quantity), **bought)
    assert some.price.total == some.credit.total
    dearer = [
        priced(KEEP, 3 * price, price, Units(*units), **bought)
        for units in ((0, quantity), (0, part), (part, quantity))
    ]
    whole, first, rest = ((each.price.net, each.price.tax) for each in dearer)
    if min(*first, *rest) > 0:
        assert whole == tuple(map(sum, zip(first, rest, strict=True)))
