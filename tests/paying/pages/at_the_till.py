"""A browser's way to the provider's page and back: review, confirm, pay there, and the worker's look."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import httpx2
import time_machine
from flask import Flask

from app.services.payment_watch import look_at_all_due
from tests.paying.shop_with_till import GOOD
from tests.services.dispatch_cases import Clock
from tests.web.browsing import Browser

POLLING = {"HX-Request": "true", "HX-Request-Type": "partial"}
PAY_AND_CONFIRM = "Pay $10.22 and confirm"


class Now(Clock):
    """The machine's own clock, which the test has set."""

    def __call__(self) -> datetime:
        return datetime.now(UTC)


def to_review(browser: Browser, size: str = "XL") -> str:
    draft = browser.find("AC-1001").location
    line = browser.get(draft).text.partition('name="line" value="')[2].partition('"')[0]
    item = browser.send(draft, {"line": line, f"quantity-{line}": "1"}).location
    wish = {"reason": "too_small", "outcome": "variant", "option-0": "Navy", "option-1": size}
    return browser.send(item, wish | {"action": "continue"}).location


def press(browser: Browser, review: str) -> str:
    """Confirm what Review shows: where that leads."""
    seen = re.search(r'name="quote_hash" value="([^"]+)"', browser.get(review).text)
    assert seen
    answer = browser.send(review, {"quote_hash": seen[1]})
    assert answer.status_code == 303, answer.text
    return answer.location


def pay_there(page: str) -> str:
    """Pay on the provider's page: where the provider sends the browser."""
    answer = httpx2.post(page, data={"card": GOOD}, trust_env=False)
    assert answer.status_code == 303
    return answer.headers["location"]


def watch(app: Flask, today: time_machine.Traveller, seconds: int = 6) -> None:
    today.shift(seconds)
    with app.app_context():
        look_at_all_due(app.extensions["evenly.cashier"], datetime.now(UTC))
