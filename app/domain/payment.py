"""Money of an exchange at a payment provider, in plain values: what is asked for, and what is moved.

Amounts are in minor units. A page is where the shopper types in the card, at the provider; the payment is
what comes of it. Which words a provider has for these is its connector's affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class MoneyAct(StrEnum):
    """What is asked of the provider after the shopper has paid. `VOID` lets go of what was only reserved."""

    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


@dataclass(frozen=True)
class MoneyMove:
    """One movement of one payment. `key` is derived, so the same movement asked twice happens once.

    `payment` is the provider's own number of the payment, `amount` what of it is captured or refunded; to
    void is to let go of all of it.
    """

    act: MoneyAct
    key: str
    payment: str
    amount: int
    currency: str
    store: str
    reference: str
    order: str

    def to_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> MoneyMove:
        return cls(**{**data, "act": MoneyAct(data["act"])})


@dataclass(frozen=True)
class PaymentWish:
    """What the hosted page shall ask the shopper for. `key` has the attempt in it: a new try, a new page.

    `statement` is what shall stand on the card's statement. The provider sends the shopper to `return_url`
    after paying and to `back_url` on the way back; neither says anything about what was paid. Providers
    take an `expires_at` between half an hour and a day from when the page is opened.
    """

    key: str
    amount: int
    currency: str
    store: str
    reference: str
    order: str
    description: str
    statement: str
    return_url: str
    back_url: str
    email: str | None
    expires_at: datetime
    tries: int = 3  # declined cards after which the page should end, where the provider can do that


class Standing(StrEnum):
    """Where a hosted page and its payment stand, as the provider has it.

    `OPEN`: the shopper may still pay, also after a declined card. `OVER`: the page has ended unpaid and
    nothing can come of it. `FAILED`: the provider gave the payment up for good.
    """

    OPEN = "open"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    OVER = "over"
    FAILED = "failed"


@dataclass(frozen=True)
class PaymentRecord:
    """The provider's own record of a page. It decides, never the address that the shopper came back to.

    `payment` is empty as long as there is none. `refunded` and `captured` are what has been so far.
    `capture_before` is when an authorisation lapses, None when the provider does not say.
    """

    page: str
    standing: Standing
    amount: int
    currency: str
    payment: str = ""
    captured: int = 0
    refunded: int = 0
    capture_before: datetime | None = None
    declined: str = ""  # why the last card was not taken, for the shopper
    declines: int = 0  # how many were not, where the provider counts
    last_decline: str = ""  # the provider's number of the last one, where it does not
