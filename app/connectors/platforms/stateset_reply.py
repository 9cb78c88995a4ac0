"""What StateSet answered, read leniently: the page's own sample and table do not agree on its fields.

Of an exchange only `exchange_order_id` is needed; `success` or `exchanged` that say no are a no, whatever
the status. Error bodies come in three shapes over StateSet's pages; words are taken from whichever it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.connectors.answers import content_of, explained, one_line, order_number
from app.connectors.base import Reply
from app.domain.exchange_order import ExchangeOrder

LONGEST_TEXT = 255
# Kept with the exchange; `payment_status` has only one published value, so it is a text like the others.
TRACKING, ESTIMATE = "tracking_number", "estimated_delivery"  # the latter a day, YYYY-MM-DD
KEPT = ("exchange_status", "payment_status", TRACKING, ESTIMATE)


@dataclass(frozen=True)
class Exchanged:
    """One unit's exchange as told. `order` is empty when it cannot be trusted, and `doubt` says why."""

    order: str
    said: Mapping[str, str]
    doubt: str = ""


def refusal_in(reply: Reply) -> str:
    """A no in words, also one under a 2xx; empty for a yes."""
    if not 200 <= reply.status < 300:
        return explain(reply)
    content = content_of(reply)
    # "number … true if successful": 0 and false both say no.
    if isinstance(content, dict) and any(
        name in content and content[name] in (False, 0, "false") for name in ("success", "exchanged")
    ):
        said = _said_by(content)
        return "The platform answered that it did not succeed" + (f": {said}" if said else "")
    return ""


def return_id(reply: Reply) -> str:
    """The id of the return that was made; empty when the answer names none."""
    content = content_of(reply)
    return order_number(content.get("id")) if isinstance(content, dict) else ""


def read_exchange(message: ExchangeOrder, asked: str, product_id: str, reply: Reply) -> Exchanged:
    """The exchange order of one unit, as far as the answer tells. `asked` is the return's id."""
    content = content_of(reply)
    if not isinstance(content, dict):
        return Exchanged("", {}, "the answer is not the JSON object that StateSet describes")
    said = {name: text for name in KEPT if (text := _text(content.get(name)))}
    order = order_number(content.get("exchange_order_id"))
    about, product = _text(content.get("id")), _text(content.get("exchange_product_id"))
    if about and about != asked:
        return Exchanged("", said, f"the answer is about return {about} and not about {asked}")
    if not order:
        return Exchanged("", said, "exchange_order_id is missing or not usable")
    exchanged = {known for item in message.returned for known in item.orders}
    exchanged |= {message.original_order_id, message.original_secondary_order_id, message.platform_order_id}
    if order in exchanged:
        return Exchanged("", said, f"exchange_order_id is {order}, the order that is being exchanged")
    if product and product != product_id:
        return Exchanged(order, said, f"StateSet sends product {product} and not {product_id}")
    return Exchanged(order, said)


def explain(reply: Reply) -> str:
    """A refusal in words: the status, and what StateSet says of it."""
    return explained(reply, _said_by(content_of(reply)))


def _said_by(content: Any) -> str:
    """`error.message`, else `message`, with `error.code` or `error` where that is a text."""
    if not isinstance(content, dict):
        return ""
    error = content.get("error")
    inner = error if isinstance(error, dict) else {}
    code = _text(inner.get("code") or (error if isinstance(error, str) else ""))
    message = _text(inner.get("message") or content.get("message"))
    param = _text(inner.get("param"))
    words = [message or code, f"({param})" if param else "", f"[{code}]" if message and code else ""]
    return " ".join(word for word in words if word)


def _text(value: Any) -> str:
    return one_line(value)[:LONGEST_TEXT] if isinstance(value, str) else ""
