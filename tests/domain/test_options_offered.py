"""Options of a product as they are offered: which values there are, what is sold out, what a choice finds."""

from __future__ import annotations

import pytest

from app.domain.facts import VariantFacts
from app.domain.reasons import Reason
from app.domain.replacements import Option, OptionValue, match, options_offered
from tests.domain.examples import variant
from tests.domain.rack import MINE, PLAIN, RACK, parka

FREE, GONE, YOURS = (False, False), (True, False), (False, True)


def offered(
    chosen: dict[str, str],
    units: int = 1,
    reason: Reason | None = Reason.TOO_SMALL,
    rack: tuple[VariantFacts, ...] = RACK,
) -> dict[str, dict[str, tuple[bool, bool]]]:
    """Option → value → (sold out, yours), in the order shown."""
    return {
        option.name: {value.value: (value.sold_out, value.yours) for value in option.values}
        for option in options_offered(MINE, rack, chosen, units, reason, PLAIN)
    }


def test_before_any_choice_every_value_is_shown() -> None:
    assert offered({}) == {
        "Colour": {"Navy": FREE, "Red": FREE, "Sand": GONE},
        "Size": {"S": FREE, "M": FREE, "L": FREE, "XL": GONE},
    }


@pytest.mark.parametrize(
    ("colour", "sizes"),
    [
        ("Navy", {"S": FREE, "M": YOURS, "L": FREE, "XL": GONE}),
        ("Red", {"M": FREE, "XL": GONE}),
        ("Sand", {"L": GONE}),
    ],
)
def test_only_sizes_that_the_colour_has(colour: str, sizes: dict[str, tuple[bool, bool]]) -> None:
    assert offered({"Colour": colour})["Size"] == sizes


def test_units_decide_what_is_sold_out() -> None:
    assert offered({"Colour": "Red"}, units=2)["Size"] == {"M": GONE, "XL": GONE}
    assert offered({}, units=2)["Colour"] == {"Navy": FREE, "Red": GONE, "Sand": GONE}


def test_a_damaged_one_may_be_had_again() -> None:
    assert offered({"Colour": "Navy"}, reason=Reason.DAMAGED)["Size"]["M"] == FREE


def test_a_colour_that_only_the_shoppers_own_is_left_of() -> None:
    only_mine = (parka(101, "Navy", "M"), parka(104, "Red", "M"))
    assert offered({}, rack=only_mine)["Colour"] == {"Navy": YOURS, "Red": FREE}
    with_sold_out = (*only_mine, parka(103, "Navy", "XL", stock=0))
    assert offered({}, rack=with_sold_out)["Colour"] == {"Navy": GONE, "Red": FREE}


@pytest.mark.parametrize(
    ("why", "chosen", "kept"),
    [
        ("both exist together", {"Colour": "Navy", "Size": "L"}, ["Navy", "L"]),
        ("sold out is still a choice to look at", {"Colour": "Sand", "Size": "L"}, ["Sand", "L"]),
        ("the new colour lacks the size", {"Colour": "Red", "Size": "S"}, ["Red", None]),
        ("no such colour", {"Colour": "Pink", "Size": "S"}, [None, "S"]),
        ("no such option", {"Fabric": "Wool"}, [None, None]),
    ],
)
def test_a_choice_is_kept_as_far_as_it_exists(
    why: str, chosen: dict[str, str], kept: list[str | None]
) -> None:
    options = options_offered(MINE, RACK, chosen, 1, Reason.TOO_SMALL, PLAIN)
    assert [option.chosen for option in options] == kept, why


def test_no_variants_no_options() -> None:
    assert options_offered(MINE, (), {}, 1, None, PLAIN) == ()


def test_one_option_alone() -> None:
    sizes = (variant(id=1, options=(("Size", "S"),)), variant(id=2, options=(("Size", "L"),), stock=0))
    assert options_offered(MINE, sizes, {"Size": "S"}, 1, None, PLAIN) == (
        Option("Size", (OptionValue("S", sold_out=False), OptionValue("L", sold_out=True)), "S"),
    )


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"Colour": "Navy", "Size": "L"}, 102),
        ({"Size": "L", "Colour": "Navy"}, 102),
        ({"Colour": "Red", "Size": "S"}, None),
        ({"Colour": "Navy"}, None),
        ({"Colour": "Navy", "Size": "L", "Fabric": "Wool"}, None),
        ({"Colour": "navy", "Size": "L"}, None),
        ({}, None),
    ],
)
def test_only_real_combinations_match(chosen: dict[str, str], found: int | None) -> None:
    matched = match(RACK, chosen)
    assert (matched.id if matched else None) == found
