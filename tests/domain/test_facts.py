"""The facts that answer for themselves: units left, what can be promised, addresses as data."""

from __future__ import annotations

import json

import pytest

from app.domain.facts import Address, VariantFacts
from tests.domain.examples import QUAY, line, order, variant


@pytest.mark.parametrize(
    ("why", "facts", "units", "promised"),
    [
        ("in stock", {"stock": 2}, 2, True),
        ("one too few", {"stock": 2}, 3, False),
        ("none", {"stock": 0}, 1, False),
        ("oversold", {"stock": -1}, 1, False),
        ("not tracked", {"stock": None}, 1_000, True),
        ("made to order", {"stock": 0, "backorder": True}, 1_000, True),
        ("no longer sold", {"active": False, "stock": 5}, 1, False),
        ("no longer sold, not tracked", {"active": False, "stock": None}, 1, False),
        ("no longer sold, made to order", {"active": False, "stock": 0, "backorder": True}, 1, False),
    ],
)
def test_what_can_be_promised(why: str, facts: dict[str, object], units: int, promised: bool) -> None:
    made: VariantFacts = variant(**facts)
    assert made.available(units) is promised, why


@pytest.mark.parametrize(
    ("quantity", "shipped", "refunded", "committed", "gone", "left"),
    [
        (3, 3, 0, 0, 0, 3),
        (3, 2, 0, 0, 0, 2),
        (3, 3, 1, 1, 2, 1),
        (3, 2, 1, 1, 2, 0),
        (3, 1, 1, 1, 2, 0),
        (3, 3, 3, 3, 3, 0),
        (3, 5, 1, 0, 1, 2),
    ],
)
def test_units_left(quantity: int, shipped: int, refunded: int, committed: int, gone: int, left: int) -> None:
    bought = line(quantity=quantity, shipped=shipped, refunded=refunded, committed=committed)
    assert (bought.gone, bought.open_units) == (gone, left)


def test_a_variant_in_words() -> None:
    assert variant().words == "Navy · L"
    assert variant(options=()).words == ""


def test_a_line_of_another_order_is_no_line() -> None:
    mine = line(id=7)
    assert order(mine).line(7) is mine
    with pytest.raises(KeyError):
        order(mine).line(8)


def test_an_address_comes_back_and_odd_data_is_read_as_text() -> None:
    assert Address.from_data(json.loads(json.dumps(QUAY.to_data()))) == QUAY
    odd = Address.from_data({"name": None, "postal_code": 97701, "planet": "Mars"})
    assert odd == Address(postal_code="97701")
