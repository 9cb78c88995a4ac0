"""Every kind of exchange in Chromium, by the same code with JavaScript and without.

What the review page showed is what the platform's ledger holds, to the minor unit, and the status page
ends with the platform's own number.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.waiting import platform_order
from tests.shopper.amounts import assert_sent_as_reviewed, ending
from tests.shopper.tab import WISHES, sum_rows, text_of, to_review

# How each ends: above zero the shopper pays; whether there is a card.
ENDS = {
    Case.EVEN: (0, False),
    Case.DEARER: (1, False),
    Case.CHEAPER: (-1, False),
    Case.GIFT_CARD: (0, True),
    Case.MIXED: (1, True),
    Case.PARTIAL: (0, False),
    Case.SPLIT: (0, True),
    Case.OTHER_PRODUCT: (1, False),
    Case.SAME_AGAIN: (0, False),
}
JOURNEYS = [("acme", case) for case in ENDS] + [("kaze", Case.DEARER), ("kaze", Case.GIFT_CARD)]


@pytest.mark.parametrize(("store", "case"), JOURNEYS, ids=lambda value: str(value).replace(" ", "-"))
def test_an_exchange_from_look_up_to_the_platforms_number(
    tab: ChromiumTab, portal: Portal, javascript: bool, store: str, case: Case
) -> None:
    ticket = portal.shop.order(case, store)
    to_review(tab, ticket, *WISHES[store, case])
    reviewed = sum_rows(tab)
    end = ending(reviewed)
    assert ((end > 0) - (end < 0), reviewed.get("you get a gift card of", 0) > 0) == ENDS[case]
    later = tab.page.get_by_text("Nothing is charged now. The shop collects this amount later.")
    expect(later).to_be_visible(visible=end > 0)
    tab.press("Confirm exchange")
    assert platform_order(tab, javascript) == portal.platform.number_of(ticket.number)
    assert sum_rows(tab) == reviewed
    assert (text_of(tab, "reference") or "").startswith("EX-")
    sent = portal.platform.orders_for(ticket.number)
    assert len(sent) == 1
    assert_sent_as_reviewed(sent[0], reviewed)
