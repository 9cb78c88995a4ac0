"""What every course in Medusa begins with: which order it is about, and what we have there already.

An order number of ours may be one that Medusa does not know: an exchange of an exchange names the
exchange, and its lines go by SKU. Both are resolved here. Nothing is changed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.connectors.base import Reply, Request
from app.connectors.platforms.medusa_calls import DUE_BEFORE, ORDER_FIELDS, REFERENCE, Calls
from app.connectors.platforms.medusa_course import Course, NoWayOn
from app.connectors.platforms.medusa_json import Json, amount, inner, minor_of, read, text
from app.connectors.platforms.medusa_orders import look_for_order
from app.connectors.platforms.medusa_reply import (
    Exchange,
    OrderLine,
    exchanges_of,
    explain,
    is_yes,
    lines_of,
    with_sku,
)
from app.connectors.platforms.medusa_settings import MedusaSettings
from app.domain.exchange_order import ExchangeOrder, ReturnedItem

# How we number what came of an order: an exchange (E) or a return for a gift card (R), by Medusa's count.
OURS = re.compile(r"(.+)-([ER])(\d+)")
ORDER_ID = "order_"


@dataclass(frozen=True)
class Asked:
    """The message and everything it takes to place it. `card_code` is the code of its gift card."""

    message: ExchangeOrder
    settings: MedusaSettings
    calls: Calls
    card_code: str = ""

    @property
    def number(self) -> str:
        """The number of the order as the shop gave it, whatever exchanges came in between."""
        found = OURS.fullmatch(self.message.original_order_id)
        return found[1] if found else self.message.original_order_id

    @property
    def parent(self) -> str:
        """Medusa's count of the exchange that is exchanged in turn, empty for an order bought."""
        found = OURS.fullmatch(self.message.original_order_id)
        return found[3] if found and found[2] == "E" else ""

    def about(self, note: str) -> dict[str, str]:
        """How what we make is told apart by people in the shop."""
        return {"description": f"Evenly {self.message.reference}", "internal_note": note}

    def metadata(self, due_before: int) -> dict[str, str]:
        before = format(amount(due_before, self.message.currency), "f")
        return {REFERENCE: self.message.reference, DUE_BEFORE: before}


def content_of(reply: Reply) -> Json:
    """The content of a yes. Raises NoWayOn for anything else."""
    if not is_yes(reply):
        raise NoWayOn(explain(reply))
    return read(reply)


def first_request(asked: Asked) -> Course[str]:
    """The id of the order in Medusa: the one that was bought, as exchanges make no order there.

    By number and e-mail only where nobody noted it: the recipient of a gift has another than its order.
    """
    for known in (asked.message.platform_order_id, asked.message.bought_order_id):
        if known.startswith(ORDER_ID):
            return known
    email = asked.message.customer.email
    order_id = yield from look_for_order(asked.calls, asked.number, email)
    if not order_id:
        raise NoWayOn(f"Medusa has no order {asked.number} of {email}")
    return order_id


def our_exchanges(asked: Asked, order_id: str) -> Course[tuple[list[Exchange], list[Exchange]]]:
    """The exchanges of the order that carry our reference, and all there are.

    Medusa cannot filter by metadata, so that is done here.
    """
    everything = exchanges_of((yield from _checked(asked.calls.exchanges_of(order_id))))
    return [one for one in everything if one.reference == asked.message.reference], everything


def read_order(asked: Asked, order_id: str, fields: str = ORDER_FIELDS) -> Course[Json]:
    """The order, if it is in the currency of the message. Raises NoWayOn."""
    order = inner(read((yield from _checked(asked.calls.order(order_id, fields)))), "order")
    currency = text(order.get("currency_code")).upper()
    if currency != asked.message.currency:
        raise NoWayOn(
            f"the order is in {currency or 'no currency'}, the exchange in {asked.message.currency}"
        )
    if order.get("canceled_at") is not None:
        raise NoWayOn("the order has been cancelled in Medusa")
    return order


def pending(order: Json, currency: str) -> int | None:
    """What the order waits for in minor units: above zero the shopper owes it."""
    return minor_of(inner(order, "summary").get("pending_difference"), currency)


def units_by_line(
    asked: Asked, order: Json, everything: Iterable[Exchange], returned: Iterable[ReturnedItem]
) -> dict[str, tuple[int, ReturnedItem]]:
    """How many units come back of which line of Medusa's. Raises NoWayOn when there are not as many.

    Checked before anything is begun, since a first inbound call that fails poisons its exchange.
    """
    lines, parent = lines_of(order), _items_of(asked.parent, everything)
    units: dict[str, tuple[int, ReturnedItem]] = {}
    for item in returned:
        taken = {line: count for line, (count, _) in units.items()}
        line = _line_for(item, lines, parent, taken)
        units[line.id] = (taken.get(line.id, 0) + item.quantity, units.get(line.id, (0, item))[1])
    return units


def _line_for(
    item: ReturnedItem, lines: list[OrderLine], parent: tuple[str, ...], taken: dict[str, int]
) -> OrderLine:
    """The line of this id; else one of this SKU, among those of the exchange that is exchanged."""
    found = [line for line in lines if line.id == item.line_id]
    found = found or [line for line in with_sku(lines, item.sku) if not parent or line.id in parent]
    if not found:
        raise NoWayOn(f"the order in Medusa has no line {item.line_id} or {item.sku}")
    for line in found:
        if 0 < item.quantity <= line.left - taken.get(line.id, 0):
            return line
    left = max(line.left - taken.get(line.id, 0) for line in found)
    raise NoWayOn(f"{item.quantity} of {item.sku} should come back, and Medusa has {left} left to return")


def _items_of(parent: str, everything: Iterable[Exchange]) -> tuple[str, ...]:
    """The lines that the earlier exchange sent. Raises NoWayOn when it is not there."""
    if not parent:
        return ()
    for exchange in everything:
        if exchange.display_id == parent and exchange.confirmed:
            return exchange.items
    raise NoWayOn(f"the order in Medusa has no confirmed exchange {parent}")


def _checked(request: Request) -> Course[Reply]:
    reply = yield request
    content_of(reply)
    return reply
