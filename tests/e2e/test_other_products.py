"""What only a browser with a script does on the way to another product: the search follows the typing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.pages.axe import assert_accessible
from tests.shopper.tab import CHANGED_MIND, WISHES, choose, find


@pytest.mark.parametrize("javascript", [True], indirect=True)
def test_the_list_follows_what_is_typed_and_keeps_the_focus(tab: ChromiumTab, portal: Portal) -> None:
    find(tab, portal.shop.order(Case.OTHER_PRODUCT))
    choose(tab, *WISHES["acme", Case.OTHER_PRODUCT])
    tab.pick("What is wrong with it?", CHANGED_MIND)
    tab.pick("What would you like instead?", "Another product")
    field = tab.page.get_by_label("Search all products")
    field.press_sequentially("market bag")
    expect(tab.page.locator(".product__title")).to_have_text(["Market Bag"])
    expect(field).to_be_focused()
    expect(field).to_have_value("market bag")
    assert_accessible(tab.page)
    tab.pick("Products for", "Market Bag")
    expect(tab.page.locator("#stock")).to_contain_text("In stock")
    expect(tab.page.locator("#difference")).to_contain_text("$37.89")
