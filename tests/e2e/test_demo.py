"""The demo as people start it, tried in Chromium: its ledger holds exactly what the review pages showed.

Unlike the other journeys this one runs the real processes (server, worker, sandbox) with the demo's own
orders, and looks at the whole ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import BrowserContext

from app.cli.demo.cases import Case
from tests.cli.running_demo import RunningDemo, running_demo
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import PATIENCE_MS
from tests.e2e.test_paying import GOOD, type_card, wait_for_confirmation
from tests.e2e.waiting import platform_order
from tests.shopper.amounts import Rows, assert_sent_as_reviewed
from tests.shopper.shop import demo_ticket
from tests.shopper.tab import CHANGED_MIND, TOO_SMALL, WISHES, Wish, sum_rows, to_review

WITH_JAVASCRIPT = {
    "AC-1001": WISHES["acme", Case.EVEN],
    "AC-1005": WISHES["acme", Case.DEARER],
    "AC-1008": WISHES["acme", Case.CHEAPER],
    "AC-1011": WISHES["acme", Case.GIFT_CARD],
}
WITHOUT_JAVASCRIPT = {
    "AC-1002": (Wish("Everyday Tee", TOO_SMALL, {"Colour": "White", "Size": "L"}),),
    "AC-1007": WISHES["acme", Case.DEARER],
    "AC-1010": WISHES["acme", Case.CHEAPER],
    "AC-1012": (Wish("Straight Jeans", CHANGED_MIND),),
}


@pytest.fixture
def demo_process(tmp_path: Path) -> Iterator[RunningDemo]:
    with running_demo(tmp_path / "var") as running:
        yield running


def exchanged(
    context: BrowserContext, url: str, sandbox_url: str, number: str, *wishes: Wish
) -> tuple[Rows, str]:
    """Exchange one of the demo's orders: what Review showed, and the platform's number for it."""
    tab = ChromiumTab(context.new_page(), url, (sandbox_url,))
    to_review(tab, demo_ticket(number), *wishes)
    reviewed = sum_rows(tab)
    javascript = tab.page.evaluate("matchMedia('(scripting: enabled)').matches")
    if tab.button("Confirm exchange").count():
        tab.press("Confirm exchange")
    else:
        tab.press("Pay")
        type_card(tab, GOOD)
        wait_for_confirmation(tab, javascript)
    placed = platform_order(tab, javascript)
    tab.assert_quiet()
    return reviewed, placed


def test_the_ledger_holds_exactly_what_was_confirmed(
    demo_process: RunningDemo, new_context: Callable[..., BrowserContext]
) -> None:
    reviewed: dict[str, tuple[Rows, str]] = {}
    for javascript, orders in ((True, WITH_JAVASCRIPT), (False, WITHOUT_JAVASCRIPT)):
        context = new_context(java_script_enabled=javascript)
        context.set_default_timeout(PATIENCE_MS)
        for number, wishes in orders.items():
            reviewed[number] = exchanged(context, demo_process.url, demo_process.sandbox_url, number, *wishes)
    everything: list[dict[str, Any]] = httpx2.get(f"{demo_process.sandbox_url}/ledger").json()["requests"]
    ledger = [entry for entry in everything if entry["system"] == "optoro"]
    assert [entry["body"]["original_order_id"] for entry in ledger] == list(reviewed)
    for entry in ledger:
        rows, placed = reviewed[entry["body"]["original_order_id"]]
        assert_sent_as_reviewed(entry["body"], rows)
        assert entry["reply"]["order_identifier"] == placed
