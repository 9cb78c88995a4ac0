"""Choosing what comes instead: what can be had, what cannot, and what is asked for again."""

from __future__ import annotations

import pytest

from app.domain.reasons import Reason
from app.models import Exchange, Variant, db, writing
from app.services.baskets import GIFT_CARD, VARIANT
from app.services.choosing import CannotChoose
from app.services.draft_exchange import choose_items, choose_replacement
from app.services.quotes import quote
from app.services.wishes import Wish, missing
from tests.factories import NOW, Bought, Shelf, line_ids, make_order, make_product
from tests.services.draft_cases import basket_of, draft_of, order, parka, wish

__all__ = ["order", "parka"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"Colour": "Moss", "Size": "S"}, "sold out"),
        ({"Colour": "Navy", "Size": "M"}, "the one you have"),
    ],
)
def test_a_variant_that_cannot_be_had_is_refused(order: int, options: dict[str, str], sentence: str) -> None:
    draft = draft_of(order)
    choose_items(draft, {line_ids(order)[0]: 1}, NOW)
    item = basket_of(draft).items[0]

    with pytest.raises(CannotChoose, match=sentence):
        choose_replacement(draft, item.id, Wish(Reason.TOO_SMALL, VARIANT, options), NOW)

    assert basket_of(draft).items[0].variant is None


def test_a_size_that_the_new_colour_lacks_is_asked_for_again(order: int) -> None:
    draft = draft_of(order)
    choose_items(draft, {line_ids(order)[0]: 1}, NOW)
    item = basket_of(draft).items[0]

    choose_replacement(draft, item.id, wish(Colour="Moss", Size="XL"), NOW)

    basket = basket_of(draft)
    assert basket.items[0].option_choice == {"Colour": "Moss"}
    assert missing(basket, basket.items[0]) == ("options", "Choose a size.")


def test_the_same_variant_again_when_it_came_damaged(order: int) -> None:
    draft = draft_of(order)
    choose_items(draft, {line_ids(order)[0]: 1}, NOW)
    item = basket_of(draft).items[0]
    choose_replacement(draft, item.id, wish(Reason.DAMAGED, Colour="Navy", Size="M"), NOW)
    assert basket_of(draft).items[0].settled


def test_a_product_without_options_can_be_had_again_when_damaged(acme: int) -> None:
    tote = make_product(acme, Shelf("Tote", (), {"": (4800, 3)}))
    order = make_order(acme, Bought(tote[""], product=4800, title="Tote", words=""))
    draft = draft_of(order)
    choose_items(draft, {line_ids(order)[0]: 1}, NOW)
    item = basket_of(draft).items[0]

    choose_replacement(draft, item.id, Wish(Reason.DAMAGED, VARIANT, {}, same_again=True), NOW)
    assert basket_of(draft).items[0].settled

    with pytest.raises(CannotChoose, match="the one you have"):
        choose_replacement(draft, item.id, Wish(Reason.TOO_SMALL, VARIANT, {}, same_again=True), NOW)


def test_units_promised_to_others_are_not_offered_again(acme: int, parka: dict[str, int]) -> None:
    with writing():
        db.session.get_one(Variant, parka["Navy / L"]).stock = 1
    first, second = (
        make_order(acme, Bought(parka["Navy / M"]), number=number) for number in ("AC-1", "AC-2")
    )
    taken = draft_of(first)
    choose_items(taken, {line_ids(first)[0]: 1}, NOW)
    choose_replacement(taken, basket_of(taken).items[0].id, wish(Colour="Navy", Size="L"), NOW)
    with writing():
        exchange = db.session.get_one(Exchange, taken)
        exchange.status, exchange.submitted_at = "submitted", NOW

    late = draft_of(second)
    choose_items(late, {line_ids(second)[0]: 1}, NOW)
    with pytest.raises(CannotChoose, match="sold out"):
        choose_replacement(late, basket_of(late).items[0].id, wish(Colour="Navy", Size="L"), NOW)


def test_a_gift_card_settles_an_item_without_a_variant(order: int) -> None:
    draft = draft_of(order)
    choose_items(draft, {line_ids(order)[1]: 1}, NOW)
    choose_replacement(draft, basket_of(draft).items[0].id, wish(outcome=GIFT_CARD), NOW)
    current = quote(basket_of(draft))
    assert current is not None
    assert current.card is not None
    assert current.card.face == 4500


def test_a_free_item_cannot_become_a_gift_card(acme: int) -> None:
    order = make_order(acme, Bought(None, product=0, title="Sample"))
    draft = draft_of(order)
    choose_items(draft, {line_ids(order)[0]: 1}, NOW)
    with pytest.raises(CannotChoose, match="Nothing was paid"):
        choose_replacement(draft, basket_of(draft).items[0].id, wish(outcome=GIFT_CARD), NOW)
