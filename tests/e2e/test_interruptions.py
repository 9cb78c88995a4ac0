"""Back, refresh, a second tab, a closed laptop, a second click: nothing is lost and nothing is doubled."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import func, select

from app.cli.demo.cases import Case
from app.models import Exchange, db
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.waiting import platform_order
from tests.shopper.amounts import assert_sent_as_reviewed
from tests.shopper.shop import Shop, Ticket
from tests.shopper.tab import (
    TOO_SMALL,
    WISHES,
    Wish,
    choose,
    find,
    heading,
    sum_rows,
    text_of,
    to_review,
    to_status,
    wish_for,
)

PARKA = WISHES["acme", Case.EVEN]
TOTE = WISHES["acme", Case.DEARER]


def submitted(shop: Shop, ticket: Ticket) -> int:
    """How many exchanges of this order were confirmed."""
    confirmed = select(func.count(Exchange.id)).where(
        Exchange.order_id == shop.order_id(ticket), Exchange.submitted_at.is_not(None)
    )
    with shop.app.app_context():
        return db.session.scalar(confirmed.execution_options(all_stores=True)) or 0


def assert_moss_in_l(tab: ChromiumTab) -> None:
    expect(tab.radio("What is wrong with it?", TOO_SMALL)).to_be_checked()
    expect(tab.radio("Colour", "Moss")).to_be_checked()
    expect(tab.radio("Size", "L")).to_be_checked()


def test_nothing_is_lost_on_the_way(
    tab: ChromiumTab, portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    ticket = portal.shop.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    review = tab.path
    tab.page.go_back()
    assert_moss_in_l(tab)
    tab.page.reload()
    assert_moss_in_l(tab)
    second = new_tab(beside=tab)
    second.open(review)
    assert heading(second) == "Check your exchange"
    second.follow("Change the exchange of Ridge Parka")
    assert_moss_in_l(second)
    tab.page.close()
    third = new_tab(beside=second)
    find(third, ticket)
    expect(third.page.get_by_role("checkbox")).to_be_checked()
    third.press("Continue")
    assert third.path == review


def test_what_was_picked_and_not_sent_yet_survives_a_refresh(
    portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    tab = new_tab()
    find(tab, portal.shop.order(Case.EVEN))
    choose(tab, *PARKA)
    wish_for(tab, *PARKA)
    tab.update()
    tab.page.reload()
    assert_moss_in_l(tab)


def test_a_double_click_confirms_once(tab: ChromiumTab, portal: Portal, javascript: bool) -> None:
    ticket = portal.shop.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    tab.button("Confirm exchange").dblclick()
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Your exchange is confirmed")
    assert platform_order(tab, javascript) == portal.platform.number_of(ticket.number)
    assert submitted(portal.shop, ticket) == len(portal.platform.orders_for(ticket.number)) == 1


def test_two_tabs_end_at_the_same_page(
    tab: ChromiumTab, portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    ticket = portal.shop.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    second = new_tab(beside=tab)
    second.open(tab.path)
    tab.press("Confirm exchange")
    second.press("Confirm exchange")
    assert second.path == tab.path
    assert text_of(second, "reference") == text_of(tab, "reference") is not None
    assert submitted(portal.shop, ticket) == 1


def test_two_wishes_from_two_browsers_cannot_both_win(
    tab: ChromiumTab, portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    ticket = portal.shop.order(Case.EVEN)
    other = new_tab()
    to_review(tab, ticket, *PARKA)
    to_review(other, ticket, Wish("Ridge Parka", TOO_SMALL, {"Colour": "Sand", "Size": "L"}))
    tab.press("Confirm exchange")
    other.press("Confirm exchange")
    assert other.path == tab.path
    expect(other.page.get_by_text("Moss · L").first).to_be_visible()
    assert submitted(portal.shop, ticket) == 1


def test_back_after_confirming_shows_the_status(tab: ChromiumTab, portal: Portal) -> None:
    to_status(tab, portal.shop.order(Case.EVEN), *PARKA)
    status = tab.path
    for _ in range(2):
        tab.page.go_back()
        assert tab.path == status
        assert heading(tab) == "Your exchange is confirmed"


def test_a_price_that_moved_is_asked_again(tab: ChromiumTab, portal: Portal, javascript: bool) -> None:
    ticket = portal.shop.order(Case.DEARER)
    to_review(tab, ticket, *TOTE)
    before = sum_rows(tab)
    with portal.shop.changed("TOTE-WEEKENDER", price=5200):
        with tab.page.expect_response(lambda answer: answer.status == 409):
            tab.press("Confirm exchange")
        moved, after = tab.page.locator("#moved"), sum_rows(tab)
        assert after["replacement"] == before["replacement"] + 300
        for rows in (before, after):
            expect(moved).to_contain_text(f"You pay ${rows['you pay'] / 100:.2f}.")
        assert submitted(portal.shop, ticket) == 0
        tab.press("Confirm exchange")
    assert platform_order(tab, javascript)
    assert_sent_as_reviewed(portal.platform.orders_for(ticket.number)[0], after)
