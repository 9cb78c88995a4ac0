"""New sessions, payments, charges and refunds of the small Stripe, with the fields that our connector reads.

Sources: Stripe's pages about Checkout Sessions, PaymentIntents, Charges and Refunds.
"""

from __future__ import annotations

from typing import Any

from tests.payments.fake_stripe_forms import Form, listed

Thing = dict[str, Any]


def new_session(number: str, url: str, amount: int, form: Form) -> Thing:
    """Open, and nobody has tried to pay."""
    return {
        "id": number,
        "object": "checkout.session",
        "status": "open",
        "payment_status": "unpaid",
        "amount_total": amount,
        "currency": listed(form["line_items"])[0]["price_data"]["currency"],
        "payment_intent": None,
        "url": url,
        "expires_at": int(form["expires_at"]),
        "metadata": form.get("metadata", {}),
        "client_reference_id": form.get("client_reference_id"),
    }


def new_intent(number: str, session: Thing) -> Thing:
    """Made by the session when a card is first typed in."""
    return {
        "id": number,
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_received": 0,
        "amount_capturable": 0,
        "currency": session["currency"],
        "latest_charge": None,
        "last_payment_error": None,
        "status": "requires_payment_method",
        "metadata": session["wish"]["payment_intent_data"].get("metadata", {}),
    }


def new_charge(number: str, intent: Thing, status: str) -> Thing:
    """One try with a card, not captured."""
    return {
        "id": number,
        "object": "charge",
        "status": status,
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "captured": False,
        "currency": intent["currency"],
        "payment_intent": intent["id"],
        "payment_method_details": {"card": {}, "type": "card"},
    }


def new_refund(number: str, charge: Thing, amount: int, form: Form) -> Thing:
    """It succeeds at once."""
    return {
        "id": number,
        "object": "refund",
        "status": "succeeded",
        "amount": amount,
        "currency": charge["currency"],
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "metadata": form.get("metadata", {}),
    }
