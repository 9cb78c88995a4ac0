"""The gift card: face, bonus by percentage or fixed, cap, residue, and mixed exchanges."""

from __future__ import annotations

import pytest

from app.domain.policy import Policy
from app.domain.quote import GiftCard
from app.domain.refunds import RefundTo
from tests.domain.examples import choice, line, quote, variant

CAP = line(id=2, platform_id="12", sku="CAP", product=4_500, tax=0, list_price=4_500, product_id=20)
PARKA = line(id=1, product=12_900, tax=1_064)
FREE = line(id=4, product=5_000, discount=5_000, tax=0)
CHEAPER = variant(price=10_900)  # leaves 12900 + 1064 − 10900 − 899 = 2165 of the parka over
DEARER = variant(price=13_950)
TO_CARD = RefundTo.GIFT_CARD


@pytest.mark.parametrize(
    ("why", "policy", "bonus"),
    [
        ("no bonus", Policy(), 0),
        ("ten percent", Policy(bonus_percent=10), 450),
        ("twice its worth", Policy(bonus_percent=200), 9_000),
        ("below the cap", Policy(bonus_percent=10, bonus_cap=451), 450),
        ("at the cap", Policy(bonus_percent=10, bonus_cap=450), 450),
        ("over the cap", Policy(bonus_percent=10, bonus_cap=449), 449),
        ("a cap of nothing", Policy(bonus_percent=10, bonus_cap=0), 0),
        ("fixed", Policy(bonus_fixed=500), 500),
        ("fixed is its own limit", Policy(bonus_fixed=500, bonus_cap=100), 500),
    ],
)
def test_the_bonus_of_one_item(why: str, policy: Policy, bonus: int) -> None:
    assert quote(choice(CAP), policy=policy).card == GiftCard(face=4_500, bonus=bonus), why


@pytest.mark.parametrize(
    ("paid", "bonus"), [(449, 45), (450, 45), (455, 46), (451, 45), (445, 44), (5, 0), (15, 2)]
)
def test_a_percentage_rounds_half_to_even(paid: int, bonus: int) -> None:
    made = quote(choice(line(product=paid, tax=0)), policy=Policy(bonus_percent=10))
    assert made.card is not None
    assert made.card.bonus == bonus


def test_tax_is_part_of_the_face_and_earns() -> None:
    made = quote(choice(PARKA), policy=Policy(bonus_percent=10))
    assert made.card == GiftCard(face=13_964, bonus=1_396)


def test_one_card_for_all_items_and_one_bonus() -> None:
    made = quote(choice(CAP), choice(PARKA), policy=Policy(bonus_fixed=500))
    assert made.card == GiftCard(face=18_464, bonus=500)
    assert (made.difference, made.amount_due, made.refund_due) == (0, 0, 0)


def test_part_of_a_line_is_worth_its_share() -> None:
    shirts = line(product=3_000, discount=100, tax=290, quantity=3, committed=1)
    assert quote(choice(shirts)).card == GiftCard(face=967 + 97, bonus=0)


@pytest.mark.parametrize(
    ("why", "policy", "card"),
    [
        ("residue earns nothing", Policy(refund_to=TO_CARD, bonus_percent=10), GiftCard(2_165, 0, 2_165)),
        (
            "unless policy says so",
            Policy(refund_to=TO_CARD, bonus_percent=10, bonus_on_residue=True),
            GiftCard(2_165, 216, 2_165, residue_bonus=216),
        ),
        ("no fixed bonus either", Policy(refund_to=TO_CARD, bonus_fixed=500), GiftCard(2_165, 0, 2_165)),
        (
            "unless policy says so, fixed",
            Policy(refund_to=TO_CARD, bonus_fixed=500, bonus_on_residue=True),
            GiftCard(2_165, 500, 2_165, residue_bonus=500),
        ),
    ],
)
def test_a_card_of_residue_alone(why: str, policy: Policy, card: GiftCard) -> None:
    assert quote(choice(PARKA, 1, CHEAPER), policy=policy).card == card, why


@pytest.mark.parametrize(
    ("why", "policy", "card"),
    [
        ("the item earns", Policy(refund_to=TO_CARD, bonus_percent=10), GiftCard(6_665, 450, 2_165)),
        (
            "both earn",
            Policy(refund_to=TO_CARD, bonus_percent=10, bonus_on_residue=True),
            GiftCard(6_665, 666, 2_165, residue_bonus=216),
        ),
        (
            "the cap is for the card",
            Policy(refund_to=TO_CARD, bonus_percent=10, bonus_cap=500, bonus_on_residue=True),
            GiftCard(6_665, 500, 2_165, residue_bonus=50),
        ),
        (
            "a fixed bonus is for the card",
            Policy(refund_to=TO_CARD, bonus_fixed=500, bonus_on_residue=True),
            GiftCard(6_665, 500, 2_165),
        ),
    ],
)
def test_an_item_and_residue_share_one_card(why: str, policy: Policy, card: GiftCard) -> None:
    assert quote(choice(PARKA, 1, CHEAPER), choice(CAP), policy=policy).card == card, why


def test_an_exchange_may_owe_and_give_a_card() -> None:
    made = quote(choice(PARKA, 1, DEARER), choice(CAP), policy=Policy(refund_to=TO_CARD, bonus_percent=10))
    assert made.amount_due == 1_050 + 86
    assert made.card == GiftCard(face=4_500, bonus=450)


@pytest.mark.parametrize("policy", [Policy(), Policy(bonus_fixed=500), Policy(bonus_percent=10)])
def test_no_card_and_no_bonus_for_nothing(policy: Policy) -> None:
    assert quote(choice(FREE), policy=policy).card is None


def test_a_free_item_beside_residue_earns_nothing() -> None:
    made = quote(choice(FREE), choice(PARKA, 1, CHEAPER), policy=Policy(refund_to=TO_CARD, bonus_fixed=500))
    assert made.card == GiftCard(face=2_165, bonus=0, residue=2_165)


def test_a_bonus_is_never_part_of_the_sum() -> None:
    without, bonus = Policy(refund_to=TO_CARD), Policy(refund_to=TO_CARD, bonus_percent=50)
    plain, generous = (
        quote(choice(PARKA, 1, CHEAPER), choice(CAP), policy=each) for each in (without, bonus)
    )
    assert (plain.difference, plain.credit) == (generous.difference, generous.credit)
    assert plain.card is not None
    assert generous.card is not None
    assert plain.card.face == generous.card.face
    assert generous.card.total == generous.card.face + 2_250
