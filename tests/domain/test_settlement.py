"""From choices to the quote: unit numbers, the difference, tolerance, where a refund due goes, cards."""

from __future__ import annotations

import pytest

from app.domain.facts import LineFacts, StoreFacts, VariantFacts
from app.domain.money import MixedCurrencies
from app.domain.policy import Policy, VariantPricing
from app.domain.pricing import Units
from app.domain.quote import GiftCard
from app.domain.refunds import RefundTo
from app.domain.settlement import TooManyUnits, make_quote
from tests.domain.examples import USD_STORE, bought_as, choice, line, order, quote, variant

PARKA = line()
CAP = line(id=2, platform_id="12", sku="CAP", product=4_500, tax=0, list_price=4_500, product_id=20)
SHIRTS = line(id=3, product=3_000, discount=100, tax=290, quantity=3, list_price=1_000)


@pytest.mark.parametrize(
    ("refunded", "committed", "wanted", "numbers"),
    [
        (0, 0, [1], [(0, 1)]),
        (1, 0, [1], [(1, 2)]),
        (0, 1, [1], [(1, 2)]),
        (1, 1, [1], [(2, 3)]),
        (0, 0, [1, 2], [(0, 1), (1, 3)]),
        (0, 0, [2, 1], [(0, 2), (2, 3)]),
        (1, 0, [1, 1], [(1, 2), (2, 3)]),
    ],
)
def test_units_already_gone_come_first(
    refunded: int, committed: int, wanted: list[int], numbers: list[tuple[int, int]]
) -> None:
    shirts = line(quantity=3, refunded=refunded, committed=committed)
    made = quote(*[choice(shirts, units, variant()) for units in wanted])
    assert [each.units for each in made.lines] == [Units(*pair) for pair in numbers]


def test_lines_are_numbered_apart() -> None:
    other = line(id=9, quantity=2)
    made = quote(choice(SHIRTS, 2, variant()), choice(other, 1, variant()), choice(SHIRTS, 1))
    assert [each.units for each in made.lines] == [Units(0, 2), Units(0, 1), Units(2, 3)]


@pytest.mark.parametrize(
    ("bought", "wanted"),
    [
        (line(quantity=3), [4]),
        (line(quantity=3), [2, 2]),
        (line(quantity=3), [0]),
        (line(quantity=3), [-1]),
        (line(quantity=3), [1001]),
        (line(quantity=3, shipped=1), [2]),
        (line(quantity=3, refunded=2), [2]),
        (line(quantity=3, committed=2), [2]),
        (line(quantity=3, refunded=2, committed=2), [1]),  # a refund imported later, over the brim
    ],
)
def test_more_units_than_are_theirs(bought: LineFacts, wanted: list[int]) -> None:
    with pytest.raises(TooManyUnits):
        quote(*[choice(bought, units, variant()) for units in wanted])


def test_an_order_in_another_currency_has_no_sum() -> None:
    with pytest.raises(MixedCurrencies):
        make_quote(USD_STORE, Policy(), order(PARKA, currency="EUR"), [choice(PARKA, 1, variant())])


@pytest.mark.parametrize(
    ("why", "returned", "product", "discount"),
    [
        ("repriced since: today's price of what was bought", bought_as(PARKA, 15_000), 15_000, 2_100),
        ("gone: what was paid for it", None, 15_000, 0),
        ("no longer sold: as good as gone", variant(id=101, price=15_000, active=False), 15_000, 0),
    ],
)
def test_whose_price_a_discount_is_measured_by(
    why: str, returned: VariantFacts | None, product: int, discount: int
) -> None:
    made = quote(choice(PARKA, 1, variant(price=15_000), returned=returned))
    price = made.lines[0].price
    assert price is not None, why
    assert (price.product, price.discount) == (product, discount), why


@pytest.mark.parametrize(
    ("why", "of", "to_product", "difference"),
    [
        ("the same product keeps its discount", SHIRTS, 10, 0),
        ("another product costs what it costs today", SHIRTS, 99, 38),
        ("a line tied to no product has none of its own", line(product=1_000, product_id=None, tax=0), 10, 0),
    ],
)
def test_the_mode_is_for_the_same_product(why: str, of: LineFacts, to_product: int, difference: int) -> None:
    made = quote(choice(of, 1, variant(product_id=to_product, price=1_000), returned=bought_as(of, 1_000)))
    assert made.difference == difference, why


@pytest.mark.parametrize("mode", list(VariantPricing))
def test_policy_chooses_the_mode(mode: VariantPricing) -> None:
    made = quote(choice(SHIRTS, 1, variant(price=1_100)), policy=Policy(variant_pricing=mode))
    assert made.lines[0].why["mode"] == mode
    assert made.difference == {"keep_discount": 107, "even": 0, "current_price": 148}[mode]


@pytest.mark.parametrize(
    ("refund_to", "refund_due", "forfeited", "card"),
    [
        (RefundTo.ORIGINAL_PAYMENT, 1_500, 0, None),
        (RefundTo.FORFEITED, 0, 1_500, None),
        (RefundTo.GIFT_CARD, 0, 0, GiftCard(face=1_500, bonus=0, residue=1_500)),
    ],
)
def test_where_a_refund_due_goes(
    refund_to: RefundTo, refund_due: int, forfeited: int, card: GiftCard | None
) -> None:
    made = quote(choice(CAP, 1, variant(product_id=20, price=3_000)), policy=Policy(refund_to=refund_to))
    assert (made.difference, made.unpaid_out, made.amount_due) == (-1_500, 1_500, 0)
    assert (made.refund_due, made.forfeited, made.card) == (refund_due, forfeited, card)


@pytest.mark.parametrize("refund_to", list(RefundTo))
def test_an_even_exchange_settles_nothing(refund_to: RefundTo) -> None:
    made = quote(choice(PARKA, 1, variant()), policy=Policy(refund_to=refund_to))
    assert (made.difference, made.amount_due, made.refund_due, made.forfeited) == (0, 0, 0, 0)
    assert made.card is None


def test_a_dear_line_and_a_cheap_one_are_one_difference() -> None:
    first, second = line(id=1, tax=0), line(id=2, tax=0)
    made = quote(choice(first, 1, variant(price=13_950)), choice(second, 1, variant(price=11_850)))
    assert [each.difference for each in made.lines] == [1_050, -1_050]
    assert made.difference == 0


@pytest.mark.parametrize("currency", ["JPY", "USD", "KWD", "CLF"])
def test_minor_units_are_the_same_sum_in_every_currency(currency: str) -> None:
    store = StoreFacts("any", currency, "UTC", tax_inclusive=False)
    made = quote(choice(CAP, 1, variant(product_id=20, price=5_001)), store=store)
    assert (made.currency, made.difference, made.amount_due) == (currency, 501, 501)
