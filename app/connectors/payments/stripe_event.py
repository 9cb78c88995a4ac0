"""What an event of Stripe's is about, once its signature has proved true.

Sources: Stripe's pages about events, disputes and refunds. Of money nothing is believed: it is a reason to
look. A dispute has no record here to look at, so an agent reads what the event says of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.connectors.answers import LARGEST_AMOUNT, one_line, order_number
from app.connectors.moved import Dispute, Heard
from app.connectors.payments.stripe_amounts import NotPayable, minor_amount
from app.domain.money import UnknownCurrency

DISPUTED = "charge.dispute.created"
LONGEST = 80


def about_event(content: Any) -> Heard:
    """The page, payment and exchange that an event is about; nothing where it is about none of ours."""
    data = content.get("data") if isinstance(content, dict) else None
    thing = data.get("object") if isinstance(data, dict) else None
    if not isinstance(thing, dict):
        return Heard()
    if thing.get("object") == "checkout.session":
        return Heard(page=order_number(thing.get("id")))
    own = thing.get("id") if thing.get("object") in ("payment_intent", "charge") else None
    numbers = (own, thing.get("payment_intent"), thing.get("charge"))
    told = thing.get("metadata")
    return Heard(
        payments=tuple(filter(None, (order_number(number) for number in numbers))),
        exchange=order_number(told.get("exchange")) if isinstance(told, dict) else "",
        dispute=_dispute(thing) if content.get("type") == DISPUTED else None,
    )


def _dispute(thing: Mapping[str, Any]) -> Dispute | None:
    """None where it cannot be read."""
    units, currency, reason = thing.get("amount"), str(thing.get("currency")).upper(), thing.get("reason")
    if not isinstance(units, int) or isinstance(units, bool) or not 0 <= units <= LARGEST_AMOUNT:
        return None
    try:
        amount = minor_amount(units, currency)
    except (NotPayable, UnknownCurrency):
        return None
    words = one_line(reason)[:LONGEST].replace("_", " ") if isinstance(reason, str) else ""
    return Dispute(order_number(thing.get("id")), amount, currency, words, _answer_by(thing))


def _answer_by(thing: Mapping[str, Any]) -> datetime | None:
    details = thing.get("evidence_details")
    due = details.get("due_by") if isinstance(details, dict) else None
    if not isinstance(due, int) or isinstance(due, bool) or not 0 < due < 10**11:
        return None
    return datetime.fromtimestamp(due, UTC)
