"""The pages and payments of one pretend card provider: what state they are in and what may happen to them.

What is here: the rules of reserving, taking and giving back. What is not: HTTP, keys, pages for people
(`payments.py`, `payments_visits.py`). A page is a record of the ledger; its payment has the same number with
another beginning. A page that has ended and a reservation that has lapsed are found out when somebody looks.

A payment named `past_NAME_AMOUNT_CURRENCY` is one that was made and taken before the sandbox began: the
original charge of an order. Its number says how much was paid.
"""

import re
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from app.sandbox.ledger import Ledger
from app.sandbox.payments_body import moment

SYSTEM = "cards"
PAST = re.compile(r"past_[A-Za-z0-9-]{1,60}_([1-9][0-9]{0,14})_([A-Z]{3})")
Payment = dict[str, Any]


class NoSuchThing(Exception):
    """Nothing has this number."""


class CannotBe(Exception):
    """What was asked for does not go with the state that the payment is in; `code` says why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class CardAccount:
    """Everything that was opened and paid. Safe to use from many threads."""

    def __init__(self, ledger: Ledger, now: Callable[[], datetime]) -> None:
        self._ledger = ledger
        self._now = now
        self._lock = threading.RLock()

    def open(self, wish: Mapping[str, Any]) -> Payment:
        """A new page on which this can be paid."""
        number = secrets.token_hex(16)
        made = {
            **wish,
            "page": f"pg_{number}",
            "payment": f"pay_{number}",
            "status": "open",
            "authorised": 0,
            "captured": 0,
            "refunded": 0,
            "capture_before": None,
            "declined": "",
            "declines": 0,
        }
        self._keep(made)
        return made

    def page(self, page: str) -> Payment:
        """The page as it stands now. Raises NoSuchThing."""
        if not page.startswith("pg_"):
            raise NoSuchThing
        return self._found(page.removeprefix("pg_"))

    def payment(self, payment: str) -> Payment:
        """The payment as it stands now. Raises NoSuchThing."""
        if PAST.fullmatch(payment):
            return self._past(payment)
        if not payment.startswith("pay_"):
            raise NoSuchThing
        found = self._found(payment.removeprefix("pay_"))
        if not found["authorised"]:
            raise NoSuchThing  # a payment begins when a card was taken
        return found

    def close(self, page: str) -> Payment:
        """End an open page; one that is over in whatever way stays as it is. Raises NoSuchThing."""
        with self._changing(lambda: self.page(page)) as found:
            if found["status"] == "open":
                found["status"] = "over"
        return found

    def authorise(self, page: str, amount: int, currency: str, seconds: int) -> bool:
        """Reserve the money; False when the page is not open any more. Raises NoSuchThing."""
        with self._changing(lambda: self.page(page)) as found:
            if found["status"] != "open":
                return False
            lapses = self._now() + timedelta(seconds=seconds)
            found |= {"status": "authorised", "authorised": amount, "currency": currency, "declined": ""}
            found["capture_before"] = lapses.isoformat(timespec="seconds")
        return True

    def decline(self, page: str, why: str) -> bool:
        """Note that a card was not taken; the page stays open, unless it was the last of its `tries`.

        Raises NoSuchThing.
        """
        with self._changing(lambda: self.page(page)) as found:
            if found["status"] != "open":
                return False
            found |= {"declined": why, "declines": found["declines"] + 1}
            if found["declines"] >= (found.get("tries") or found["declines"] + 1):
                found["status"] = "over"
        return True

    def capture(self, payment: str, amount: int, currency: str) -> Payment:
        """Take what was reserved, or part of it; the rest is let go. Raises NoSuchThing, CannotBe."""
        with self._changing(lambda: self.payment(payment)) as found:
            _same_currency(found, currency)
            if found["status"] != "authorised":
                raise CannotBe("not_reserved", f"The payment is {found['status']}, so nothing can be taken.")
            if amount > found["authorised"]:
                raise CannotBe("too_much", f"No more than {found['authorised']} was reserved.")
            found |= {"status": "captured", "captured": amount}
        return found

    def void(self, payment: str) -> tuple[Payment, int]:
        """Let go of what is reserved, and how much that was. Raises NoSuchThing, CannotBe."""
        with self._changing(lambda: self.payment(payment)) as found:
            if found["status"] != "authorised":
                raise CannotBe("not_reserved", f"The payment is {found['status']}, so nothing is reserved.")
            found["status"] = "voided"
        return found, found["authorised"]

    def refund(self, payment: str, amount: int, currency: str) -> Payment:
        """Give back of what was taken, never more than that. Raises NoSuchThing, CannotBe."""
        with self._changing(lambda: self.payment(payment)) as found:
            _same_currency(found, currency)
            left = found["captured"] - found["refunded"]
            if amount > left:
                raise CannotBe("too_much", f"No more than {left} can be given back.")
            found["refunded"] += amount
        return found

    def note(self, movement: Mapping[str, Any]) -> None:
        """Keep a movement that was made."""
        self._ledger.keep(SYSTEM, str(movement["movement"]), {**movement, "failed": ""})

    def fail(self, movement: str, why: str) -> None:
        """A refund that the shopper's bank sends back, days later. Raises NoSuchThing."""
        self._ledger.keep(SYSTEM, movement, self.movement(movement) | {"failed": why})

    def movement(self, movement: str) -> dict[str, Any]:
        """A movement, and why it failed if it has since. Raises NoSuchThing."""
        found = self._ledger.record(SYSTEM, movement)
        if found is None:
            raise NoSuchThing
        return found

    def _found(self, number: str) -> Payment:
        found = self._ledger.record(SYSTEM, number)
        if found is None:
            raise NoSuchThing
        if found["status"] == "open" and self._is_past(found["expires_at"]):
            found["status"] = "over"
        if found["status"] == "authorised" and self._is_past(found["capture_before"]):
            found["status"] = "voided"
        return found

    def _past(self, payment: str) -> Payment:
        amount, currency = payment.rsplit("_", 2)[1:]
        fresh = {"payment": payment, "status": "captured", "currency": currency, "refunded": 0}
        fresh |= {"authorised": int(amount), "captured": int(amount)}
        return self._ledger.record(SYSTEM, payment) or fresh

    def _is_past(self, written: str) -> bool:
        end = moment(written)
        return end is not None and end <= self._now()

    @contextmanager
    def _changing(self, find: Callable[[], Payment]) -> Iterator[Payment]:
        """What `find` gives, kept again at the end; nobody else changes it meanwhile."""
        with self._lock:
            found = find()
            yield found
            self._keep(found)

    def _keep(self, payment: Payment) -> None:
        number = str(payment["payment"])
        self._ledger.keep(SYSTEM, number.removeprefix("pay_"), payment)


def _same_currency(payment: Payment, currency: str) -> None:
    if currency != payment["currency"]:
        raise CannotBe("other_currency", f"The payment is in {payment['currency']}, not {currency}.")
