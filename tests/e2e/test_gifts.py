"""A gift's recipient in Chromium, with JavaScript and without: to the platform's number, never an amount."""

from __future__ import annotations

import re

from app.cli.demo.cases import Case
from tests.e2e.chromium_tab import ChromiumTab
from tests.e2e.conftest import Portal
from tests.e2e.waiting import platform_order
from tests.shopper.tab import TOO_SMALL, Wish, choose, find_gift, heading, say_who, wish_for

AMOUNT = re.compile(r"[$¥€£]\s?[0-9]|[0-9][.,][0-9]{2}\b(?!\s?%)")


def without_amounts(tab: ChromiumTab) -> None:
    assert AMOUNT.findall(tab.page.inner_text("main")) == []


def test_a_recipient_exchanges_a_gift(tab: ChromiumTab, portal: Portal, javascript: bool) -> None:
    ticket = portal.shop.order(Case.GIFT)
    wish = Wish("Ridge Parka", TOO_SMALL, {"Colour": "Sand", "Size": "L"})
    find_gift(tab, ticket)
    without_amounts(tab)
    choose(tab, wish)
    wish_for(tab, wish)
    tab.update()
    assert "Held for you until" in tab.html
    without_amounts(tab)
    tab.press("Continue")
    say_who(tab)
    assert "We will not tell the person who gave it." in tab.html
    without_amounts(tab)
    tab.press("Confirm exchange")
    assert heading(tab) == "Your exchange is confirmed"
    assert platform_order(tab, javascript) == portal.platform.number_of(ticket.number)
    without_amounts(tab)
    sent = portal.platform.orders_for(ticket.number)
    assert [order["is_gift"] for order in sent] == [True]
