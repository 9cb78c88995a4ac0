"""Waiting for what others do, with a deadline and without guessing how long they take."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.e2e.chromium_tab import ChromiumTab

DEADLINE_SECONDS = 20


def platform_order(tab: ChromiumTab, javascript: bool) -> str:
    """The platform's number on the status page: it appears by itself, or after pressing Refresh."""
    number = tab.page.locator("#platform-order")
    if javascript:
        expect(number).to_be_visible(timeout=DEADLINE_SECONDS * 1000)
        return number.inner_text()
    until = time.monotonic() + DEADLINE_SECONDS
    while not number.count():
        assert time.monotonic() < until, f"no number of the platform after {DEADLINE_SECONDS} seconds"
        tab.follow("Refresh")
    return number.inner_text()
