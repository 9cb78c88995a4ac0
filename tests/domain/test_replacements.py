"""What may replace an item: other variants of its product, by option, with what is sold out said."""

from __future__ import annotations

import pytest

from app.domain.facts import VariantFacts
from app.domain.policy import OtherProducts, Policy
from app.domain.reasons import REASON_WORDS, Reason
from app.domain.replacements import (
    Option,
    OptionValue,
    Refusal,
    match,
    of_product,
    options_offered,
    refusal,
)
from tests.domain.examples import line, variant

PLAIN = Policy()
MINE = line(variant_id=101, quantity=3)


def parka(number: int, colour: str, size: str, stock: int | None = 5) -> VariantFacts:
    return variant(id=number, options=(("Colour", colour), ("Size", size)), stock=stock)


# Navy in four sizes (M is the shopper's, XL sold out), Red in two, Sand in one that is sold out.
# There is no Red S and no Sand but L.
RACK = (
    parka(100, "Navy", "S"),
    parka(101, "Navy", "M"),
    parka(102, "Navy", "L", stock=None),
    parka(103, "Navy", "XL", stock=0),
    parka(104, "Red", "M", stock=1),
    parka(105, "Red", "XL", stock=0),
    parka(106, "Sand", "L", stock=0),
)
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


@pytest.mark.parametrize(
    ("why", "facts", "units", "reason", "expected"),
    [
        ("another size", {}, 1, Reason.TOO_SMALL, None),
        ("no reason given yet", {}, 1, None, None),
        ("all of the stock", {"stock": 2}, 2, Reason.TOO_SMALL, None),
        ("more than the stock", {"stock": 2}, 3, Reason.TOO_SMALL, Refusal.SOLD_OUT),
        ("none left", {"stock": 0}, 1, Reason.TOO_SMALL, Refusal.SOLD_OUT),
        ("oversold", {"stock": -3}, 1, Reason.TOO_SMALL, Refusal.SOLD_OUT),
        ("none left, made to order", {"stock": 0, "backorder": True}, 3, Reason.TOO_SMALL, None),
        ("stock not tracked", {"stock": None}, 3, Reason.TOO_SMALL, None),
        ("no longer sold", {"active": False}, 1, Reason.TOO_SMALL, Refusal.NO_SUCH_COMBINATION),
        ("no longer sold, untracked", {"active": False, "stock": None}, 1, None, Refusal.NO_SUCH_COMBINATION),
        ("another product", {"product_id": 11}, 1, Reason.TOO_SMALL, Refusal.OTHER_PRODUCT),
        ("another product, damaged", {"product_id": 11}, 1, Reason.DAMAGED, Refusal.OTHER_PRODUCT),
        ("the same one", {"id": 101}, 1, Reason.TOO_SMALL, Refusal.SAME_VARIANT),
        ("the same one, no reason yet", {"id": 101}, 1, None, Refusal.SAME_VARIANT),
        ("the same one, damaged", {"id": 101}, 1, Reason.DAMAGED, None),
        ("the same one, wrong item", {"id": 101}, 1, Reason.WRONG_ITEM, None),
        ("the same one, damaged, none left", {"id": 101, "stock": 0}, 1, Reason.DAMAGED, Refusal.SOLD_OUT),
    ],
)
def test_may_it_replace(
    why: str, facts: dict[str, object], units: int, reason: Reason | None, expected: Refusal | None
) -> None:
    assert refusal(MINE, variant(**facts), units, reason, PLAIN) == expected, why


@pytest.mark.parametrize("reason", list(Reason))
def test_only_a_damaged_or_wrong_item_may_be_had_again(reason: Reason) -> None:
    again = refusal(MINE, variant(id=101), 1, reason, PLAIN)
    assert (again is None) == (reason in {Reason.DAMAGED, Reason.WRONG_ITEM})
    assert REASON_WORDS[reason]


def test_the_policy_says_for_which_reasons() -> None:
    generous = Policy(same_variant_reasons=(Reason.CHANGED_MIND,))
    assert refusal(MINE, variant(id=101), 1, Reason.CHANGED_MIND, generous) is None
    assert refusal(MINE, variant(id=101), 1, Reason.DAMAGED, generous) is Refusal.SAME_VARIANT


