"""One line in several parts: fewer, more, merged, priced, held, confirmed and given back."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from app.domain.exchange_status import Status
from app.domain.facts import Address
from app.domain.reasons import Reason
from app.models import Dispatch, Exchange, Hold, LineItem, ReturnItem, Variant, db, writing
from app.services.baskets import GIFT_CARD, VARIANT, Basket, load_basket
from app.services.choosing import CannotChoose
from app.services.draft_exchange import choose_items, choose_replacement, open_draft, set_address
from app.services.moving import move_exchange
from app.services.quotes import quote, quote_item
from app.services.submit_checks import NotReady
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish
from tests.factories import ADA, NOW, Bought, line_ids, make_order, make_product


@pytest.fixture
def draft(acme: int) -> int:
    """Three parkas of one line, paid $386.00 with $1.00 off and a tax that does not divide evenly."""
    parka = make_product(acme)
    order_id = make_order(acme, Bought(parka["Navy / M"], product=38700, discount=100, tax=1000, quantity=3))
    public_id = open_draft(order_id, "browser", NOW)
    draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
    choose_items(draft, {line_ids(order_id)[0]: 3}, NOW)
    return draft


def basket_of(draft: int) -> Basket:
    db.session.expire_all()
    return load_basket(draft, NOW)


def want(draft: int, place: int, words: str | None, units: int | None = None) -> None:
    """The item at this place becomes this variant, or a gift card."""
    item = basket_of(draft).items[place]
    if words is None:
        wish = Wish(Reason.CHANGED_MIND, GIFT_CARD, {}, units=units)
    else:
        colour, size = words.split(" / ")
        wish = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": colour, "Size": size}, units=units)
    choose_replacement(draft, item.id, wish, NOW)


def seen(draft: int) -> list[tuple[int, str | None]]:
    """Units and what they become, item by item."""
    items = basket_of(draft).items
    return [(i.quantity, i.outcome if i.variant is None else i.variant.words) for i in items]


def line_of(draft: int) -> int:
    return basket_of(draft).items[0].line.id


def set_line(draft: int, **values: int) -> None:
    with writing():
        db.session.execute(update(LineItem).where(LineItem.id == line_of(draft)).values(**values))


def three_ways(draft: int) -> None:
    want(draft, 0, "Navy / L", 1)
    want(draft, 1, "Navy / XL", 1)
    want(draft, 2, None)


def test_fewer_leave_the_rest_to_be_chosen_next(draft: int) -> None:
    want(draft, 0, "Navy / L", 1)
    assert seen(draft) == [(1, "Navy · L"), (2, None)]
    nxt = basket_of(draft).unsettled()
    assert nxt is not None
    assert nxt.id == basket_of(draft).items[1].id
    assert nxt.reason is None
    assert nxt.first_chosen_on == basket_of(draft).items[0].first_chosen_on


def test_a_part_can_be_parted_again_and_its_place_is_kept(draft: int) -> None:
    want(draft, 0, "Navy / L", 2)
    want(draft, 1, "Navy / XL")
    want(draft, 0, "Navy / L", 1)
    assert seen(draft) == [(1, "Navy · L"), (1, None), (1, "Navy · XL")]


def test_what_is_still_open_behind_takes_the_rest(draft: int) -> None:
    want(draft, 0, "Navy / L", 2)
    want(draft, 0, "Navy / L", 1)
    assert seen(draft) == [(1, "Navy · L"), (2, None)]


def test_all_again_is_one_item(draft: int) -> None:
    three_ways(draft)
    want(draft, 0, "Navy / L", 3)
    assert seen(draft) == [(3, "Navy · L")]
    assert [hold.units for hold in db.session.scalars(select(Hold))] == [3]


@pytest.mark.parametrize(("place", "units"), [(0, 0), (0, 4), (0, -1), (1, 3)])
def test_a_number_that_is_not_there_is_refused(draft: int, place: int, units: int) -> None:
    want(draft, 0, "Navy / L", 1)
    before = seen(draft)
    with pytest.raises(CannotChoose) as refused:
        want(draft, place, "Navy / XL", units)
    assert refused.value.field == "units"
    assert seen(draft) == before


def test_a_refused_wish_splits_nothing(draft: int) -> None:
    with pytest.raises(CannotChoose):
        want(draft, 0, "Moss / S", 1)
    assert seen(draft) == [(3, None)]


def test_choosing_the_items_again_keeps_parts_of_the_same_total(draft: int) -> None:
    three_ways(draft)
    line = line_of(draft)
    choose_items(draft, {line: 3}, NOW)
    assert seen(draft) == [(1, "Navy · L"), (1, "Navy · XL"), (1, GIFT_CARD)]
    choose_items(draft, {line: 2}, NOW)
    assert seen(draft) == [(2, "Navy · L")]
    assert [hold.units for hold in db.session.scalars(select(Hold))] == [2]


def test_parts_add_up_to_the_whole_and_each_says_its_own_share(draft: int) -> None:
    three_ways(draft)
    basket = basket_of(draft)
    whole = quote(basket)
    assert whole is not None
    assert [(line.units.first, line.units.last) for line in whole.lines] == [(0, 1), (1, 2), (2, 3)]
    assert whole.credit == 38700 - 100 + 1000
    assert sum(line.difference for line in whole.lines) == whole.difference
    for place, item in enumerate(basket.items):
        alone = quote_item(basket, item)
        assert alone is not None
        assert alone.lines[0].credit == whole.lines[place].credit
        assert alone.lines[0].price == whole.lines[place].price


def test_the_platform_gets_a_line_each_and_the_card(draft: int) -> None:
    three_ways(draft)
    current = quote(basket_of(draft))
    assert current is not None
    submit(Confirmation(draft, current.version, "shopper"), NOW)
    message = db.session.scalars(select(Dispatch)).one().message
    assert [(v["sku"], v["quantity"]) for v in message["variants"]] == [
        ("RIDGE-PARKA-NAVY-L", 1),
        ("RIDGE-PARKA-NAVY-XL", 1),
    ]
    assert [item["quantity"] for item in message["card"]["returned"]] == [1]
    assert {v["returned"]["reason"] for v in message["variants"]} == {"too_small"}
    assert message["card"]["returned"][0]["reason"] == "changed_mind"
    assert db.session.scalars(select(LineItem.committed)).one() == 3
    with writing():
        move_exchange(db.session.get_one(Exchange, draft), Status.CANCELLED, "shopper", NOW)
    assert db.session.scalars(select(LineItem.committed)).one() == 0


@pytest.mark.parametrize(
    ("refunded", "left"),
    [
        (1, [(1, "Navy · L"), (1, "Navy · XL")]),
        (2, [(1, "Navy · L")]),
        (3, [(0, "Navy · L")]),
    ],
)
def test_units_that_went_elsewhere_are_taken_off_the_last_parts(
    draft: int, refunded: int, left: list[tuple[int, str]]
) -> None:
    three_ways(draft)
    set_line(draft, refunded=refunded)
    assert seen(draft) == left
    current = quote(basket_of(draft))
    if refunded == 3:
        assert current is None
        with pytest.raises(NotReady):
            submit(Confirmation(draft, "", "shopper"), NOW)
        return
    assert current is not None
    submit(Confirmation(draft, current.version, "shopper"), NOW)
    assert seen(draft) == left
    assert db.session.scalars(select(LineItem.committed)).one() == 3 - refunded


def test_whatever_is_done_to_a_stale_draft_keeps_within_what_is_left(draft: int) -> None:
    three_ways(draft)
    set_line(draft, refunded=1)
    set_address(draft, Address.from_data(ADA), NOW)
    assert len(db.session.scalars(select(ReturnItem)).all()) == 2
    want(draft, 0, "Navy / L", 2)
    assert seen(draft) == [(2, "Navy · L")]


def test_two_parts_do_not_both_get_the_last_one(draft: int, acme: int) -> None:
    with writing():
        db.session.execute(update(Variant).where(Variant.title == "Navy / L").values(stock=1))
    want(draft, 0, "Navy / L", 1)
    with pytest.raises(CannotChoose, match="not enough left"):
        want(draft, 1, "Navy / L", 1)
    assert seen(draft) == [(1, "Navy · L"), (2, None)]
