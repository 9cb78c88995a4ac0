"""The port of payment providers. Like every connector a gateway is pure: requests out, replies in.

What happens while the shopper waits (a page is opened, looked at, closed) is one request each, made here
and sent by whoever asks, outside any transaction. What moves money after that (capture, void, refund) is a
`MoneyMove` and goes through the queue like any other message: `next_step` until `Done` with `Moved`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol, runtime_checkable

from app.connectors.base import Connector, Refused, Reply, Request
from app.connectors.moved import Heard, HostedPage
from app.domain.payment import MoneyMove, PaymentRecord, PaymentWish


class Gateway(Connector[MoneyMove], Protocol):
    """One payment provider for one store. `page_origins` are where its hosted pages live, for the
    browser's own rules about where a form may lead.
    """

    page_origins: tuple[str, ...]

    def minimum(self, currency: str) -> int:
        """The smallest amount that the provider takes, in minor units."""

    def step(self, currency: str) -> int:
        """What every amount that the provider takes is a multiple of, in minor units: mostly 1."""

    def open_page(self, wish: PaymentWish) -> Request | Refused:
        """Open the hosted page; the same bytes and key give the same page again. Refused where the provider
        could not take exactly this amount.
        """

    def page_of(self, reply: Reply) -> HostedPage | Refused:
        """What came of opening it."""

    def look_at_page(self, page: str) -> Request:
        """A request that changes nothing, for the provider's record of this page."""

    def record_of(self, reply: Reply) -> PaymentRecord | Refused:
        """The provider's record."""

    def close_page(self, page: str) -> Request:
        """End an open page so that nothing can be paid there any more. A page that is over stays over;
        what the record says after that counts, since a payment may have come first.
        """

    def look_at_refund(self, reference: str) -> Request:
        """A request that changes nothing, for what has become of a refund that was made."""

    def why_refund_failed(self, reply: Reply) -> str:
        """Why it failed after all, for an agent; empty where it did not, or where nobody can tell."""

    def heard(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Heard | None:
        """What a webhook is about, once its signature has proved true; None where it has not.

        What it says of money is never believed: it is a reason to look at the record. Names in `headers` are
        lower case.
        """


@runtime_checkable
class CountsDeclines(Protocol):
    """A provider whose record names the last declined card only, and that lists all of them when asked."""

    def look_at_declines(self, reply: Reply) -> Request | None:
        """What to ask for, going by the record's own reply; None where no card was declined."""

    def with_declines(self, record: PaymentRecord, reply: Reply) -> PaymentRecord:
        """The record with all declines counted; the same where this reply cannot be read."""
