"""The sandbox's payment page in a browser: for everybody, on a telephone, and back to a shop elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import PATIENCE_MS
from tests.pages.axe import assert_accessible
from tests.sandbox.conftest import Bench, served
from tests.sandbox.payment_bodies import ASKED, DECLINED, look, opened

ANSWERS = {
    DECLINED: "The card was not taken",
    "4111 1111 1111 1111": "This is none of the cards to try",
    ASKED: "Your bank asks: is this you?",
}
TELEPHONE = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def provider() -> Iterator[Bench]:
    with served(None) as bench:
        yield bench


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Bench]:
    """A shop of another origin, which browsers ask the page's policy about."""
    with served(None) as bench:
        yield bench


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_declined_asked_and_back_at_the_shop(
    provider: Bench,
    elsewhere: Bench,
    new_context: Callable[..., BrowserContext],
    scheme: Literal["light", "dark"],
) -> None:
    shop = f"{elsewhere.url}/health"
    asked: dict[str, Any] = {"reference": scheme, "return_url": shop}
    number = opened(provider, **asked)
    page = new_context(viewport=TELEPHONE, color_scheme=scheme).new_page()
    page.goto(f"{provider.url}/pay/{number}")
    for card, words in ANSWERS.items():
        assert fits(page)
        assert_accessible(page)
        page.get_by_label("Card number").fill(card)
        page.get_by_role("button", name="Pay USD 10.50").click()
        expect(page.get_by_text(words)).to_be_visible(timeout=PATIENCE_MS)
    assert fits(page)
    assert_accessible(page)
    page.get_by_role("button", name="Yes, it is me").click()
    page.wait_for_url(shop)
    assert look(provider, number)["status"] == "authorised"
    page.goto(f"{provider.url}/pay/{number}")
    assert_accessible(page)
