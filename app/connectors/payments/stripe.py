"""Stripe Checkout: a hosted page for a card payment, reserved now and captured once the exchange is placed.

Requests are our own and go through the queue like all others (docs/adr/0009-stripe-through-our-own-queue.md);
Stripe's package is the reference that they are compared with in the tests, and it checks signatures. Every
movement looks first at what the payment has had, and again when an answer was lost: Stripe forgets keys after
a day, while a worker may be kept waiting for longer and a restored backup may be older.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar, Self

from app.connectors.base import LOOK_UP, Done, Outcome, Refused, Reply, Request, Step, outcome_of_status
from app.connectors.exact_json import read_exact
from app.connectors.moved import Heard, HostedPage, Moved
from app.connectors.payments import stripe_calls, stripe_reply
from app.connectors.payments.secret_pair import SecretPair
from app.connectors.payments.stripe_amounts import NotPayable, smallest, step
from app.connectors.payments.stripe_event import about_event
from app.connectors.payments.stripe_settings import StripeSettings, secrets_of
from app.connectors.settings import read_settings
from app.domain.money import UnknownCurrency
from app.domain.payment import MoneyMove, PaymentRecord, PaymentWish

# Another request with the same key is under way; something that Stripe itself waits for failed.
FOR_NOW = (409, 424)


class StripeGateway:
    """One store's account. See `app.connectors.gateway.Gateway`."""

    system: ClassVar = "stripe"
    safe_to_repeat: ClassVar = False  # not for ever: see `LooksUp`, which this is one of

    def __init__(self, settings: StripeSettings, secrets: SecretPair) -> None:
        self._settings = settings
        self._secrets = secrets
        self.page_origins: tuple[str, ...] = (settings.pages,)

    @classmethod
    def configure(cls, settings: Mapping[str, Any], secret: str | None, *, allow_loopback: bool) -> Self:
        """From settings as stored or typed in. Raises InvalidSettings."""
        return cls(read_settings(StripeSettings, settings, allow_loopback=allow_loopback), secrets_of(secret))

    def minimum(self, currency: str) -> int:
        """By Stripe's table, or what the settings say instead."""
        return smallest(currency) if self._settings.minimum is None else self._settings.minimum

    def step(self, currency: str) -> int:
        return step(currency)

    def open_page(self, wish: PaymentWish) -> Request | Refused:
        try:
            return stripe_calls.open_page(self._settings.url, wish)
        except (NotPayable, UnknownCurrency) as error:
            return Refused(str(error))

    def page_of(self, reply: Reply) -> HostedPage | Refused:
        return stripe_reply.read_page(reply, self._settings.pages)

    def look_at_page(self, page: str) -> Request:
        return stripe_calls.look_at_page(self._settings.url, page)

    def record_of(self, reply: Reply) -> PaymentRecord | Refused:
        return stripe_reply.read_record(reply)

    def look_at_declines(self, reply: Reply) -> Request | None:
        payment = stripe_reply.declined_payment(reply)
        return stripe_calls.look_at_charges(self._settings.url, payment) if payment else None

    def with_declines(self, record: PaymentRecord, reply: Reply) -> PaymentRecord:
        return stripe_reply.with_declines(record, reply)

    def close_page(self, page: str) -> Request:
        return stripe_calls.close_page(self._settings.url, page)

    def look_at_refund(self, reference: str) -> Request:
        return stripe_calls.look_at_refund(self._settings.url, reference)

    def why_refund_failed(self, reply: Reply) -> str:
        return stripe_reply.why_refund_failed(reply)

    def heard(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Heard | None:
        # An extra: whoever is not connected to Stripe need not have it.
        from app.connectors.payments.stripe_webhook import is_signed  # noqa: PLC0415

        if not is_signed(headers.get("stripe-signature", ""), body, self._secrets.signing, now):
            return None
        return about_event(read_exact(body))

    def next_step(self, message: MoneyMove, answers: Sequence[Reply]) -> Step:
        if not answers:
            return stripe_calls.look_at_payment(self._settings.url, message)
        if len(answers) == 1:
            before = stripe_reply.found_before(message, answers[0])
            if before is not None:
                return _ended(before)
            try:
                return stripe_calls.move_money(self._settings.url, message)
            except (NotPayable, UnknownCurrency) as error:
                return Refused(str(error))
        return _ended(stripe_reply.read_moved(message, answers[-1]))

    def outcome(self, reply: Reply) -> Outcome:
        """After a 5xx, or a yes that did not come through whole, it is looked up what was done."""
        if stripe_reply.is_kept_failure(reply):
            return Outcome.REJECTED
        if reply.status in FOR_NOW:
            return Outcome.TRY_LATER
        outcome = outcome_of_status(reply.status, safe_to_repeat=self.safe_to_repeat)
        if outcome is Outcome.DELIVERED and not stripe_reply.is_readable(reply):
            return Outcome.UNKNOWN
        return outcome

    def look_up(self, message: MoneyMove) -> Request:
        return replace(stripe_calls.look_at_payment(self._settings.url, message), name=LOOK_UP)

    def found(self, message: MoneyMove, reply: Reply) -> Sequence[Reply]:  # noqa: ARG002 - the port's
        """The answer to looking first, whose place this one takes."""
        return [reply]

    def explain(self, reply: Reply) -> str:
        return stripe_reply.explain(reply)

    def credentials(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._secrets.key}"}

    def stored_settings(self) -> dict[str, Any]:
        return self._settings.model_dump(mode="json")


def _ended(result: Moved | Refused) -> Step:
    return result if isinstance(result, Refused) else Done(result)
