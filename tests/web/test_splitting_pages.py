"""One line into several on the pages, without JavaScript."""

from __future__ import annotations

import pytest

from app.cli.demo.cases import Case
from app.cli.demo.tables import Bought
from tests.pages.rules import assert_page
from tests.shopper.form_tab import FormTab
from tests.shopper.shop import Shop
from tests.shopper.tab import WISHES, choose, find, find_gift, heading, sum_rows, text_of, to_review, wish_for

FIRST, SECOND, LAST = WISHES["acme", Case.SPLIT]
PAID = 8985  # three tees, $1.00 off, with tax


@pytest.fixture
def tab(demo: Shop) -> FormTab:
    """Screen 3 of three tees."""
    tab = FormTab(demo.app)
    find(tab, demo.order(Case.SPLIT))
    choose(tab, FIRST)
    return tab


def test_the_rest_comes_next_and_everything_adds_up(tab: FormTab) -> None:
    for wish in (FIRST, SECOND, LAST):
        assert heading(tab) == "Everyday Tee"
        wish_for(tab, wish)
        tab.update()
        assert_page(tab.html)
        tab.press("Continue")
    assert tab.path.endswith("/review")
    rows = sum_rows(tab)
    assert -rows["credit"] == PAID
    tab.press("Confirm exchange")
    assert sum_rows(tab) == rows
    # What goes back is one parcel's worth of one line.
    assert tab.html.count("Everyday Tee, White · M × 3") == 1


def test_the_last_part_is_not_asked_for_how_many(tab: FormTab) -> None:
    wish_for(tab, FIRST)
    tab.press("Continue")
    assert "For how many?" in tab.html
    wish_for(tab, SECOND)
    tab.press("Continue")
    assert "For how many?" not in tab.html
    assert "Item 3 of 3" in tab.html


def test_going_back_and_taking_all_makes_one_of_it(tab: FormTab) -> None:
    wish_for(tab, FIRST)
    tab.press("Continue")
    assert "Item 2 of 2" in tab.html
    tab.follow("Back")
    tab.select("For how many?", "3")
    tab.press("Continue")
    assert tab.path.endswith("/review")


def test_screen_2_shows_the_units_of_all_parts(tab: FormTab) -> None:
    wish_for(tab, FIRST)
    tab.press("Continue")
    tab.open(tab.path.partition("/items/")[0] + "/items")
    assert '<option value="3" selected>' in tab.html
    tab.press("Continue")
    assert "Item 2 of 2" in tab.html  # both parts were kept


@pytest.mark.parametrize("units", ["0", "4", "99999"])
def test_a_number_that_is_not_there(tab: FormTab, units: str) -> None:
    tab.send(tab.path, {"reason": "other", "outcome": "gift_card", "units": units, "action": "continue"})
    assert tab.status == 422
    assert_page(tab.html)
    assert text_of(tab, "units-error") == "Choose a number from the list. Error:"


def test_units_that_are_no_number_count_as_not_said(tab: FormTab) -> None:
    tab.send(tab.path, {"reason": "other", "outcome": "gift_card", "units": "x", "action": "continue"})
    assert tab.path.endswith("/review")


def test_one_unit_is_not_asked_about(demo: Shop) -> None:
    tab = FormTab(demo.app)
    find(tab, demo.order(Case.EVEN))
    choose(tab, *WISHES["acme", Case.EVEN])
    assert "For how many?" not in tab.html


def test_a_recipient_can_split_as_well(demo: Shop) -> None:
    tab = FormTab(demo.app)
    parka = Bought("PARKA", ("Sand", "M"), quantity=2)
    find_gift(tab, demo.order(Case.GIFT, gift_code=None, lines=(parka,)))
    tab.tick("Ridge Parka")
    tab.press("Continue")
    tab.select("For how many?", "1")
    tab.pick("What is wrong with it?", "It is too small")
    tab.pick("Size", "L")
    tab.press("Continue")
    assert "Item 2 of 2" in tab.html
    assert "$" not in tab.html


def test_review_shows_each_part_with_its_own_way(demo: Shop) -> None:
    tab = FormTab(demo.app)
    to_review(tab, demo.order(Case.SPLIT), FIRST, SECOND, LAST)
    assert tab.html.count("swap__way") >= 1
    for words in ("White · L", "Navy · L", "Gift card"):
        assert words in tab.html
