"""The requests that Stripe is sent. Sources: Stripe's pages about Checkout Sessions, PaymentIntents, Refunds
and idempotent requests.

The version of the interface is pinned, so that an account's own default changes nothing. Keys are derived; a
key's answer is kept by Stripe for a day at least, also when it is a failure. Answers are `stripe_reply`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from app.connectors.base import Request
from app.connectors.payments.stripe_amounts import stripe_amount
from app.connectors.payments.stripe_form import to_body, to_query
from app.domain.idempotency import transaction_id_for
from app.domain.payment import MoneyAct, MoneyMove, PaymentWish

VERSION = "2026-10-28.endive"
KEY_NAME = "evenly_key"  # in metadata: what one of ours is known by when the key itself is forgotten
LONGEST_SUFFIX = 10  # the account's prefix may have 10 of the 22 characters, and "* " takes two
LONGEST_NAME = 250
LONGEST_VALUE = 500
NOT_ON_STATEMENTS = re.compile(r"[^ -~]|[<>\\'\"*]")
EMAIL = re.compile(r"[!-?A-~]{1,200}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def open_page(url: str, wish: PaymentWish) -> Request:
    """A Checkout Session for a card payment that is only reserved. Raises NotPayable, UnknownCurrency.

    Adaptive Pricing is off: it would offer the shopper another currency than the one they confirmed.
    """
    told = _metadata(wish.reference, wish.order, wish.store, wish.key)
    parameters = {
        "mode": "payment",
        "submit_type": "pay",
        "payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "line_items": [{"price_data": _price(wish), "quantity": 1}],
        "payment_intent_data": {
            "capture_method": "manual",
            "description": wish.description[:LONGEST_VALUE],
            "metadata": told,
            **_suffix(wish),
        },
        "metadata": told,
        "client_reference_id": wish.reference,
        "success_url": wish.return_url,
        "cancel_url": wish.back_url,
        "expires_at": int(wish.expires_at.timestamp()),
        **({"customer_email": wish.email} if wish.email and EMAIL.fullmatch(wish.email) else {}),
    }
    return _post("open page", f"{url}/v1/checkout/sessions", parameters, wish.key)


def look_at_page(url: str, page: str) -> Request:
    """The session with its payment and that one's charge, where the deadline and the refunds stand."""
    query = to_query({"expand": ["payment_intent.latest_charge"]})
    return _get("look at page", f"{url}/v1/checkout/sessions/{_part(page)}?{query}")


def close_page(url: str, page: str) -> Request:
    """Expire an open session."""
    return _post("close page", f"{url}/v1/checkout/sessions/{_part(page)}/expire", {}, f"{page}:close")


def look_at_payment(url: str, move: MoneyMove) -> Request:
    """What the payment has had so far: keys are forgotten after a day, the payment itself is not."""
    if move.act is MoneyAct.REFUND:
        query = to_query({**_charged(move), "limit": 100})
        return _get("look at refunds", f"{url}/v1/refunds?{query}")
    return _get("look at payment", f"{url}/v1/payment_intents/{_part(move.payment)}")


def look_at_charges(url: str, payment: str) -> Request:
    """Every try with a card that a payment has had, the newest first; each declined one is a charge too."""
    query = to_query({"payment_intent": payment, "limit": 100})
    return _get("look at charges", f"{url}/v1/charges?{query}")


def look_at_refund(url: str, reference: str) -> Request:
    """A refund that was made: it may fail days later."""
    return _get("look at refund", f"{url}/v1/refunds/{_part(reference)}")


def move_money(url: str, move: MoneyMove) -> Request:
    """The movement itself. Raises NotPayable, UnknownCurrency."""
    known = {"metadata": {KEY_NAME: transaction_id_for(move.key)}}
    intent = f"{url}/v1/payment_intents/{_part(move.payment)}"
    if move.act is MoneyAct.VOID:
        return _post(move.act, f"{intent}/cancel", {"cancellation_reason": "abandoned"}, move.key)
    amount = stripe_amount(move.amount, move.currency)
    if move.act is MoneyAct.CAPTURE:
        return _post(move.act, f"{intent}/capture", {"amount_to_capture": amount, **known}, move.key)
    told = _metadata(move.reference, move.order, move.store, move.key)
    refund = {**_charged(move), "amount": amount, "reason": "requested_by_customer", "metadata": told}
    return _post(move.act, f"{url}/v1/refunds", refund, move.key)


def _price(wish: PaymentWish) -> dict[str, Any]:
    return {
        "currency": wish.currency.lower(),
        "unit_amount": stripe_amount(wish.amount, wish.currency),
        "product_data": {"name": wish.description[:LONGEST_NAME]},
    }


def _suffix(wish: PaymentWish) -> dict[str, str]:
    """What stands after the account's own name on the statement; left out when no letter is left of it."""
    for text in (wish.statement, wish.reference):
        plain = NOT_ON_STATEMENTS.sub("", text).strip()
        if len(plain) <= LONGEST_SUFFIX and re.search("[A-Za-z]", plain):
            return {"statement_descriptor_suffix": plain}
    return {}


def _metadata(reference: str, order: str, store: str, key: str) -> dict[str, str]:
    told = {"exchange": reference, "order": order, "store": store, KEY_NAME: transaction_id_for(key)}
    return {name: text[:LONGEST_VALUE] for name, text in told.items()}


def _charged(move: MoneyMove) -> dict[str, str]:
    """The original charge of an order may be known by its PaymentIntent or by the charge's own number."""
    name = "charge" if move.payment.startswith(("ch_", "py_")) else "payment_intent"
    return {name: move.payment}


def _part(number: str) -> str:
    return quote(number, safe="")


def _get(name: str, url: str) -> Request:
    return Request(name, "GET", url, {"Stripe-Version": VERSION}, b"")


def _post(name: str, url: str, parameters: Mapping[str, Any], key: str) -> Request:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": transaction_id_for(key),
        "Stripe-Version": VERSION,
    }
    return Request(name, "POST", url, headers, to_body(parameters))
