"""What returned units are worth and what replaces them, case by case, in minor units.

Each pricing mode against tax mode, discount and part quantity; the specification's own four worked sums
are among them and named so.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from app.domain.facts import StoreFacts
from app.domain.policy import VariantPricing
from app.domain.pricing import PPM, Credit, Price, Rate, Units, credit_of, price_units, tax_rate
from tests.domain.examples import JPY_STORE, USD_STORE, line

KEEP, EVEN, CURRENT = VariantPricing.KEEP_DISCOUNT, VariantPricing.EVEN, VariantPricing.CURRENT_PRICE


class Paid(NamedTuple):
    """A line as paid, for its whole quantity."""

    product: int
    discount: int
    tax: int
    quantity: int


class Sum(NamedTuple):
    """One argued case: units of a paid line, at today's prices, and what must come out."""

    why: str
    paid: Paid
    units: tuple[int, int]
    price_now: int
    returned_now: int
    credit: tuple[int, int]  # net, tax
    price: tuple[int, int, int]  # product, discount, tax
    difference: int


SHIRTS = Paid(3000, 100, 290, 3)
SALE = Paid(7000, 0, 578, 1)
PARKA = Paid(12900, 0, 1064, 1)
PARKA_10_OFF = Paid(12900, 1290, 958, 1)
CUP = Paid(1000, 0, 100, 1)
TEA = Paid(1000, 0, 80, 1)
UNTAXED = Paid(5000, 0, 0, 1)
FREE = Paid(5000, 5000, 0, 1)
YUKATA = Paid(1500, 0, 150, 1)
YUKATA_10_OFF = Paid(1500, 150, 135, 1)
SOCKS = Paid(3000, 0, 300, 2)

KEEP_DISCOUNT = [
    # the specification's own
    Sum("one of three", SHIRTS, (0, 1), 1000, 1000, (966, 96), (1000, 34, 96), 0),
    Sum("bought in a sale", SALE, (0, 1), 10000, 10000, (7000, 578), (10000, 3000, 578), 0),
    Sum("10 % off, dearer", PARKA_10_OFF, (0, 1), 13950, 12900, (11610, 958), (13950, 1395, 1035), 1022),
    # further units, part and whole
    Sum("the second of three", SHIRTS, (1, 2), 1000, 1000, (967, 97), (1000, 33, 97), 0),
    Sum("two of three", SHIRTS, (0, 2), 1000, 1000, (1933, 193), (2000, 67, 193), 0),
    Sum("the last two", SHIRTS, (1, 3), 1000, 1000, (1934, 194), (2000, 66, 194), 0),
    Sum("all three", SHIRTS, (0, 3), 1000, 1000, (2900, 290), (3000, 100, 290), 0),
    Sum("second, dearer by half", SHIRTS, (1, 2), 1500, 1000, (967, 97), (1500, 50, 145), 531),
    Sum("second, cheaper by half", SHIRTS, (1, 2), 500, 1000, (967, 97), (500, 17, 48), -533),
    # what became of the prices since
    Sum("full price, cheaper", PARKA, (0, 1), 10900, 12900, (12900, 1064), (10900, 0, 899), -2165),
    Sum("sale over, dearer size", SALE, (0, 1), 11000, 10000, (7000, 578), (11000, 3300, 635), 757),
    Sum("dearer when bought", PARKA, (0, 1), 9900, 9900, (12900, 1064), (12900, 0, 1064), 0),
    Sum("free stays free", FREE, (0, 1), 6000, 5000, (0, 0), (6000, 6000, 0), 0),
    Sum("for one that is free now", CUP, (0, 1), 0, 1000, (1000, 100), (0, 0, 0), -1100),
    Sum("both are free now", CUP, (0, 1), 0, 0, (1000, 100), (1000, 0, 100), 0),
    Sum("free now, for a dearer one", CUP, (0, 1), 1200, 0, (1000, 100), (1200, 0, 120), 220),
]

# Whatever it costs today: today's price only says what stands as discount.
EVEN_SWAP = [
    Sum("dearer", PARKA_10_OFF, (0, 1), 99900, 1, (11610, 958), (99900, 88290, 958), 0),
    Sum("cheaper", PARKA_10_OFF, (0, 1), 100, 1, (11610, 958), (11610, 0, 958), 0),
    Sum("second of three", SHIRTS, (1, 2), 1500, 1, (967, 97), (1500, 533, 97), 0),
    Sum("free item", FREE, (0, 1), 6000, 5000, (0, 0), (6000, 6000, 0), 0),
]

# Today's price at the line's own rate, ties to the even unit.
CURRENT_PRICE = [
    Sum("dearer", PARKA_10_OFF, (0, 1), 13950, 0, (11610, 958), (13950, 0, 1151), 2533),
    Sum("two of three", SHIRTS, (0, 2), 1500, 0, (1933, 193), (3000, 0, 300), 1174),
    Sum("tax of exactly 0.5", CUP, (0, 1), 5, 0, (1000, 100), (5, 0, 0), -1095),
    Sum("tax of exactly 1.5", CUP, (0, 1), 15, 0, (1000, 100), (15, 0, 2), -1083),
    Sum("untaxed line", UNTAXED, (0, 1), 6000, 0, (5000, 0), (6000, 0, 0), 1000),
    Sum("free item, the store's rate", FREE, (0, 1), 6000, 0, (0, 0), (6000, 0, 495), 6495),
]

