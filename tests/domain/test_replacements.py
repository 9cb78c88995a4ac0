"""What may replace an item: another variant of its product or another product, and why something may not."""

from __future__ import annotations

import pytest

from app.domain.facts import VariantFacts
from app.domain.policy import OtherProducts, Policy
from app.domain.reasons import REASON_WORDS, Reason
from app.domain.replacements import Refusal, of_product, refusal
from tests.domain.examples import line, variant
from tests.domain.rack import MINE, PLAIN, RACK


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
