"""A chosen variant is kept back for its shopper: how long, for whom, and how it is let go (R16, T8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.reasons import Reason
from app.models import Exchange, Replacement, db, writing
from app.services.baskets import GIFT_CARD, VARIANT
from app.services.browser_access import close_access
from app.services.choosing import CannotChoose
from app.services.draft_exchange import choose_items, keep_longer
from app.services.moving import move_exchange
from app.services.submit_checks import NotReady
from app.services.sweeping import sweep
from app.services.wishes import Wish
from tests.factories import NOW, Bought, line_ids, make_order, make_product
from tests.services.hold_cases import (
    MINUTE,
    TO_L,
    TO_XL,
    basket_of,
    change,
    choose,
    confirm,
    draft_of,
    held_units,
    left,
    shopper,
)

ENDS = NOW + timedelta(minutes=20)


@pytest.fixture
def parka(acme: int) -> dict[str, int]:
    variants = make_product(acme)
    change(variants["Navy / L"], stock=1)
    return variants


@pytest.fixture
def ada(acme: int, parka: dict[str, int]) -> int:
    return shopper(acme, parka, "AC-1001")


@pytest.fixture
def ben(acme: int, parka: dict[str, int]) -> int:
    return shopper(acme, parka, "AC-1002")


def test_what_is_chosen_is_held_for_twenty_minutes_and_gone_for_others(
    ada: int, ben: int, parka: dict[str, int]
) -> None:
    choose(ada)

    basket = basket_of(ada)
    hold = basket.held(basket.items[0])
    assert hold is not None
    assert (hold.units, hold.expires_at) == (1, ENDS)
    assert (left(ada, parka), left(ben, parka)) == (1, 0)
    with pytest.raises(CannotChoose, match="sold out"):
        choose(ben)


def test_a_hold_ends_to_the_second_and_the_next_shopper_has_it(ada: int, ben: int) -> None:
    choose(ada)
    with pytest.raises(CannotChoose, match="sold out"):
        choose(ben, now=ENDS - timedelta(seconds=1))
    choose(ben, now=ENDS)
    basket = basket_of(ada, ENDS)
    assert basket.let_go(basket.items[0])
    with pytest.raises(NotReady, match="sold out"):
        confirm(ada, ENDS)


@pytest.mark.parametrize(
    "instead",
    [TO_XL, Wish(Reason.OTHER, GIFT_CARD, {}), Wish(Reason.OTHER, VARIANT, {"Colour": "Moss"})],
    ids=["another variant", "a gift card", "an unfinished choice"],
)
def test_choosing_something_else_lets_go(ada: int, ben: int, instead: Wish) -> None:
    choose(ada)
    choose(ada, instead)
    choose(ben)
    assert held_units() == ([1, 1] if instead is TO_XL else [1])


def test_dropping_the_item_lets_go(acme: int, parka: dict[str, int], ben: int) -> None:
    order = make_order(acme, Bought(parka["Navy / M"]), Bought(parka["Navy / M"]), number="AC-7")
    draft = draft_of(order, "tab")
    choose(draft, place=0)
    choose_items(draft, {line_ids(order)[1]: 1}, NOW)
    choose(ben)


def test_leaving_lets_go(ada: int, ben: int) -> None:
    choose(ada)
    close_access("AC-1001")  # the browser is called as its order is
    choose(ben)


def test_a_draft_that_ends_lets_go(ada: int, ben: int) -> None:
    choose(ada)
    with writing():
        move_exchange(db.session.get_one(Exchange, ada), Status.EXPIRED, "worker", NOW)
    choose(ben)


def test_the_worker_sweeps_what_has_ended_and_nothing_else(ada: int, ben: int) -> None:
    choose(ada)
    choose(ben, TO_XL, NOW + MINUTE)
    sweep(ENDS - timedelta(seconds=1))
    assert held_units() == [1, 1]
    sweep(ENDS)
    assert held_units() == [1]


def test_pressing_the_same_choice_again_does_not_put_the_end_off(ada: int) -> None:
    choose(ada)
    choose(ada, now=NOW + 5 * MINUTE)
    basket = basket_of(ada)
    assert basket.holds[basket.items[0].id].expires_at == ENDS


def test_it_can_be_put_off_ten_times(ada: int) -> None:
    choose(ada)
    for times in range(1, 13):
        keep_longer(ada, NOW + times * MINUTE)
        basket = basket_of(ada)
        hold = basket.holds[basket.items[0].id]
        assert hold.expires_at == ENDS + min(times, 10) * MINUTE
        assert hold.extendable == (times < 10)


def test_keeping_what_had_run_out_takes_it_anew_if_it_is_there(ada: int, ben: int) -> None:
    choose(ada)
    assert keep_longer(ada, ENDS) == []
    with pytest.raises(CannotChoose):
        choose(ben, now=ENDS + 19 * MINUTE)

    choose(ben, now=ENDS + 20 * MINUTE)
    (lost,) = keep_longer(ada, ENDS + 20 * MINUTE)
    assert lost.line.title == "Ridge Parka"


def test_two_items_of_one_shopper_cannot_both_have_the_last_one(acme: int, parka: dict[str, int]) -> None:
    order = make_order(acme, Bought(parka["Navy / M"]), Bought(parka["Navy / M"]), number="AC-7")
    draft = draft_of(order)
    choose(draft, place=0)
    with pytest.raises(CannotChoose, match="not enough left"):
        choose(draft, place=1)


def test_a_larger_quantity_is_held_or_has_to_be_chosen_again(acme: int, parka: dict[str, int]) -> None:
    order = make_order(acme, Bought(parka["Navy / M"], product=38700, quantity=3), number="AC-7")
    (line,) = line_ids(order)
    draft = draft_of(order)
    choose(draft, TO_XL)
    choose_items(draft, {line: 3}, NOW)
    assert held_units() == [3]

    choose_items(draft, {line: 1}, NOW)
    choose(draft, TO_L)
    choose_items(draft, {line: 2}, NOW)
    assert held_units() == []
    assert basket_of(draft).unsettled() is not None


@pytest.mark.parametrize("values", [{"stock": None}, {"stock": 0, "backorder": True}])
def test_what_cannot_run_out_needs_no_hold(
    ada: int, ben: int, parka: dict[str, int], values: dict[str, object]
) -> None:
    change(parka["Navy / L"], **values)
    for each in (ada, ben):
        choose(each)
        basket = basket_of(each)
        assert not basket.let_go(basket.items[0])
    assert held_units() == []


def test_confirming_turns_the_hold_into_a_promise(ada: int, ben: int, parka: dict[str, int]) -> None:
    choose(ada)
    confirm(ada)
    assert held_units() == []
    assert left(ben, parka, now=ENDS + 60 * MINUTE) == 0


def test_confirming_after_the_hold_ran_out_takes_it_anew(ada: int, ben: int, parka: dict[str, int]) -> None:
    choose(ada)
    confirm(ada, ENDS + MINUTE)
    assert (held_units(), left(ben, parka)) == ([], 0)


def test_a_promise_stands_until_a_reading_taken_after_placing(
    ada: int, ben: int, parka: dict[str, int]
) -> None:
    choose(ada)
    confirm(ada)
    change(parka["Navy / L"], stock=1, stock_read_at=NOW + MINUTE)
    assert left(ben, parka) == 0  # confirmed, but the platform has not been told: no reading knows of it
    with writing():
        db.session.get_one(Exchange, ada).placed_at = NOW + 2 * MINUTE
    assert left(ben, parka) == 0
    change(parka["Navy / L"], stock=1, stock_read_at=NOW + 3 * MINUTE)
    assert left(ben, parka) == 1


def test_a_cancelled_exchange_promises_nothing(ada: int, ben: int, parka: dict[str, int]) -> None:
    choose(ada)
    confirm(ada)
    with writing():
        move_exchange(db.session.get_one(Exchange, ada), Status.CANCELLED, "shopper", NOW)
    assert left(ben, parka) == 1


def test_a_hold_goes_with_its_draft(ada: int) -> None:
    choose(ada)
    with writing():
        db.session.delete(db.session.get_one(Exchange, ada))
    assert held_units() == []
    assert db.session.scalars(select(Replacement.id)).all() == []


def test_stock_that_the_shop_took_away_ends_a_hold_too(ada: int, parka: dict[str, int]) -> None:
    choose(ada)
    change(parka["Navy / L"], stock=0)
    with pytest.raises(NotReady, match="sold out"):
        confirm(ada)
