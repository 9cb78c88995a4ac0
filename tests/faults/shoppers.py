"""Shoppers with patience: they press again until a server answers, and note what they were told."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from queue import Queue
from random import Random

from tests.faults.history import CHEAPER, DEARER, DUE, EVEN, History
from tests.faults.plain_browser import PlainBrowser, ServerGone

PATIENCE_SECONDS = 300  # one who has bad luck may meet many servers that end
CANCELLED = "This exchange was cancelled"


class PatientBrowser(PlainBrowser):
    """Asks again until a server answers, as people do who press reload."""

    def __init__(self, url: str, answered: Counter[str]) -> None:
        super().__init__(url)
        self.answered = answered

    def _ask(self, url: str, data: bytes | None = None) -> tuple[str | None, str]:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = super()._ask(url, data)
            except ServerGone:
                assert time.monotonic() < end, f"nobody answers at {url}"
                time.sleep(0.05)  # there is nothing to wait on but the server itself
            else:
                self.answered["pages"] += 1
                return answer


@dataclass
class Shoppers:
    """Each takes an order's number after the other from `orders`, until it is None; `done` counts."""

    history: History
    url: str
    orders: Queue[str | None] = field(default_factory=Queue)
    done: Counter[str] = field(default_factory=Counter)

    def come(self, seed: int) -> None:
        """One of them, in a thread of its own."""
        dice = Random(seed)
        while (number := self.orders.get()) is not None:
            self._exchange(number, dice)

    def _exchange(self, number: str, dice: Random) -> None:
        browser, wish = PatientBrowser(self.url, self.done), dice.choice((EVEN, DEARER, DEARER, CHEAPER))
        review, form = browser.review("acme", number, wish)
        status, page = review.removesuffix("/review"), browser.post(review, form)
        if wish is DEARER:
            for _ in range(dice.choice((0, 0, 1))):
                browser.post(f"{status}/pay/back", form)
                page = browser.post(review, form)
            if dice.random() < 0.2:
                browser.post(f"{status}/pay/back", form)
                self.done["left unpaid"] += 1
                return
            browser.pay(page)
        reference = browser.reference(status)
        self.history.tell(number, "confirmed", reference, DUE[wish])
        what = {EVEN: "even", DEARER: "paid", CHEAPER: "paid back"}[wish]
        if dice.random() < 0.2 and self._cancel(browser, status, form):
            self.history.tell(number, "cancelled", reference)
            what = f"{what}, cancelled"
        self.done[what] += 1

    def _cancel(self, browser: PlainBrowser, status: str, form: dict[str, str]) -> bool:
        """Whether it was still possible."""
        browser.press(f"{status}/cancel", form)
        return CANCELLED in browser.get(status)
