"""Another variant of the same product, at the discount that was paid (`keep_discount`) or even."""

from __future__ import annotations

from app.domain.policy import Policy, VariantPricing
from tests.domain.cases.table import Bought, SumCase, Wish

EVEN = Policy(variant_pricing=VariantPricing.EVEN)

PARKA = Bought("Parka", 12_900, tax=1_064)
PARKA_10_OFF = Bought("Parka", 12_900, discount=1_290, tax=958)
SHIRTS = Bought("Shirt", 3_000, discount=100, tax=290, quantity=3)
SALE = Bought("Parka", 7_000, tax=578, list_price=10_000)
FREE = Bought("Sample", 5_000, discount=5_000)
UNTAXED = Bought("Book", 2_000)

CASES = (
    SumCase(
        "Another size at the same price",
        "Today's prices of both variants are equal, so what was paid for one is what the other costs.",
        (Wish(PARKA, 12_900),),
        {"credit": 13_964, "product": 12_900, "tax": 1_064},
    ),
    SumCase(
        "One of three that were bought at a discount",
        "A third of 2900 is 966⅔: the first unit is worth 966, and since both prices are equal the other one"
        " costs exactly that. The odd cent stays with a later unit.",
        (Wish(SHIRTS, 1_000),),
        {"credit": 1_062, "product": 1_000, "discount": 34, "tax": 96},
    ),
    SumCase(
        "The second of three, the first having gone back before",
        "Units are numbered and those that are gone come first. Up to two units 2900 makes 1933, up to one"
        " 966, so that the second is worth 967.",
        (Wish(Bought("Shirt", 3_000, discount=100, tax=290, quantity=3, gone=1), 1_000),),
        {"credit": 1_064, "product": 1_000, "discount": 33, "tax": 97},
    ),
    SumCase(
        "All three at once",
        "The whole line is worth what was paid for it, without any rounding.",
        (Wish(SHIRTS, 1_000, units=3),),
        {"credit": 3_190, "product": 3_000, "discount": 100, "tax": 290},
    ),
    SumCase(
        "Three units of one line for three different variants",
        "Each takes its own unit numbers in the order of the draft: 966, 967, 967, in all the line.",
        (Wish(SHIRTS, 1_000), Wish(SHIRTS, 1_000), Wish(SHIRTS, 1_000)),
        {"credit": 3_190, "product": 3_000, "discount": 100, "tax": 290},
    ),
    SumCase(
        "A dearer variant, bought at ten per cent off",
        "The discount is kept: 11610 and 958 are scaled by 13950/12900, rounded down. Ten per cent of the"
        " dearer price stay with the shopper.",
        (Wish(PARKA_10_OFF, 13_950, now=12_900),),
        {"credit": 12_568, "product": 13_950, "discount": 1_395, "tax": 1_035, "due": 1_022},
    ),
    SumCase(
        "A cheaper variant at full price",
        "10900/12900 of what was paid; the rest goes back.",
        (Wish(PARKA, 10_900, now=12_900),),
        {"credit": 13_964, "product": 10_900, "tax": 899, "refund": 2_165},
    ),
    SumCase(
        "Bought in a sale that is over, same price as its size beside it",
        "What counts is not what it cost then but what both cost today: equal, so even. The sale stays as"
        " a discount of 3000.",
        (Wish(SALE, 10_000),),
        {"credit": 7_578, "product": 10_000, "discount": 3_000, "tax": 578},
    ),
    SumCase(
        "Bought in a sale that is over, for a dearer size",
        "The dearer size costs a tenth more today, so a tenth more of the sale price is owed and not the"
        " difference to the full price.",
        (Wish(SALE, 11_000, now=10_000),),
        {"credit": 7_578, "product": 11_000, "discount": 3_300, "tax": 635, "due": 757},
    ),
    SumCase(
        "Repriced below what was paid, both alike",
        "The catalogue says 9900 for both today. The shopper paid 12900 and gets the like of it:"
        " nothing is paid back because prices fell. On the wire the product cannot be below its net, so it"
        " stands at 12900.",
        (Wish(PARKA, 9_900),),
        {"credit": 13_964, "product": 12_900, "tax": 1_064},
    ),
    SumCase(
        "What was bought is no longer sold",
        "Nobody keeps its price up to date any more, so the list price that was paid stands in for it: 15000"
        " for 12900.",
        (Wish(PARKA, 15_000, gone_since=True),),
        {"credit": 13_964, "product": 15_000, "tax": 1_237, "due": 2_273},
    ),
    SumCase(
        "A free sample for its other colour",
        "Nothing was paid, so nothing is credited, and the discount of all of it is kept.",
        (Wish(FREE, 5_000),),
        {"product": 5_000, "discount": 5_000},
    ),
    SumCase(
        "A free sample for a dearer colour",
        "Nothing scaled by anything is nothing: what came free stays free under this rule.",
        (Wish(FREE, 6_000, now=5_000),),
        {"product": 6_000, "discount": 6_000},
    ),
    SumCase(
        "For one that is free today",
        "The proportion is nothing, so the whole credit is over.",
        (Wish(UNTAXED, 0, now=2_000),),
        {"credit": 2_000, "refund": 2_000},
    ),
    SumCase(
        "Both are free today",
        "There is nothing to scale by. Equal prices are even, whatever they are.",
        (Wish(UNTAXED, 0),),
        {"credit": 2_000, "product": 2_000},
    ),
    SumCase(
        "What was bought is free today, the other is not",
        "Nothing can be scaled by a price of 0, so today's price counts as it stands.",
        (Wish(UNTAXED, 2_500, now=0),),
        {"credit": 2_000, "product": 2_500, "due": 500},
    ),
    SumCase(
        "A line without tax stays without",
        "Tax is scaled like the price; none stays none.",
        (Wish(UNTAXED, 2_200, now=2_000),),
        {"credit": 2_000, "product": 2_200, "due": 200},
    ),
    SumCase(
        "Two of three at equal prices",
        "Two of three: floor(2900·2/3) = 1933 credited and, at equal prices, 1933 charged. Rounding falls the"
        " same way on both sides.",
        (Wish(SHIRTS, 1_700, units=2),),
        {"credit": 2_126, "product": 3_400, "discount": 1_467, "tax": 193},
    ),
    SumCase(
        "Even: a dearer size costs nothing",
        "Where the shop swaps evenly, net and tax are copied from the credit; today's higher price shows as"
        " discount.",
        (Wish(PARKA, 13_950, now=12_900),),
        {"credit": 13_964, "product": 13_950, "discount": 1_050, "tax": 1_064},
        policy=EVEN,
    ),
    SumCase(
        "Even: a cheaper size gives nothing back",
        "Even works both ways. On the wire the product is what was paid.",
        (Wish(PARKA, 10_900, now=12_900),),
        {"credit": 13_964, "product": 12_900, "tax": 1_064},
        policy=EVEN,
    ),
    SumCase(
        "Even: part of a discounted line",
        "The copy is of the share: the second of three, 967 and 97.",
        (Wish(Bought("Shirt", 3_000, discount=100, tax=290, quantity=3, gone=1), 1_500, now=1_000),),
        {"credit": 1_064, "product": 1_500, "discount": 533, "tax": 97},
        policy=EVEN,
    ),
    SumCase(
        "Even is for the same product only",
        "Another product is priced as it costs today, whatever the mode: 1500 and a tenth of tax.",
        (Wish(Bought("Cup", 1_000, tax=100), 1_500, other=True),),
        {"credit": 1_100, "product": 1_500, "tax": 150, "due": 550},
        policy=EVEN,
    ),
)
