"""Another product, or a store that prices every variant anew (`current_price`); tax inside and outside."""

from __future__ import annotations

from app.domain.policy import Policy, VariantPricing
from tests.domain.cases.table import Bought, SumCase, Wish

CURRENT = Policy(variant_pricing=VariantPricing.CURRENT_PRICE)
EVEN = Policy(variant_pricing=VariantPricing.EVEN)

CUP = Bought("Cup", 1_000, tax=100)
PARKA_10_OFF = Bought("Parka", 12_900, discount=1_290, tax=958)
SHIRTS = Bought("Shirt", 3_000, discount=100, tax=290, quantity=3)
YUKATA_10_OFF = Bought("Yukata", 1_500, discount=150, tax=135)
SOCKS = Bought("Socks", 3_000, tax=300, quantity=2)
FREE = Bought("Sample", 5_000, discount=5_000)
TEA = Bought("Tea", 1_000, tax=80)

CASES = (
    SumCase(
        "Another product, dearer",
        "1500 today and the tax in the proportion that was paid, a tenth.",
        (Wish(CUP, 1_500, other=True),),
        {"credit": 1_100, "product": 1_500, "tax": 150, "due": 550},
    ),
    SumCase(
        "Another product, cheaper",
        "600 and 60 of tax; the rest goes back.",
        (Wish(CUP, 600, other=True),),
        {"credit": 1_100, "product": 600, "tax": 60, "refund": 440},
    ),
    SumCase(
        "Another product does not inherit a discount",
        "The discount belonged to the parka. Its rate of tax, 958 on 11610, is the shopper's and is kept.",
        (Wish(PARKA_10_OFF, 13_950, other=True),),
        {"credit": 12_568, "product": 13_950, "tax": 1_151, "due": 2_533},
    ),
    SumCase(
        "Two of three for two of another product",
        "1933 and 193 of credit against 2 × 1500 and a tenth of it.",
        (Wish(SHIRTS, 1_500, units=2, other=True),),
        {"credit": 2_126, "product": 3_000, "tax": 300, "due": 1_174},
    ),
    SumCase(
        "Same product at today's price",
        "This store prices variants anew as well: the discount is gone.",
        (Wish(PARKA_10_OFF, 12_900),),
        {"credit": 12_568, "product": 12_900, "tax": 1_064, "due": 1_396},
        policy=CURRENT,
    ),
    SumCase(
        "Tax of exactly half a cent goes to the even side, down",
        "A tenth of 5 is 0.5, which rounds to 0.",
        (Wish(CUP, 5, other=True),),
        {"credit": 1_100, "product": 5, "refund": 1_095},
    ),
    SumCase(
        "Tax of exactly one and a half goes to the even side, up",
        "A tenth of 15 is 1.5, which rounds to 2.",
        (Wish(CUP, 15, other=True),),
        {"credit": 1_100, "product": 15, "tax": 2, "refund": 1_083},
    ),
    SumCase(
        "A free line has no rate of its own: the order's counts",
        "Nothing was paid, so the tax of the rest of the order tells the rate: 200 on 2000.",
        (Wish(FREE, 6_000, other=True),),
        {"product": 6_000, "tax": 600, "due": 6_600},
        beside=(Bought("Boots", 2_000, tax=200),),
    ),
    SumCase(
        "A free order has no rate at all: the store's counts",
        "The store's own rate of 10 % is for this.",
        (Wish(FREE, 6_000, other=True),),
        {"product": 6_000, "tax": 600, "due": 6_600},
    ),
    SumCase(
        "Prices with tax inside: another product",
        "The price tag says 1650 and that is paid: 1500 and 150 of tax.",
        (Wish(CUP, 1_650, other=True),),
        {"credit": 1_100, "product": 1_500, "tax": 150, "due": 550},
        currency="JPY",
        tax_inside=True,
    ),
    SumCase(
        "Prices with tax inside: net rounded, tax what is left",
        "995·10/11 is 904.5…, so 905 net; 90 are left for tax. Together they are the price tag, always.",
        (Wish(CUP, 995, other=True),),
        {"credit": 1_100, "product": 905, "tax": 90, "refund": 105},
        currency="JPY",
        tax_inside=True,
    ),
    SumCase(
        "Prices with tax inside: eight per cent",
        "7·100/108 is 6.48, so 6 net and 1 of tax.",
        (Wish(TEA, 7, other=True),),
        {"credit": 1_080, "product": 6, "tax": 1, "refund": 1_073},
        currency="JPY",
        tax_inside=True,
    ),
    SumCase(
        "Prices with tax inside: same price, part of a discounted line",
        "Both cost 1100 today, so it is even; the product stands without its tax at 1000.",
        (Wish(SHIRTS, 1_100),),
        {"credit": 1_062, "product": 1_000, "discount": 34, "tax": 96},
        currency="JPY",
        tax_inside=True,
    ),
    SumCase(
        "Prices with tax inside: a dearer variant at ten per cent off",
        "1350 and 135 scaled by 1980/1650. Today's 1980 is 1800 without tax.",
        (Wish(YUKATA_10_OFF, 1_980, now=1_650),),
        {"credit": 1_485, "product": 1_800, "discount": 180, "tax": 162, "due": 297},
        currency="JPY",
        tax_inside=True,
    ),
    SumCase(
        "Prices with tax inside: even",
        "Copied from the credit.",
        (Wish(YUKATA_10_OFF, 1_980, now=1_650),),
        {"credit": 1_485, "product": 1_800, "discount": 450, "tax": 135},
        currency="JPY",
        tax_inside=True,
        policy=EVEN,
    ),
    SumCase(
        "Prices with tax inside: both of a pair",
        "2 × 999 is 1998: 1816 net, 182 of tax.",
        (Wish(SOCKS, 999, units=2, other=True),),
        {"credit": 3_300, "product": 1_816, "tax": 182, "refund": 1_302},
        currency="JPY",
        tax_inside=True,
    ),
    SumCase(
        "Yen have no smaller unit",
        "The first of three is worth ¥333, rounded down. Its replacement is scaled from the whole line:"
        " 1000·1200/3000 = 400.",
        (Wish(Bought("Cups", 1_000, quantity=3), 1_200, now=1_000),),
        {"credit": 333, "product": 1_200, "discount": 800, "due": 67},
        currency="JPY",
    ),
    SumCase(
        "Dinars have a thousand fils",
        "KWD 12.500 for KWD 13.750: the sum is the same arithmetic, shown with three decimals.",
        (Wish(Bought("Abaya", 12_500), 13_750, now=12_500),),
        {"credit": 12_500, "product": 13_750, "due": 1_250},
        currency="KWD",
    ),
    SumCase(
        "The unidad de fomento has four decimals",
        "CLF 1.0005 in three units of which one comes back: 3335 ten-thousandths.",
        (Wish(Bought("Share", 10_005, quantity=3), None),),
        {"credit": 3_335, "face": 3_335},
        currency="CLF",
    ),
)
