"""With JavaScript: parts of a page change in place, the focus stays, and what changed is spoken."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.shopper.tab import WISHES, choose, find, to_status, wish_for

FOCUSED = "document.activeElement.id"


@pytest.fixture
def tab(new_tab: Callable[..., ChromiumTab]) -> ChromiumTab:
    """A tab with JavaScript."""
    return new_tab()


def on_screen_3(tab: ChromiumTab, portal: Portal, case: Case) -> None:
    find(tab, portal.shop.order(case))
    choose(tab, *WISHES["acme", case])
    tab.page.evaluate("window.sameDocument = true")


def assert_same_document(tab: ChromiumTab) -> None:
    assert tab.page.evaluate("window.sameDocument === true")
    tab.assert_quiet()


def test_the_difference_changes_in_place_and_is_spoken(tab: ChromiumTab, portal: Portal) -> None:
    on_screen_3(tab, portal, Case.DEARER)
    difference, live = tab.page.locator("#difference"), tab.page.locator("#live")
    weekender = tab.radio("Size", "Weekender")
    weekender.focus()
    before = tab.page.evaluate(FOCUSED)
    tab.page.keyboard.press("Space")
    expect(difference).to_contain_text("You pay $24.35")
    expect(live).to_have_text("In stock. You pay $24.35.")
    assert tab.page.evaluate(FOCUSED) == before
    tab.page.keyboard.press("ArrowUp")
    expect(difference).to_contain_text("You pay $8.")
    expect(live).to_contain_text("You pay $8.")
    assert tab.page.evaluate(FOCUSED) != before
    expect(tab.radio("Size", "Large")).to_be_focused()
    assert_same_document(tab)


def test_the_picture_follows_the_colour(tab: ChromiumTab, portal: Portal) -> None:
    on_screen_3(tab, portal, Case.EVEN)
    picture = tab.page.locator("#choice img").first
    expect(picture).to_have_attribute("src", "/static/img/demo/parka-navy.svg")
    tab.pick("Colour", "Moss")
    expect(picture).to_have_attribute("src", "/static/img/demo/parka-moss.svg")
    expect(tab.radio("Size", "M")).to_be_disabled()
    expect(tab.radio("Colour", "Moss")).to_be_focused()
    assert_same_document(tab)


def test_a_gift_card_takes_the_place_of_the_sizes(tab: ChromiumTab, portal: Portal) -> None:
    on_screen_3(tab, portal, Case.DEARER)
    tab.pick("What would you like instead?", "A gift card")
    expect(tab.page.get_by_role("group", name="Size")).to_have_count(0)
    expect(tab.page.locator("#difference")).to_contain_text("You get a gift card of")
    expect(tab.page.locator("#live")).to_contain_text("You get a gift card of")
    tab.pick("What would you like instead?", "The same in another size")
    expect(tab.page.get_by_role("group", name="Size")).to_be_visible()
    assert_same_document(tab)


def test_hurried_changes_end_with_the_last_one(tab: ChromiumTab, portal: Portal) -> None:
    on_screen_3(tab, portal, Case.DEARER)
    for size in ("Large", "Weekender", "Large", "Weekender"):
        tab.pick("Size", size)
    tab.update()
    expect(tab.page.locator("#difference")).to_contain_text("You pay $24.35")
    tab.page.reload()
    expect(tab.radio("Size", "Weekender")).to_be_checked()


def test_whoever_goes_on_waits_for_a_choice_that_is_on_its_way(tab: ChromiumTab, portal: Portal) -> None:
    """Or it would be stored after the page that was sent later, and Review would show something else."""
    on_screen_3(tab, portal, Case.DEARER)
    sent: list[str] = []
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        sent.append("choice" if "hx-request" in route.request.headers else "page")
        held.append(route) if len(sent) == 1 else route.continue_()

    tab.page.route(lambda url: "/items/" in url, hold_the_first)
    tab.pick("What is wrong with it?", "It is too small")
    tab.pick("Size", "Weekender")
    tab.button("Continue").click()
    tab.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert sent == ["choice"]
    with tab.next_page():
        held[0].continue_()
    assert sent == ["choice", "choice", "page"]
    assert tab.path.endswith("/review")
    assert "Weekender" in tab.html
    tab.assert_quiet()


@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_choice_made_while_an_older_answer_arrives_stays(
    tab: ChromiumTab, portal: Portal, moment: str
) -> None:
    on_screen_3(tab, portal, Case.DEARER)
    tab.radio("Size", "Weekender").evaluate("radio => { window.weekender = radio; }")
    tab.page.evaluate(CLICKS_MEANWHILE, moment == "before")
    tab.pick("Size", "Large")
    expect(tab.page.locator("#difference")).to_contain_text("You pay $24.35")
    expect(tab.radio("Size", "Weekender")).to_be_checked()
    assert tab.page.evaluate("window.unticked") == 0
    assert_same_document(tab)


# The listener on the window comes before those on the document where it captures, and after them where not.
CLICKS_MEANWHILE = """(capture) => {
  window.unticked = 0;
  window.addEventListener("htmx:before:swap", () => {
    window.weekender.click();
    const look = () => { window.unticked += window.weekender.checked ? 0 : 1; };
    window.addEventListener("htmx:finally:swap", look, { once: true });
  }, { once: true, capture });
}"""


def test_a_lost_connection_is_said_and_the_button_helps(tab: ChromiumTab, portal: Portal) -> None:
    on_screen_3(tab, portal, Case.DEARER)
    tab.page.context.set_offline(True)
    tab.pick("Size", "Large")
    expect(tab.page.locator("#live")).to_contain_text("The price could not be updated.")
    update = tab.button("Update choice")
    expect(update).to_be_visible()
    tab.page.context.set_offline(False)
    with tab.next_page():
        update.click()
    expect(tab.radio("Size", "Large")).to_be_checked()
    expect(tab.page.locator("#difference")).to_contain_text("You pay")


def test_access_that_ended_is_said_in_place(
    tab: ChromiumTab, portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    on_screen_3(tab, portal, Case.DEARER)
    second = new_tab(beside=tab)
    second.open(tab.path)
    second.press("Leave this order")
    tab.pick("Size", "Large")
    expect(tab.page.get_by_role("alert")).to_be_visible()
    expect(tab.radio("Size", "Large")).to_be_checked()
    assert tab.page.evaluate("window.sameDocument === true")


def test_an_exchange_confirmed_in_another_tab_takes_this_one_along(
    tab: ChromiumTab, portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    on_screen_3(tab, portal, Case.EVEN)
    second = new_tab(beside=tab)
    second.open(tab.path)
    wish_for(second, *WISHES["acme", Case.EVEN])
    second.press("Continue")
    second.press("Confirm exchange")
    with tab.next_page():
        tab.pick("Colour", "Sand")
    assert tab.path == second.path


def test_the_status_page_follows_the_worker_and_then_rests(tab: ChromiumTab, portal: Portal) -> None:
    with portal.worker.held():
        to_status(tab, portal.shop.order(Case.EVEN), *WISHES["acme", Case.EVEN])
        tab.page.evaluate("window.sameDocument = true")
        status = tab.page.locator("#status")
        expect(status).to_have_attribute("data-hx-get", tab.path)
        tab.page.locator("#help").focus()
    expect(tab.page.locator("#platform-order")).to_be_visible()
    expect(tab.page.locator("#help")).to_be_focused()
    assert status.get_attribute("data-hx-get") is None
    assert_same_document(tab)
