"""What Medusa's answers mean, and what they say of orders and exchanges.

Medusa names most refusals by words alone, so some are told by how their message begins. Source: answers
recorded from Medusa 2.21.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.connectors.base import Outcome, Reply
from app.connectors.platforms.medusa_calls import DUE_BEFORE, REFERENCE
from app.connectors.platforms.medusa_json import Json, entries, inner, read, text, whole

LONGEST_SENTENCE = 400
POISONED = "Return id not found"
NOT_OPEN = "An active Order Change is required"
BUSY = "Order Change cannot be modified"
OTHER_CHANGE = "already has an existing active order change"
SHORT_OF_STOCK = "Not enough stock available"


def outcome(reply: Reply) -> Outcome:
    """What an answer means. A refusal in Medusa's own words is an answer that the course goes on from:
    it clears away what it began, and then refuses.

    A 5xx tells nothing: it comes after work that was done, and for an id of ours that is wrong.
    """
    if reply.status in (425, 429):
        return Outcome.TRY_LATER
    # 409 says that another request was in the way; whether this one counted is not said.
    if reply.status >= 500 or reply.status in (408, 409) or message_of(reply).startswith(BUSY):
        return Outcome.UNKNOWN
    if 200 <= reply.status < 300:
        return Outcome.DELIVERED
    if reply.status in (400, 404, 422) and message_of(reply):
        return Outcome.DELIVERED
    return Outcome.REJECTED


def is_yes(reply: Reply) -> bool:
    return 200 <= reply.status < 300


def message_of(reply: Reply) -> str:
    return text(read(reply).get("message"))


def is_poisoned(reply: Reply) -> bool:
    """The first inbound call failed once, and Medusa forgot the return but not that there was one."""
    return reply.status == 404 and message_of(reply).startswith(POISONED)


def is_not_open(reply: Reply) -> bool:
    """There is nothing to confirm: most likely because an earlier confirm has landed."""
    return reply.status == 400 and message_of(reply).startswith(NOT_OPEN)


def is_other_change(reply: Reply) -> bool:
    return reply.status == 400 and OTHER_CHANGE in message_of(reply)


def explain(reply: Reply) -> str:
    """A refusal in words for an agent."""
    said = _one_line(_said(reply))
    return (f"Medusa answered {reply.status}" + (f": {said}" if said else ""))[:LONGEST_SENTENCE]


def _said(reply: Reply) -> str:
    message = message_of(reply)
    if 300 <= reply.status < 400:
        return "it has moved to another address; correct the connector's url"
    if reply.status in (401, 403):
        return "our secret key was not accepted; it must be a secret API key, not a token or publishable key"
    if reply.status == 404 and not message:
        return "it has no such address; the connector's url is wrong, or a plugin is missing"
    if text(read(reply).get("code")) == "insufficient_inventory" or message.startswith(SHORT_OF_STOCK):
        return f"a replacement is out of stock ({message})"
    if reply.status >= 500 and text(read(reply).get("code")) == "unknown_error":
        return (
            "it failed without saying why; an id in the connector's settings that it does not know does that"
        )
    if OTHER_CHANGE in message:
        return "the order is being changed in Medusa; confirm or cancel that change there, then try again"
    return message


@dataclass(frozen=True)
class Exchange:
    """An exchange in Medusa. `items` are the new order lines, known once it is confirmed."""

    id: str
    display_id: str
    return_id: str
    reference: str
    due_before: str
    cancelled: bool
    items: tuple[str, ...]

    @property
    def confirmed(self) -> bool:
        """There is no status; only a confirmed exchange has additional items."""
        return bool(self.items) and not self.cancelled

    @property
    def open(self) -> bool:
        return not self.items and not self.cancelled


@dataclass(frozen=True)
class OrderLine:
    """A line of an order. `left`: units that may be returned."""

    id: str
    sku: str
    left: int


def exchange_of(content: Json) -> Exchange:
    metadata = inner(content, "metadata")
    items = (text(entry.get("item_id")) for entry in entries(content.get("additional_items")))
    return Exchange(
        id=text(content.get("id")),
        display_id=text(content.get("display_id")),
        return_id=text(content.get("return_id")),
        reference=text(metadata.get(REFERENCE)),
        due_before=text(metadata.get(DUE_BEFORE)),
        cancelled=content.get("canceled_at") is not None,
        items=tuple(item for item in items if item),
    )


def exchanges_of(reply: Reply) -> list[Exchange]:
    found = (exchange_of(entry) for entry in entries(read(reply).get("exchanges")))
    return [exchange for exchange in found if exchange.id]


def lines_of(order: Json) -> list[OrderLine]:
    return [
        OrderLine(text(item.get("id")), text(item.get("variant_sku")), units_left(item))
        for item in entries(order.get("items"))
    ]


def units_left(item: Json) -> int:
    """Units that may be returned: fulfilled is enough, and what is on its way back is gone."""
    return max(0, whole(inner(item, "detail").get("fulfilled_quantity")) - units_gone(item))


def units_gone(item: Json) -> int:
    """Units that came back, or are on their way."""
    detail = inner(item, "detail")
    gone = ("return_requested", "return_received", "return_dismissed", "written_off")
    return sum(whole(detail.get(f"{name}_quantity")) for name in gone)


def with_sku(lines: Iterable[OrderLine], sku: str) -> list[OrderLine]:
    return [line for line in lines if sku and line.sku == sku]


def _one_line(words: str) -> str:
    """What a stranger wrote, fit for a log, a database and a page."""
    shown = "".join(letter if letter.isprintable() else " " for letter in words)
    return " ".join(shown.split())
