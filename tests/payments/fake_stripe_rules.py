"""What the small Stripe refuses, and how. Sources: Stripe's pages about errors, currencies, statement
descriptors and Checkout Sessions.
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.payments.fake_stripe_forms import Form, listed

DAY = 24 * 3600
THREE = {"bhd", "jod", "kwd", "omr", "tnd"}
HUNDREDS = {"isk", "ugx"}
SMALLEST = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50}
SESSION_FIELDS = {
    "mode", "submit_type", "payment_method_types", "adaptive_pricing", "line_items", "payment_intent_data",
    "metadata", "client_reference_id", "success_url", "cancel_url", "expires_at", "customer_email",
}  # fmt: skip
INTENT_FIELDS = {"capture_method", "description", "metadata", "statement_descriptor_suffix"}


class Refusal(Exception):
    """An error as Stripe answers it."""

    def __init__(
        self, status: int, message: str, *, code: str = "", kind: str = "invalid_request_error"
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message} | ({"code": code} if code else {})

    def body(self) -> bytes:
        return json.dumps({"error": self.error}).encode()


def unexpected(intent: dict[str, Any], act: str) -> Refusal:
    """The payment is in a state that does not go with the act."""
    words = f"This PaymentIntent could not be {act} because it has a status of {intent['status']}."
    return Refusal(400, words, code="payment_intent_unexpected_state")


def only(form: Form, known: set[str]) -> None:
    """Raises Refusal for a parameter that Stripe does not know."""
    for name in form:
        if name not in known:
            raise Refusal(400, f"Received unknown parameter: {name}", code="parameter_unknown")


def check_amount(amount: int, currency: str) -> None:
    """Raises Refusal for an amount that cannot be paid."""
    if currency != currency.lower():
        raise Refusal(400, f"Invalid currency: {currency}")
    check_units(amount, currency)
    if amount < SMALLEST.get(currency, 1):
        raise Refusal(400, "The Checkout Session's total amount is too small", code="amount_too_small")


def check_units(amount: int, currency: str) -> None:
    """Raises Refusal for an amount that is no whole number of what the currency has."""
    wrong = (currency in THREE and amount % 10) or (currency in HUNDREDS and amount % 100)
    if wrong:
        raise Refusal(400, f"Invalid amount for {currency}", code="parameter_invalid_integer")


def check_page(form: Form, now: float) -> None:
    """Raises Refusal for a session that Stripe would not open."""
    intent = form["payment_intent_data"]
    only(intent, INTENT_FIELDS)
    suffix = intent.get("statement_descriptor_suffix", "A")
    if not 30 * 60 <= int(form["expires_at"]) - now <= DAY:
        raise Refusal(
            400, "`expires_at` must be between 30 minutes and 24 hours from Checkout Session creation."
        )
    if not re.search("[A-Za-z]", suffix) or re.search(r"[<>\\'\"*]", suffix) or len(suffix) > 22:
        raise Refusal(400, "The statement descriptor suffix is not right")
    if "@" not in form.get("customer_email", "a@b"):
        raise Refusal(400, "Invalid email address", code="email_invalid")
    assert (form["mode"], intent["capture_method"]) == ("payment", "manual")
    assert listed(form["payment_method_types"]) == ["card"]
    assert form["adaptive_pricing"] == {"enabled": "false"}
