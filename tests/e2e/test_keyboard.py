"""By keyboard alone: everything can be reached, what has the focus can be seen, nothing covers it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import ViewportSize, expect

from app.cli.demo.cases import Case
from app.models import Role
from tests.console.acting_steps import act_for, sign_in
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.layout import focused
from tests.e2e.test_console import DESK, hire, waiting
from tests.shopper.scenes import Stage
from tests.shopper.tab import WISHES, choose, find, heading, to_review

# A small phone held upright, where the bar at the bottom takes the most.
SMALL = ViewportSize(width=320, height=480)
MOST_STOPS = 60
HEAD = (
    *("skip", "brand", "to-queue", "to-search", "to-overview", "to-people"),
    *("find-anything", "account", "sign-out"),
)
REASONS = ("approve-reason", "approve", "decline-reason", "decline-words", "decline")
GIVEN = ("link", "copy", "take-back")


def stops(tab: ChromiumTab) -> list[str]:
    """Tab through the page from its top; what had the focus, each of it seen whole."""
    names: list[str] = []
    for _ in range(MOST_STOPS):
        tab.page.keyboard.press("Tab")
        found = focused(tab.page)
        if found is None:
            return names
        assert found["seen"] == 3, f"something covers {found}"
        names.append(found["name"])
    raise AssertionError(f"no end after {names}")


@pytest.mark.parametrize("screen", ["items", "replacement", "review"])
def test_nothing_covers_what_has_the_focus(
    portal: Portal, new_tab: Callable[..., ChromiumTab], screen: str
) -> None:
    tab = new_tab(viewport=SMALL, reduced_motion="reduce")
    if screen == "items":
        find(tab, portal.shop.order(Case.MANY_LINES))
    elif screen == "replacement":
        find(tab, portal.shop.order(Case.EVEN))
        choose(tab, *WISHES["acme", Case.EVEN])
    else:
        to_review(tab, portal.shop.order(Case.MIXED), *WISHES["acme", Case.MIXED])
    reached = stops(tab)
    assert reached[0] == "skip"
    assert {"brand", "help", "leave"} <= set(reached)
    assert ("confirm" if screen == "review" else "continue") in reached


def test_every_act_of_the_console_is_reached(portal: Portal, new_tab: Callable[..., ChromiumTab]) -> None:
    """Tabbed to from the top of each page, in their order; other tests put the focus there."""
    tab = new_tab(viewport=DESK, reduced_motion="reduce")
    with portal.worker.held():
        reference = waiting(Stage(portal.shop, portal.platform))
        order_id = portal.shop.order_id(portal.shop.order(Case.FINAL_SALE))
        sign_in(tab, *hire(portal, Role.ADMIN))
        tab.open(f"/console/exchanges/{reference}")
        tab.press("I am working on this")
        assert {"release", "show-people", *REASONS, "note", "add-note"} <= set(stops(tab))
        tab.open("/console/?mine=1")
        reached = stops(tab)
        assert reached[: len(HEAD) + 3] == [*HEAD, "kind", "mine", "show"]
        assert reached[-1] == f"open-{reference}"
        draft = f"/console/acting/exchanges/{act_for(tab, order_id)}"
        tab.open(f"/console/orders/{order_id}")
        assert {"show-people", "go-on-1", "acting-reason", "act-for"} <= set(stops(tab))
        tab.open(f"{draft}/exceptions")
        override = tab.page.locator("[id^=override-]").get_attribute("id")
        assert [override, "on"] == [each for each in stops(tab) if each in (override, "on")]
        tab.open(f"{draft}/hand-over")
        assert stops(tab)[-3:] == ["acting-back", "hand-over", "on"]
        tab.press("Hand over")
        assert [each for each in stops(tab) if each in GIVEN] == ["link", "copy", "take-back"]
    tab.assert_quiet()


def test_an_exchange_without_a_mouse(portal: Portal, new_tab: Callable[..., ChromiumTab]) -> None:
    ticket = portal.shop.order(Case.EVEN)
    tab = new_tab()
    keys = tab.page.keyboard
    tab.open(ticket.front)
    tab.page.get_by_label("Order number").focus()
    keys.type(ticket.number)
    keys.press("Tab")
    keys.type(ticket.postcode)
    with tab.next_page():
        keys.press("Enter")
    tab.page.get_by_role("checkbox").focus()
    keys.press("Space")
    with tab.next_page():
        keys.press("Enter")
    tab.page.get_by_role("radio", name="It is too small").focus()
    keys.press("Space")
    keys.press("Tab")  # what instead: the same in another size stays
    keys.press("Tab")  # the colour: Navy is chosen, the next one is Moss
    keys.press("ArrowRight")
    expect(tab.radio("Colour", "Moss")).to_be_checked()
    tab.update()
    keys.press("Tab")
    keys.press("Space")
    tab.update()
    keys.press("Tab")
    expect(tab.button("Keep it for me")).to_be_focused()
    keys.press("Tab")
    expect(tab.button("Continue")).to_be_focused()
    with tab.next_page():
        keys.press("Enter")
    assert heading(tab) == "Check your exchange"
    tab.button("Confirm exchange").focus()
    with tab.next_page():
        keys.press("Enter")
    assert heading(tab) == "Your exchange is confirmed"
