"""What a merchant's endpoint answered to an exchange order: read, doubted, and put into words.

Optoro Exchange Orders 2.0.0 requires four fields of a 200. A yes without them is still a yes: the order
may exist, so it is never sent again by itself, and `Placed.doubt` tells an agent why to look.
"""

from __future__ import annotations

from typing import Any

from app.connectors.answers import LARGEST_AMOUNT, content_of, explained, order_number
from app.connectors.base import Reply
from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder

AMOUNTS = ("total_amount_cents", "product_amount_cents", "tax_amount_cents")


def read_reply(message: ExchangeOrder, reply: Reply) -> Placed:
    """The order that was placed, as far as the answer tells."""
    content = content_of(reply)
    if not isinstance(content, dict):
        return Placed("", None, None, None, doubt="the answer is not the JSON object that Optoro describes")
    amounts = {name: _amount(content.get(name)) for name in AMOUNTS}
    doubts = [f"{name} is missing or not an amount" for name, value in amounts.items() if value is None]
    number = order_number(content.get("order_identifier"))
    if not number:
        doubts.insert(0, "order_identifier is missing or not usable")
    elif number in (message.original_order_id, message.original_secondary_order_id):
        doubts.insert(0, f"order_identifier is {number}, the order that is being exchanged")
        number = ""
    known = {"order_identifier": number} | amounts
    return Placed(
        order=number,
        total=amounts["total_amount_cents"],
        product=amounts["product_amount_cents"],
        tax=amounts["tax_amount_cents"],
        reply={name: value for name, value in known.items() if value not in (None, "")},
        doubt="; ".join(doubts),
    )


def explain(reply: Reply) -> str:
    """A refusal in words: the status, and what Optoro's error envelope says of which field."""
    return explained(reply, _said_by(content_of(reply)))


def _said_by(content: Any) -> str:
    """The envelope of Optoro's own APIs: a message, and a field with a code for each fault."""
    if not isinstance(content, dict):
        return ""
    message = content.get("message")
    words = [message] if isinstance(message, str) else []
    errors = content.get("errors")
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            field, code = error.get("field"), error.get("code")
            words.append(" ".join(str(part).replace("_", " ") for part in (field, code) if part))
    return "; ".join(word for word in words if word)


def _amount(value: Any) -> int | None:
    """A whole number of minor units, 0 or more. JSON's true, 100.0 and "100" are none."""
    is_amount = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_AMOUNT
    return value if is_amount else None
