"""The tolerance: a small amount due is waived as discount, a refund due never is."""

from __future__ import annotations

import pytest

from app.domain.policy import Policy
from app.domain.quote import Quote
from app.domain.settlement import Choice
from tests.domain.examples import choice, line, quote, variant


def untaxed(number: int, paid: int, now: int) -> Choice:
    """One untaxed unit paid at `paid` against a variant that costs `now`."""
    bought = line(id=number, product=paid, tax=0, list_price=paid)
    return choice(bought, 1, variant(price=now))


def waived(made: Quote) -> list[int]:
    return [each.price.waived if each.price else 0 for each in made.lines]


@pytest.mark.parametrize(
    ("why", "tolerance", "now", "difference", "given_up"),
    [
        ("no tolerance", 0, 1_001, 1, 0),
        ("one below", 50, 1_049, 0, 49),
        ("at the edge", 50, 1_050, 0, 50),
        ("one beyond: all of it is due", 50, 1_051, 51, 0),
        ("even: nothing to waive", 50, 1_000, 0, 0),
        ("a refund due is never waived", 50, 999, -1, 0),
    ],
)
def test_edges(why: str, tolerance: int, now: int, difference: int, given_up: int) -> None:
    made = quote(untaxed(1, 1_000, now), policy=Policy(even_tolerance=tolerance))
    assert (made.difference, waived(made)) == (difference, [given_up]), why


def test_what_is_waived_stands_as_discount_and_leaves_the_tax_alone() -> None:
    bought = line(product=1_000, tax=100, list_price=1_000)
    made = quote(choice(bought, 1, variant(price=1_040)), policy=Policy(even_tolerance=44))
    price = made.lines[0].price
    assert price is not None
    assert (price.product, price.discount, price.waived, price.net, price.tax) == (1_040, 44, 44, 996, 104)
    assert made.replacements == made.credit == 1_100


@pytest.mark.parametrize(
    ("why", "choices", "given_up"),
    [
        ("the first dear line", [(1_000, 1_010), (1_000, 1_005)], [10, 5]),
        ("a cheap line is passed over", [(1_000, 990), (1_000, 1_030)], [0, 20]),
        ("the first bears what it can", [(1_000, 1_040), (1_000, 1_005), (1_000, 990)], [35, 0, 0]),
        ("the rest falls to the next", [(1_000, 1_010), (1_000, 1_040), (1_000, 995)], [10, 35, 0]),
    ],
)
def test_the_first_dear_line_first(why: str, choices: list[tuple[int, int]], given_up: list[int]) -> None:
    made = quote(
        *[untaxed(n, paid, now) for n, (paid, now) in enumerate(choices, 1)], policy=Policy(even_tolerance=50)
    )
    assert (made.difference, waived(made)) == (0, given_up), why


def test_a_gift_card_line_is_no_part_of_it() -> None:
    cap = line(id=2, product=4_500, tax=0)
    made = quote(choice(cap, 1), untaxed(1, 1_000, 1_030), policy=Policy(even_tolerance=50))
    assert (made.difference, waived(made)) == (0, [0, 30])
    assert made.card is not None
    assert made.card.face == 4_500


def test_tax_that_no_net_can_bear_stays_due() -> None:
    """A waiver is a discount: it can take a net to nothing, and no further."""
    bought = line(product=1, tax=3, list_price=1)
    made = quote(choice(bought, 1, variant(price=2)), policy=Policy(even_tolerance=50))
    assert (made.difference, waived(made)) == (2, [2])
    assert made.replacements - made.credit == made.amount_due == 2
