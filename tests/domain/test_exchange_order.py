"""The message for the platform, built from a confirmed quote: what is in it, and what never is."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.domain.building_order import NothingToPlace, build_exchange_order
from app.domain.exchange_order import CardLine, ExchangeOrder, ReturnedItem, VariantLine
from app.domain.facts import Address, Customer, VariantFacts
from app.domain.policy import Policy
from app.domain.refunds import RefundTo
from app.domain.settlement import Choice, make_quote
from tests.domain.examples import ADA, BANK, QUAY, USD_STORE, choice, delivery, line, order, variant

PARKA = line(title="Ridge Parka", concept="northwind")
CAP = line(
    id=2,
    platform_id="12",
    sku="CAP-RED",
    title="Trail Cap",
    product=4_500,
    tax=0,
    list_price=4_500,
    product_id=20,
)
SHIRTS = line(
    id=3, platform_id="13", sku="TEE", title="Tee", product=3_000, discount=100, tax=290, quantity=3
)
FREE = line(id=4, platform_id="14", product=5_000, discount=5_000, tax=0)
CHEAPER = variant(price=10_900)  # leaves 2165 of the parka over
TO_CARD = RefundTo.GIFT_CARD

BACK_PARKA = ReturnedItem("11", "PARKA-M", "Ridge Parka", 1, "northwind", credit=13_964, reason="too_small")
BACK_CAP = ReturnedItem("12", "CAP-RED", "Trail Cap", 1, credit=4_500, reason="too_small")


def placed(*choices: Choice, policy: Policy | None = None, **delivered: object) -> ExchangeOrder:
    """The message for these choices, confirmed."""
    policy = policy or Policy()
    bought = order(*{each.line.id: each.line for each in choices}.values())
    variants: dict[int, VariantFacts] = {each.variant.id: each.variant for each in choices if each.variant}
    quote = make_quote(USD_STORE, policy, bought, choices)
    reasons = {each.item_id: "too_small" for each in choices}
    sent = delivery(**{"reasons": reasons} | delivered)
    return build_exchange_order(bought, quote, variants, policy, sent)


def test_one_variant_line() -> None:
    message = placed(choice(PARKA, 1, variant(price=13_950, title="Navy / L")))
    assert message.variants == (
        VariantLine(
            sku="PARKA-L",
            title="Ridge Parka Navy / L",
            product_id="PARKA",
            variant_id="PARKA-L",
            quantity=1,
            product=13_950,
            discount=0,
            tax=1_150,
            returned=BACK_PARKA,
            difference=1_136,
        ),
    )
    assert message.card is None
    assert message.platform_order_id == "5500000000000"
    assert message.replacements == 15_100


def test_who_where_and_under_which_numbers() -> None:
    elsewhere = Address("Bo Moss", "2 Hill Rd", "", "Salem", "OR", "97301", "US")
    message = placed(choice(PARKA, 1, variant()), shipping_address=elsewhere)
    assert (message.reference, message.rma) == ("EX-7K3M9Q", "RMA-7K3M9Q")
    assert message.transaction_id == "0d7f2c5e-2f0a-4d0f-9a53-6b0b8a4d7c11"
    assert (message.original_order_id, message.original_secondary_order_id) == ("AC-1001", "5500000000000")
    assert (message.currency, message.is_gift) == ("USD", False)
    assert (message.customer, message.shipping_address, message.billing_address) == (ADA, elsewhere, BANK)


def test_another_door_is_another_address_and_another_spelling_is_not() -> None:
    def goes_elsewhere(address: Address) -> bool:
        return placed(choice(PARKA, 1, variant()), shipping_address=address).readdressed

    assert goes_elsewhere(replace(QUAY, street2="Flat 2"))
    assert goes_elsewhere(replace(QUAY, postal_code="97702"))
    assert not goes_elsewhere(replace(QUAY, name="Bo Moss", street1="9 quay  ST", phone="555 0142"))


def test_units_go_back_to_the_orders_that_sent_them() -> None:
    shirts = replace(SHIRTS, committed=1, platform_orders=("ord_1", "ord_2", "ord_3"))
    to_large, to_small = variant(id=5, sku="TEE-L"), variant(id=6, sku="TEE-S")
    message = placed(choice(shirts, 1, to_large), choice(shirts, 1, to_small, item_id=2))
    assert [each.orders for each in message.returned] == [("ord_2",), ("ord_3",)]
    assert placed(choice(PARKA, 1, variant())).returned[0].orders == ()


def test_a_gift_is_the_view_that_was_used_and_goes_to_its_recipient() -> None:
    recipient = Customer("cus_88", "bo@example.test", "Bo")
    message = placed(choice(PARKA, 1, variant()), gift_view=True, customer=recipient)
    assert (message.is_gift, message.customer) == (True, recipient)
    assert placed(choice(PARKA, 1, variant()), gift_view=False).is_gift is False


def test_a_variant_without_a_title_of_its_own() -> None:
    assert placed(choice(PARKA, 1, variant(title=""))).variants[0].title == "Ridge Parka"


def test_one_line_into_two_variants() -> None:
    large, small = variant(id=5, sku="TEE-L", price=1_000), variant(id=6, sku="TEE-S", price=1_000)
    message = placed(choice(SHIRTS, 2, large), choice(SHIRTS, 1, small))
    sent = [
        (each.sku, each.quantity, each.returned.line_id, each.returned.quantity) for each in message.variants
    ]
    assert sent == [("TEE-L", 2, "13", 2), ("TEE-S", 1, "13", 1)]


def test_what_is_waived_is_sent_as_discount() -> None:
    message = placed(choice(CAP, 1, variant(product_id=20, price=4_540)), policy=Policy(even_tolerance=50))
    assert (message.variants[0].product, message.variants[0].discount) == (4_540, 40)
    assert message.replacements == 4_500


def test_one_card_line_for_all_its_items() -> None:
    message = placed(choice(CAP), choice(PARKA), policy=Policy(bonus_percent=10, gift_card_sku="CARD"))
    assert message.variants == ()
    assert message.card == CardLine("CARD", face=18_464, bonus=1_846, returned=(BACK_CAP, BACK_PARKA))


def test_a_card_beside_a_variant_has_only_its_own_items() -> None:
    message = placed(choice(PARKA, 1, variant()), choice(CAP))
    assert [each.returned for each in message.variants] == [BACK_PARKA]
    assert message.card == CardLine("OPTOROGIFTCARD", face=4_500, bonus=0, returned=(BACK_CAP,))


@pytest.mark.parametrize("on_residue", [False, True])
def test_a_residue_alone_is_not_sent(on_residue: bool) -> None:
    policy = Policy(refund_to=TO_CARD, bonus_percent=10, bonus_on_residue=on_residue)
    message = placed(choice(PARKA, 1, CHEAPER), policy=policy)
    assert message.card is None
    assert len(message.variants) == 1


@pytest.mark.parametrize("on_residue", [False, True])
def test_of_a_mixed_card_neither_residue_nor_its_bonus_is_sent(on_residue: bool) -> None:
    policy = Policy(refund_to=TO_CARD, bonus_percent=10, bonus_on_residue=on_residue)
    message = placed(choice(PARKA, 1, CHEAPER), choice(CAP), policy=policy)
    assert message.card == CardLine("OPTOROGIFTCARD", face=4_500, bonus=450, returned=(BACK_CAP,))


def test_a_fixed_bonus_rides_with_the_item_that_earns_it() -> None:
    policy = Policy(refund_to=TO_CARD, bonus_fixed=500, bonus_on_residue=True)
    message = placed(choice(PARKA, 1, CHEAPER), choice(CAP), policy=policy)
    assert message.card is not None
    assert (message.card.face, message.card.bonus) == (4_500, 500)


def test_no_card_line_without_a_face() -> None:
    assert placed(choice(PARKA, 1, variant()), choice(FREE), policy=Policy(bonus_fixed=500)).card is None


def test_a_card_of_residue_has_no_line_for_a_free_item() -> None:
    message = placed(choice(PARKA, 1, CHEAPER), choice(FREE), policy=Policy(refund_to=TO_CARD))
    assert message.card is None


def test_an_exchange_order_without_items_is_never_built() -> None:
    with pytest.raises(NothingToPlace, match="EX-7K3M9Q"):
        placed(choice(FREE))


def test_a_frozen_message_comes_back_as_it_was() -> None:
    message = placed(choice(PARKA, 1, variant()), choice(CAP), choice(SHIRTS, 2, variant(id=5)))
    assert message.shipping_address == QUAY
    assert ExchangeOrder.from_data(json.loads(json.dumps(message.to_data()))) == message
    without_card = placed(choice(PARKA, 1, variant()))
    assert ExchangeOrder.from_data(json.loads(json.dumps(without_card.to_data()))) == without_card


def test_units_of_a_line_have_their_share_of_every_amount() -> None:
    line = replace(
        placed(choice(SHIRTS, 3, variant())).variants[0], product=3_000, discount=100, tax=290, difference=-5
    )
    parts = [line.first(units) for units in (0, 1, 2, 3)]
    assert [part.product for part in parts] == [0, 1_000, 2_000, 3_000]
    assert [part.discount for part in parts] == [0, 33, 66, 100]
    assert [part.tax for part in parts] == [0, 96, 193, 290]
    assert [part.difference for part in parts] == [0, -2, -4, -5]
    assert [part.returned.credit for part in parts] == [0, 1_063, 2_126, 3_190]
    assert [part.returned.quantity for part in parts] == [0, 1, 2, 3]
    assert parts[-1] == line
