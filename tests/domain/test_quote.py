"""The quote as a thing to confirm: its version moves with everything a shopper could mind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from app.domain.policy import Policy
from app.domain.quote import Quote
from app.domain.refunds import RefundTo
from tests.domain.examples import JPY_STORE, bought_as, choice, line, quote, variant

SHIRTS = line(product=3_000, discount=100, tax=290, quantity=3, list_price=1_000)


def base(**changes: object) -> Quote:
    """Two shirts for dearer ones and one for a card, with single facts changed."""
    shirts = replace(SHIRTS, **{k: v for k, v in changes.items() if k in SHIRTS.__dataclass_fields__})  # type: ignore[arg-type]
    other = variant(id=changes.get("variant_id", 102), price=changes.get("price", 1_100))
    policy = changes.get("policy", Policy())
    assert isinstance(policy, Policy)
    taken = changes.get("taken", 2)
    assert isinstance(taken, int)
    return quote(
        choice(shirts, taken, other, returned=bought_as(shirts, 1_000)), choice(shirts, 1), policy=policy
    )


CHANGES: dict[str, Callable[[], Quote]] = {
    "price today": lambda: base(price=1_101),
    "price paid": lambda: base(product=3_001),
    "discount paid": lambda: base(discount=101),
    "tax paid": lambda: base(tax=291),
    "units chosen": lambda: base(taken=1),
    "units already gone": lambda: base(quantity=4, shipped=4, committed=1),
    "policy version": lambda: base(policy=Policy(version=2)),
    "where a refund goes": lambda: base(policy=Policy(refund_to=RefundTo.GIFT_CARD)),
    "bonus": lambda: base(policy=Policy(bonus_fixed=1)),
    "tolerance, when it bites": lambda: base(policy=Policy(even_tolerance=1_000)),
}


@pytest.mark.parametrize("changed", CHANGES, ids=str)
def test_the_version_moves_with(changed: str) -> None:
    assert CHANGES[changed]().version != base().version


def test_the_same_facts_give_the_same_version_and_bytes() -> None:
    assert base().version == base().version
    assert json.dumps(base().to_data()) == json.dumps(base().to_data())


def test_the_version_is_a_plain_hash_that_fits_its_column() -> None:
    assert len(base().version) == 64
    assert set(base().version) <= set("0123456789abcdef")


def test_a_frozen_quote_comes_back_as_it_was() -> None:
    for made in (base(), base(policy=Policy(refund_to=RefundTo.GIFT_CARD, bonus_percent=10)), quote()):
        back = Quote.from_data(json.loads(json.dumps(made.to_data())))
        assert back == made
        assert back.version == made.version
        assert back.refund_to is made.refund_to


def test_a_card_line_is_no_part_of_the_difference() -> None:
    made = base()
    assert made.lines[1].price is None
    assert made.lines[1].difference == 0
    assert made.lines[0].difference == made.difference == made.replacements - made.lines[0].credit.total


def test_credit_is_of_all_lines() -> None:
    assert base().credit == 2_900 + 290


def test_the_tax_mode_is_told() -> None:
    bought = line(product=1_000, tax=100, list_price=1_100)
    assert quote(choice(bought, 1, variant(price=1_100)), store=JPY_STORE).tax_inclusive is True
    assert base().tax_inclusive is False
