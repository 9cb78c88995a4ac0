"""The accessibility check finds faults under the same strict content security policy as our pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route

from tests.pages.axe import assert_accessible

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'"
GOOD = """<!DOCTYPE html><html lang="en"><head><title>Order</title></head><body><main>
<h1>Order</h1><label for="number">Order number</label><input id="number"></main></body></html>"""


def show(page: Page, html: str) -> None:
    def answer(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    page.route("http://portal.test/**", answer)
    page.goto("http://portal.test/")


def test_a_good_page_passes(page: Page) -> None:
    show(page, GOOD)
    assert_accessible(page)
    assert_accessible(page)


def test_a_control_without_a_name_is_found(page: Page) -> None:
    show(page, GOOD.replace('<label for="number">Order number</label>', ""))
    with pytest.raises(AssertionError, match=r"label \(critical\)"):
        assert_accessible(page)


def test_best_practice_counts(page: Page) -> None:
    show(page, GOOD.replace("main>", "div>"))
    with pytest.raises(AssertionError, match="landmark"):
        assert_accessible(page)


def test_a_tab_without_javascript_can_be_checked_and_stays_without(shopper: Page, javascript: bool) -> None:
    show(shopper, GOOD)
    assert_accessible(shopper)
    show(shopper, GOOD.replace("</main>", "<noscript><p>Refresh</p></noscript></main>"))
    assert shopper.locator("noscript p").count() == (0 if javascript else 1)
    assert_accessible(shopper)
