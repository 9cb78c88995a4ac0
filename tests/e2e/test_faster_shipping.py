"""Faster shipping and the reasons behind a sum in Chromium, with JavaScript and without."""

from __future__ import annotations

from playwright.sync_api import expect

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.shopper.tab import WISHES, sum_rows, to_review

EVEN = WISHES["acme", Case.EVEN]


def test_the_sum_follows_the_tick_and_is_confirmed_as_shown(
    tab: ChromiumTab, portal: Portal, javascript: bool
) -> None:
    to_review(tab, portal.shop.order(Case.EVEN), *EVEN)
    tab.tick("Send it faster")
    update = tab.button("Update the sum")
    expect(update).to_be_visible(visible=not javascript)
    if not javascript:
        tab.press("Update the sum")
    expect(tab.page.locator("#summary")).to_contain_text("Faster shipping")
    if javascript:
        expect(tab.page.locator("#live")).to_have_text("You pay $12.00.")
    reviewed = sum_rows(tab)
    assert reviewed["you pay"] == reviewed["fee"] == 1_200
    tab.press("Confirm exchange")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Your exchange is confirmed")
    assert sum_rows(tab) == reviewed


def test_each_row_opens_to_say_why(tab: ChromiumTab, portal: Portal) -> None:
    to_review(tab, portal.shop.order(Case.DEARER), *WISHES["acme", Case.DEARER])
    rows = tab.page.locator("#summary details")
    assert rows.count() >= 3
    for place in range(rows.count()):
        words = rows.nth(place).locator("p").first
        expect(words).to_be_hidden()
        rows.nth(place).locator("summary").press("Enter")
        expect(words).to_be_visible()