TAX_INSIDE_KEEP = [
    Sum("even", SHIRTS, (0, 1), 1100, 1100, (966, 96), (1000, 34, 96), 0),
    Sum("dearer", YUKATA, (0, 1), 1980, 1650, (1500, 150), (1800, 0, 180), 330),
    Sum("10 % off, dearer", YUKATA_10_OFF, (0, 1), 1980, 1650, (1350, 135), (1800, 180, 162), 297),
    Sum("second of two, cheaper", SOCKS, (1, 2), 1100, 1650, (1500, 150), (1000, 0, 100), -550),
]
TAX_INSIDE_EVEN = [
    Sum("dearer", YUKATA_10_OFF, (0, 1), 1980, 1650, (1350, 135), (1800, 450, 135), 0),
]
TAX_INSIDE_CURRENT = [
    Sum("the specification's own", CUP, (0, 1), 1650, 0, (1000, 100), (1500, 0, 150), 550),
    Sum("net rounded up", CUP, (0, 1), 995, 0, (1000, 100), (905, 0, 90), -105),
    Sum("tax is what the net leaves", TEA, (0, 1), 7, 0, (1000, 80), (6, 0, 1), -1073),
    Sum("two units", SOCKS, (0, 2), 999, 0, (3000, 300), (1816, 0, 182), -1302),
    Sum("untaxed line", UNTAXED, (0, 1), 999, 0, (5000, 0), (999, 0, 0), -4001),
    Sum("free item, the store's rate", FREE, (0, 1), 1650, 0, (0, 0), (1500, 0, 150), 1650),
]

CASES = [
    pytest.param(mode, inclusive, case, id=f"{mode}, tax {'inside' if inclusive else 'added'}: {case.why}")
    for mode, inclusive, cases in (
        (KEEP, False, KEEP_DISCOUNT),
        (EVEN, False, EVEN_SWAP),
        (CURRENT, False, CURRENT_PRICE),
        (KEEP, True, TAX_INSIDE_KEEP),
        (EVEN, True, TAX_INSIDE_EVEN),
        (CURRENT, True, TAX_INSIDE_CURRENT),
    )
    for case in cases
]


@pytest.mark.parametrize(("mode", "inclusive", "case"), CASES)
def test_the_sum(mode: VariantPricing, inclusive: bool, case: Sum) -> None:
    product, discount, tax, quantity = case.paid
    paid = line(product=product, discount=discount, tax=tax, quantity=quantity)
    rate = tax_rate(paid, (paid,), JPY_STORE if inclusive else USD_STORE)
    priced = price_units(
        mode, paid, Units(*case.units), case.price_now, case.returned_now, rate, tax_inclusive=inclusive
    )
    assert priced.credit == Credit(*case.credit)
    assert priced.price == Price(*case.price)
    assert priced.price.total - priced.credit.total == case.difference


def test_the_rule_and_its_values_go_along() -> None:
    paid = line(product=3000, discount=100, tax=290, quantity=3)
    priced = price_units(KEEP, paid, Units(1, 2), 1500, 1000, Rate(290, 2900), tax_inclusive=False)
    assert priced.why == {
        "mode": "keep_discount",
        "units": [1, 2],
        "of": 3,
        "paid_product": 3000,
        "paid_discount": 100,
        "paid_net": 2900,
        "paid_tax": 290,
        "price_now": 1500,
        "returned_price_now": 1000,
        "rate": [290, 2900],
    }


@pytest.mark.parametrize(("price_now", "mode"), [(0, "even"), (1000, "current_price")])
def test_a_returned_price_of_nothing_names_the_rule_that_was_used(price_now: int, mode: str) -> None:
    priced = price_units(KEEP, line(), Units(0, 1), price_now, 0, Rate(1, 10), tax_inclusive=False)
    assert priced.why["mode"] == mode


@pytest.mark.parametrize(
    ("why", "own", "others", "store", "rate"),
    [
        ("the line's own", (2900, 290), [(100, 50)], USD_STORE, Rate(290, 2900)),
        ("the line's own, untaxed", (2900, 0), [(100, 50)], USD_STORE, Rate(0, 2900)),
        ("free line: the order's", (0, 0), [(2000, 100), (1000, 200)], USD_STORE, Rate(300, 3000)),
        ("free order: the store's", (0, 0), [(0, 0)], USD_STORE, Rate(82_500, PPM)),
        ("free order, untaxed store", (0, 0), [], StoreFacts("x", "USD", "UTC", False), Rate(0, PPM)),
    ],
)
def test_whose_tax_rate(
    why: str, own: tuple[int, int], others: list[tuple[int, int]], store: StoreFacts, rate: Rate
) -> None:
    mine = line(product=own[0], tax=own[1])
    rest = [line(id=2 + n, product=net, tax=tax) for n, (net, tax) in enumerate(others)]
    assert tax_rate(mine, (mine, *rest), store) == rate, why


@pytest.mark.parametrize("price", [1, 7, 999, 1_006, 123_457])
def test_a_price_on_display_is_what_is_paid(price: int) -> None:
    """Where prices contain tax, 8 % of ¥1,006 must not turn it into ¥1,005."""
    for quantity in (1, 2, 3):
        paid = line(product=1_000, tax=80, quantity=3)
        priced = price_units(CURRENT, paid, Units(0, quantity), price, 0, Rate(80, 1_000), tax_inclusive=True)
        assert priced.price.total == price * quantity


def test_credit_follows_the_number_of_the_unit() -> None:
    paid = line(product=3000, discount=100, tax=290, quantity=3)
    assert credit_of(paid, Units(0, 1)) == Credit(966, 96)
    assert credit_of(paid, Units(1, 3)) == Credit(1934, 194)
