"""The hold line in a real browser: with JavaScript and without it, and its end announced in time."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.shopper.tab import WISHES, choose, find, text_of, to_review, wish_for

TOTE = WISHES["acme", Case.DEARER]
UNTIL = re.compile(r"Held for you until \d\d:\d\d")


def test_the_hold_is_said_and_can_be_kept(tab: ChromiumTab, portal: Portal) -> None:
    find(tab, portal.shop.order(Case.DEARER))
    choose(tab, *TOTE)
    wish_for(tab, *TOTE)
    tab.update()
    expect(tab.page.locator("#hold")).to_contain_text(UNTIL)
    tab.press("Keep it for me")
    expect(tab.page.locator("#hold")).to_contain_text(UNTIL)
    assert UNTIL.search(text_of(tab, "summary") or "")
    tab.press("Continue")
    expect(tab.page.locator("#hold")).to_contain_text(UNTIL)
    tab.press("Keep it for me")
    expect(tab.page.get_by_role("heading", level=1)).to_have_text("Check your exchange")
    tab.press("Confirm exchange")
    assert text_of(tab, "reference")


def test_the_end_is_announced_without_a_look_at_the_server(
    portal: Portal, new_tab: Callable[..., ChromiumTab]
) -> None:
    tab = new_tab()
    tab.page.clock.install()
    to_review(tab, portal.shop.order(Case.DEARER), *TOTE)
    near, over = tab.page.locator("#hold-near"), tab.page.locator("#hold-over")
    expect(near).to_be_hidden()
    tab.page.clock.fast_forward("18:05")
    expect(near).to_be_visible()
    tab.page.clock.fast_forward("00:01")
    expect(tab.page.locator("#live")).to_contain_text("Shall we keep it for you?")
    tab.page.clock.fast_forward("02:00")
    expect(over).to_be_visible()
    expect(near).to_be_hidden()
    tab.assert_quiet()
