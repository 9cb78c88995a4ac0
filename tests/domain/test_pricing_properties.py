"""What holds for any price: parts make the whole, equal prices are even, display prices are paid."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain.facts import LineFacts, StoreFacts
from app.domain.policy import VariantPricing
from app.domain.pricing import PricedUnits, Units, price_units, tax_rate
from tests.domain.strategies import RULES, lines, prices, stores

KEEP, EVEN, CURRENT = VariantPricing.KEEP_DISCOUNT, VariantPricing.EVEN, VariantPricing.CURRENT_PRICE


@st.composite
def cut_lines(draw: st.DrawFn) -> tuple[LineFacts, list[Units]]:
    """A line and its units cut into consecutive parts."""
    bought = draw(lines())
    cuts = draw(st.sets(st.integers(1, bought.quantity - 1), max_size=6)) if bought.quantity > 1 else set()
    return bought, [Units(*pair) for pair in pairwise([0, *sorted(cuts), bought.quantity])]


def priced(
    mode: VariantPricing, bought: LineFacts, units: Units, now: int, returned: int, store: StoreFacts
) -> PricedUnits:
    rate = tax_rate(bought, (bought,), store)
    return price_units(mode, bought, units, now, returned, rate, store.tax_inclusive)


@RULES
@given(cut_lines(), prices, prices, stores, st.sampled_from(VariantPricing))
def test_parts_add_up_to_the_whole_and_are_never_negative(
    cut: tuple[LineFacts, list[Units]], now: int, returned: int, store: StoreFacts, mode: VariantPricing
) -> None:
    bought, parts = cut
    each = [priced(mode, bought, units, now, returned, store) for units in parts]
    whole = priced(mode, bought, Units(0, bought.quantity), now, returned, store)
    assert sum(part.credit.net for part in each) == whole.credit.net == bought.net
    assert sum(part.credit.tax for part in each) == whole.credit.tax == bought.tax
    for part in each:
        numbers = (part.credit.net, part.credit.tax, part.price.product, part.price.discount, part.price.tax)
        assert all(type(number) is int and number >= 0 for number in numbers)
        assert part.price.discount <= part.price.product
        assert mode is not EVEN or part.price.total == part.credit.total
    if mode is EVEN or (mode is KEEP and (returned or now == 0)):
        assert sum(part.price.net for part in each) == whole.price.net
        assert sum(part.price.tax for part in each) == whole.price.tax


@RULES
@given(cut_lines(), prices, stores, st.sampled_from([KEEP, EVEN]))
def test_an_equal_price_is_even_whatever_was_paid(
    cut: tuple[LineFacts, list[Units]], now: int, store: StoreFacts, mode: VariantPricing
) -> None:
    bought, parts = cut
    for units in parts:
        made = priced(mode, bought, units, now, now, store)
        assert (made.price.net, made.price.tax) == (made.credit.net, made.credit.tax)


@RULES
@given(lines(), prices, prices, st.integers(1, 10**6), stores)
def test_a_dearer_replacement_never_costs_less(
    bought: LineFacts, now: int, returned: int, more: int, store: StoreFacts
) -> None:
    for mode in (KEEP, CURRENT):
        units = Units(bought.gone, bought.gone + bought.open_units)
        cheap = priced(mode, bought, units, now, returned or 1, store).price
        dear = priced(mode, bought, units, now + more, returned or 1, store).price
        assert dear.total >= cheap.total - 1  # a unit: net and tax are rounded apart
        assert dear.product >= cheap.product


@RULES
@given(lines(), prices, stores)
def test_today_a_shopper_pays_what_the_shop_shows(bought: LineFacts, now: int, store: StoreFacts) -> None:
    units = Units(0, bought.quantity)
    made = priced(CURRENT, bought, units, now, 1, store)
    shown = now * units.count
    if store.tax_inclusive:
        assert made.price.total == shown
    else:
        assert made.price.net == shown
    assert made.price.discount == 0
    rate = tax_rate(bought, (bought,), store)
    # The tax is the rate's, to within one unit of rounding either way.
    assert abs(made.price.tax * rate.net - made.price.net * rate.tax) <= rate.net + rate.tax
