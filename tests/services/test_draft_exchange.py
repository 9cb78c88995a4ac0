"""Choosing: what a draft takes, keeps, and refuses in plain words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.facts import Address
from app.models import LineItem, Store, db, writing
from app.services.baskets import GIFT_CARD, load_basket
from app.services.choosing import CannotChoose
from app.services.draft_exchange import choose_items, choose_replacement, set_address
from app.services.quotes import quote
from tests.factories import NOW, Bought, line_ids, make_order
from tests.services.draft_cases import basket_of, draft_of, order, parka, wish

__all__ = ["order", "parka"]


def test_one_browser_has_one_draft_and_another_browser_its_own(order: int) -> None:
    assert draft_of(order) == draft_of(order)
    assert draft_of(order, "another browser") != draft_of(order)


def test_choosing_again_keeps_the_wishes_of_lines_that_stay(order: int) -> None:
    draft = draft_of(order)
    parka_line, cap_line, _, _ = line_ids(order)
    choose_items(draft, {parka_line: 1, cap_line: 1}, NOW)
    item = basket_of(draft).items[0]
    choose_replacement(draft, item.id, wish(Colour="Navy", Size="L"), NOW)

    choose_items(draft, {parka_line: 1}, NOW)

    (kept,) = basket_of(draft).items
    assert kept.id == item.id
    assert kept.variant is not None
    assert kept.variant.words == "Navy · L"


def test_a_changed_quantity_reaches_the_replacement(order: int) -> None:
    draft = draft_of(order)
    three = line_ids(order)[3]
    choose_items(draft, {three: 3}, NOW)
    choose_replacement(draft, basket_of(draft).items[0].id, wish(Colour="Navy", Size="L"), NOW)

    choose_items(draft, {three: 2}, NOW)

    sum_now = quote(basket_of(draft))
    assert sum_now is not None
    assert [(line.units.count, line.credit.total, line.difference) for line in sum_now.lines] == [
        (2, 25800, 0)
    ]


@pytest.mark.parametrize(
    ("line", "quantity", "sentence"),
    [
        (0, 0, "choose a quantity from 1 to 1"),
        (0, -1, "choose a quantity from 1 to 1"),
        (0, 2, "choose a quantity from 1 to 1"),
        (3, 1001, "choose a quantity from 1 to 3"),
        (2, 1, "Final sale, so it cannot be exchanged"),
    ],
)
def test_items_that_cannot_be_had_are_refused_and_nothing_is_kept(
    order: int, line: int, quantity: int, sentence: str
) -> None:
    draft = draft_of(order)
    lines = line_ids(order)
    choose_items(draft, {lines[1]: 1}, NOW)

    with pytest.raises(CannotChoose, match=sentence):
        choose_items(draft, {lines[0]: 1} | {lines[line]: quantity}, NOW)

    assert [item.line.id for item in basket_of(draft).items] == [lines[1]]


def test_a_line_of_another_order_is_refused(acme: int, order: int) -> None:
    other = make_order(acme, Bought(None), number="AC-1002")
    with pytest.raises(CannotChoose, match="not part of this order"):
        choose_items(draft_of(order), {line_ids(other)[0]: 1}, NOW)


def test_choosing_nothing_is_asked_about(order: int) -> None:
    with pytest.raises(CannotChoose, match="at least one item"):
        choose_items(draft_of(order), {}, NOW)


def test_the_day_an_item_was_first_chosen_counts_for_the_drafts_life(order: int) -> None:
    draft = draft_of(order)
    line = line_ids(order)[0]
    last_day = NOW + timedelta(days=25)
    choose_items(draft, {line: 1}, last_day)

    a_week_late = load_basket(draft, last_day + timedelta(days=7))

    assert a_week_late.eligibility(a_week_late.order.line(line)).allowed
    assert (
        not load_basket(draft_of(order, "someone else"), last_day + timedelta(days=7))
        .eligibility(a_week_late.order.line(line))
        .allowed
    )


def test_a_policy_may_keep_the_address_of_the_order(acme: int, order: int) -> None:
    with writing():
        db.session.get_one(Store, acme).policy_data = {"address_editable": False}
    with pytest.raises(CannotChoose, match="address of the order"):
        set_address(draft_of(order), Address(name="Ada Moss"), NOW)


def test_a_corrected_address_is_kept(order: int) -> None:
    draft = draft_of(order)
    set_address(draft, Address(name="Ada Moss", street1="1 New Rd", city="Salem"), NOW)
    kept = basket_of(draft).shipping_address
    assert kept is not None
    assert kept["street1"] == "1 New Rd"


def test_units_refunded_while_the_draft_was_open_leave_the_sum(acme: int, order: int) -> None:
    draft = draft_of(order)
    parka_line, cap_line, _, _ = line_ids(order)
    choose_items(draft, {parka_line: 1, cap_line: 1}, NOW)
    for item in basket_of(draft).items:
        choose_replacement(draft, item.id, wish(outcome=GIFT_CARD), NOW)
    with writing():
        db.session.get_one(LineItem, parka_line).refunded = 1

    left = quote(basket_of(draft))

    assert left is not None
    assert [line.line_item_id for line in left.lines] == [cap_line]