ANY = Policy(other_products=OtherProducts.CATALOGUE)
CAPPED = Policy(other_products=OtherProducts.CATALOGUE, other_products_price_cap=5_000)
TAGGED = Policy(other_products=OtherProducts.TAGGED, other_products_tags=("Swap-Me",))


@pytest.mark.parametrize(
    ("why", "policy", "facts", "expected"),
    [
        ("not at all", PLAIN, {}, Refusal.OTHER_PRODUCT),
        ("any", ANY, {}, None),
        ("any, sold out", ANY, {"stock": 0}, Refusal.SOLD_OUT),
        ("any, no longer sold", ANY, {"active": False}, Refusal.NO_SUCH_COMBINATION),
        ("a gift card is a way of its own", ANY, {"gift_card": True}, Refusal.OTHER_PRODUCT),
        ("as dear as it may be", CAPPED, {"price": 5_000}, None),
        ("dearer", CAPPED, {"price": 5_001}, Refusal.TOO_DEAR),
        ("the cap is for other products", CAPPED, {"price": 5_001, "product_id": 10}, None),
        ("tagged, however it is spelled", TAGGED, {"product_tags": frozenset({"new", "swapme"})}, None),
        ("tagged otherwise", TAGGED, {"product_tags": frozenset({"new"})}, Refusal.OTHER_PRODUCT),
        ("its own product needs no tag", TAGGED, {"product_id": 10}, None),
    ],
)
def test_may_it_become_another_product(
    why: str, policy: Policy, facts: dict[str, object], expected: Refusal | None
) -> None:
    other = variant(**({"id": 7, "product_id": 11} | facts))
    assert refusal(MINE, other, 1, Reason.CHANGED_MIND, policy) == expected, why


def test_what_is_no_longer_sold_may_become_another_product() -> None:
    loose = line(product_id=None, variant_id=None)
    assert refusal(loose, variant(product_id=11), 1, None, ANY) is None
    assert refusal(loose, variant(product_id=11), 1, None, PLAIN) is Refusal.OTHER_PRODUCT


SIZE_ONLY = Policy(same_options_except=("size",))
BOUGHT = RACK[1]


@pytest.mark.parametrize(
    ("why", "policy", "to", "expected"),
    [
        ("another size", SIZE_ONLY, RACK[2], None),
        ("another colour in the same size", SIZE_ONLY, RACK[4], Refusal.OTHER_OPTION),
        ("another colour, sold out: the rule is said first", SIZE_ONLY, RACK[5], Refusal.OTHER_OPTION),
        ("the same one", SIZE_ONLY, BOUGHT, Refusal.SAME_VARIANT),
        ("no rule", PLAIN, RACK[4], None),
        ("both may change", Policy(same_options_except=("Size", "Colour")), RACK[4], None),
        (
            "an option that the product lacks",
            Policy(same_options_except=("Fit",)),
            RACK[2],
            Refusal.OTHER_OPTION,
        ),
    ],
)
def test_a_policy_may_keep_options_as_they_were_bought(
    why: str, policy: Policy, to: VariantFacts, expected: Refusal | None
) -> None:
    assert refusal(MINE, to, 1, Reason.TOO_SMALL, policy, BOUGHT) == expected, why


def test_nobody_knows_the_options_of_what_is_gone() -> None:
    assert refusal(MINE, RACK[4], 1, Reason.TOO_SMALL, SIZE_ONLY, None) is None


def test_another_product_need_not_have_the_same_options() -> None:
    both = Policy(same_options_except=("Size",), other_products=OtherProducts.CATALOGUE)
    assert refusal(MINE, variant(id=7, product_id=11), 1, None, both, BOUGHT) is None


def test_a_line_without_a_product_has_no_replacement() -> None:
    loose = line(product_id=None, variant_id=None)
    assert of_product(loose.product_id, RACK) == ()
    assert refusal(loose, variant(), 1, Reason.DAMAGED, PLAIN) is Refusal.OTHER_PRODUCT


def test_the_same_product_is_what_is_sold_of_it() -> None:
    others = (variant(id=7, product_id=11), variant(id=8, active=False))
    assert of_product(MINE.product_id, RACK + others) == RACK


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
