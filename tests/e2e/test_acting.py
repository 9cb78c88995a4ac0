"""An agent exchanges for a shopper in Chromium: with an exception, by keyboard alone, and handing it over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from app.cli.demo.cases import Case
from app.models import Role
from tests.console.acting_steps import act_for, sign_in
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.test_console import DESK, hire, judge
from tests.shopper.tab import TOO_SMALL, WISHES, Wish, choose, find, heading, text_of, wish_for

NewTab = Callable[..., ChromiumTab]
WHY = "Her size was sold out when she bought it"
LARGER = Wish("Everyday Tee", TOO_SMALL, {"Colour": "White", "Size": "L"})


@pytest.fixture(autouse=True)
def _nothing_is_sent(portal: Portal) -> Iterator[None]:
    with portal.worker.held():
        yield


def order_of(portal: Portal, case: Case) -> int:
    """A fresh order of this case."""
    return portal.shop.order_id(portal.shop.order(case))


def choose_even(tab: ChromiumTab) -> None:
    """Screens 2 and 3 of an even swap."""
    (wish,) = WISHES["acme", Case.EVEN]
    choose(tab, wish)
    wish_for(tab, wish)
    tab.press("Continue")


def test_an_agent_exchanges_for_a_shopper_with_an_exception(tab: ChromiumTab, portal: Portal) -> None:
    sign_in(tab, *hire(portal))
    act_for(tab, order_of(portal, Case.FINAL_SALE))
    tab.follow("Make an exception")
    tab.fill("Why make an exception", WHY)
    tab.press("Make an exception for Everyday Tee")
    expect(tab.page.get_by_text("set aside")).to_be_visible()
    tab.follow("Go on to the items")
    choose(tab, LARGER)
    wish_for(tab, LARGER)
    tab.press("Continue")
    assert heading(tab) == "Check your exchange"
    tab.press("Confirm exchange")
    assert heading(tab) == "Your exchange is confirmed"
    reference = text_of(tab, "reference") or ""
    tab.follow("Return to the console")
    tab.follow(reference)
    assert WHY in tab.html
    expect(tab.page.get_by_text("for the shopper:")).to_be_visible()


def test_the_same_without_a_mouse(portal: Portal, new_tab: NewTab) -> None:
    tab = new_tab(viewport=DESK, reduced_motion="reduce")
    sign_in(tab, *hire(portal))
    tab.open(f"/console/orders/{order_of(portal, Case.FINAL_SALE)}")
    keys = tab.page.keyboard
    tab.page.get_by_label("Why you act for them").focus()
    keys.type("Called")
    keys.press("Tab")
    expect(tab.button("Exchange for this shopper")).to_be_focused()
    with tab.next_page():
        keys.press("Enter")
    tab.page.get_by_role("link", name="Make an exception").focus()
    with tab.next_page():
        keys.press("Enter")
    tab.page.get_by_label("Why make an exception").focus()
    keys.press("Tab")
    with tab.next_page():
        keys.press("Enter")
    expect(tab.page.locator("#errors")).to_be_focused()
    keys.press("Tab")
    keys.press("Enter")
    expect(tab.page.get_by_label("Why make an exception")).to_be_focused()
    keys.type(WHY)
    keys.press("Tab")
    with tab.next_page():
        keys.press("Enter")
    expect(tab.page.get_by_text("set aside")).to_be_visible()
    tab.page.get_by_role("link", name="Go on to the items").focus()
    with tab.next_page():
        keys.press("Enter")
    tab.page.get_by_role("checkbox", name="Everyday Tee").focus()
    keys.press("Space")
    with tab.next_page():
        keys.press("Enter")
    tab.page.get_by_role("radio", name="It is too small").focus()
    keys.press("Space")
    tab.radio("Size", "L").focus()
    keys.press("Space")
    tab.update()
    tab.button("Continue").focus()
    with tab.next_page():
        keys.press("Enter")
    assert heading(tab) == "Check your exchange"
    tab.button("Confirm exchange").focus()
    with tab.next_page():
        keys.press("Enter")
    assert heading(tab) == "Your exchange is confirmed"
    tab.assert_quiet()


def test_a_draft_goes_to_the_shopper_and_back(portal: Portal, new_tab: NewTab) -> None:
    agent, shopper = new_tab(viewport=DESK), new_tab(viewport=DESK)
    sign_in(agent, *hire(portal))
    public_id = act_for(agent, order_of(portal, Case.EVEN))
    choose_even(agent)
    agent.follow("Hand over")
    agent.press("Hand over")
    expect(agent.button("Copy")).to_be_visible()
    shopper.open(urlsplit(text_of(agent, "link") or "").path)
    shopper.press("Continue")
    shopper.press("Continue")
    assert heading(shopper) == "Check your exchange"
    agent.press("Take it back")
    shopper.press("Confirm exchange")
    assert heading(shopper) == "The shop is choosing for you"
    judge(shopper.page)
    agent.follow("Hand over")
    agent.press("Hand over")
    shopper.open(f"/acme/exchanges/{public_id}/review")
    shopper.press("Confirm exchange")
    assert heading(shopper) == "Your exchange is confirmed"
    agent.open(f"/console/acting/exchanges/{public_id}")
    assert text_of(agent, "reference") == text_of(shopper, "reference")
    agent.assert_quiet()
    shopper.assert_quiet()


def test_a_choice_in_a_page_that_was_left_open_leads_to_who_has_it(portal: Portal, new_tab: NewTab) -> None:
    agent, shopper = new_tab(viewport=DESK), new_tab(viewport=DESK)
    ticket = portal.shop.order(Case.EVEN)
    sign_in(agent, *hire(portal))
    act_for(agent, portal.shop.order_id(ticket))
    choose_even(agent)
    agent.follow("Hand over")
    agent.press("Hand over")
    find(shopper, ticket)
    shopper.press("Continue")
    shopper.follow("Change the exchange of Ridge Parka")
    agent.press("Take it back")
    with shopper.next_page():
        shopper.pick("What is wrong with it?", "It is too large")
    assert heading(shopper) == "The shop is choosing for you"


def test_the_pages_around_the_screens_are_accessible(portal: Portal, new_tab: NewTab) -> None:
    agent, lead = new_tab(viewport=DESK), new_tab(viewport=DESK)
    sign_in(agent, *hire(portal))
    order_id = order_of(portal, Case.OUTSIDE_WINDOW)
    agent.open(f"/console/orders/{order_id}")
    agent.press("Exchange for this shopper")
    judge(agent.page)  # the reason is missing
    act_for(agent, order_id, "Called")
    judge(agent.page)
    agent.follow("Make an exception")
    agent.page.evaluate("document.querySelectorAll('main details').forEach((one) => { one.open = true })")
    judge(agent.page)
    agent.press("Ask a colleague")
    judge(agent.page)
    agent.fill("Why make an exception", "The carrier lost it for a month. " * 8)
    agent.press("Ask a colleague")
    judge(agent.page)
    sign_in(lead, *hire(portal, Role.LEAD))
    judge(lead.page)
    lead.page.locator("#asked a").last.click()
    judge(lead.page)
    lead.press("Refuse")
    judge(lead.page)
    lead.press("Approve")
    judge(lead.page)
    agent.follow("Hand over")
    judge(agent.page)
    agent.press("Hand over")
    judge(agent.page)
    agent.assert_quiet()
    lead.assert_quiet()
