"""Sold out while choosing, and taking a confirmed exchange back: in Chromium, with JavaScript and without."""

from __future__ import annotations

from playwright.sync_api import expect

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.waiting import platform_order
from tests.shopper.tab import TOO_SMALL, WISHES, choose, find, heading, text_of, to_review

PARKA = WISHES["acme", Case.EVEN]


def test_what_sells_out_while_choosing_is_said_and_something_else_goes_through(
    tab: ChromiumTab, portal: Portal, javascript: bool
) -> None:
    ticket = portal.shop.order(Case.EVEN)
    find(tab, ticket)
    choose(tab, *PARKA)
    with portal.shop.changed("PARKA-MOSS-L", stock=0):
        tab.pick("What is wrong with it?", TOO_SMALL)
        tab.pick("Colour", "Moss")
        tab.update()
        expect(tab.radio("Size", "L")).to_be_disabled()
        tab.pick("Colour", "Sand")
        tab.update()
        tab.pick("Size", "L")
        tab.update()
        tab.press("Continue")
        tab.press("Confirm exchange")
    assert platform_order(tab, javascript) == portal.platform.number_of(ticket.number)
    sent = portal.platform.orders_for(ticket.number)
    assert [item["sku"] for order in sent for item in order["items"]] == ["PARKA-SAND-L"]


def test_what_sells_out_before_confirming_keeps_the_rest(tab: ChromiumTab, portal: Portal) -> None:
    ticket = portal.shop.order(Case.EVEN)
    to_review(tab, ticket, *PARKA)
    with portal.shop.changed("PARKA-MOSS-L", stock=0):
        tab.press("Confirm exchange")
        expect(tab.page.get_by_role("alert")).to_contain_text("Ridge Parka")
        assert "Moss" in tab.html
    assert portal.platform.orders_for(ticket.number) == []


def test_an_exchange_taken_back_never_reaches_the_platform(tab: ChromiumTab, portal: Portal) -> None:
    ticket = portal.shop.order(Case.DEARER)
    with portal.shop.policy(undo_minutes=15):
        to_review(tab, ticket, *WISHES["acme", Case.DEARER])
        tab.press("Confirm exchange")
        expect(tab.page.get_by_text("You can cancel until")).to_be_visible()
        tab.press("Cancel exchange")
        tab.press("Cancel exchange")
    assert heading(tab) == "This exchange was cancelled"
    assert (text_of(tab, "reference") or "").startswith("EX-")
    # The units are free again: the same order goes through at once, as one exchange.
    to_review(tab, ticket, *WISHES["acme", Case.DEARER])
    tab.press("Confirm exchange")
    assert heading(tab) == "Your exchange is confirmed"
