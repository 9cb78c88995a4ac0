"""Placing an exchange order in Medusa: the course from looking what is there to the order read back.

Nothing in Medusa is atomic or idempotent and a repeated call appends, so the course begins by looking
for what it made before: a confirmed exchange of ours is the result, an open one is given up and begun
again. Whatever it begins and cannot finish it gives up. Gift cards are `medusa_card`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.connectors.base import Placed, Request
from app.connectors.platforms.medusa_asking import (
    Asked,
    content_of,
    first_request,
    our_exchanges,
    pending,
    read_order,
    units_by_line,
)
from app.connectors.platforms.medusa_calls import ORDER_FIELDS, PLACED_FIELDS, SENDING_FIELDS
from app.connectors.platforms.medusa_card import CardsFound, look_for_card, place_card
from app.connectors.platforms.medusa_course import Course, NoWayOn
from app.connectors.platforms.medusa_json import Json, inner, read, text
from app.connectors.platforms.medusa_lines import adds_tax, inbound, outbound, sending, shipping_option
from app.connectors.platforms.medusa_reply import (
    Exchange,
    explain,
    is_not_open,
    is_other_change,
    is_poisoned,
    is_yes,
)
from app.connectors.platforms.medusa_result import placed
from app.domain.exchange_order import ReturnedItem

NOTE = "Made by Evenly, the exchange portal, at the shopper's wish."
# Medusa shows a refund due as owed, whether it is paid back elsewhere, put on a gift card or kept.
REFUND_NOTE = f"{NOTE} Do not refund the difference here unless Evenly asks for it."
TRIES = 2  # a poisoned exchange is begun again once


@dataclass(frozen=True)
class Begun:
    """An exchange that was just created. `change` is the order change that it lives in."""

    id: str
    change: str


def place(asked: Asked) -> Course[Placed]:
    """The whole course. Ends in `Placed`; raises NoWayOn."""
    message = asked.message
    if not message.variants and message.card is None:
        raise NoWayOn("nothing would be sent and no gift card given")
    order_id = yield from first_request(asked)
    ours, everything = yield from our_exchanges(asked, order_id)
    exchange = next((one for one in ours if one.confirmed), None)
    found: CardsFound | None = None
    if message.card is not None:
        found = yield from look_for_card(asked, order_id, message.card)
    if exchange is None:
        yield from _give_up(asked, ours)
        if message.variants:
            exchange = yield from _exchange(asked, order_id, everything, found)
    card, trouble = None, ""
    if message.card is not None and found is not None:
        try:
            card = yield from place_card(asked, order_id, message.card, everything, found)
        except NoWayOn as refusal:
            if exchange is None:
                raise
            trouble = f"the gift card is missing: {refusal}"
    reply = yield asked.calls.order(order_id, PLACED_FIELDS)
    # By now it is placed, so an order that cannot be read back is a doubt and not a refusal.
    return placed(asked, exchange, card, inner(read(reply), "order"), trouble)


def _of_variants(asked: Asked) -> tuple[ReturnedItem, ...]:
    return tuple(line.returned for line in asked.message.variants)


def _exchange(
    asked: Asked, order_id: str, everything: list[Exchange], found: CardsFound | None
) -> Course[Exchange]:
    """A confirmed exchange, made from nothing."""
    order = yield from read_order(asked, order_id, SENDING_FIELDS if adds_tax(asked) else ORDER_FIELDS)
    units = units_by_line(asked, order, everything, _of_variants(asked))
    if found is not None and found.returned is None:
        # What the gift card needs must be there as well, before anything is begun.
        units_by_line(asked, order, everything, asked.message.returned)
    items, fee, due = outbound(asked), sending(asked, order), pending(order, asked.message.currency) or 0
    for _ in range(TRIES):
        begun = yield from _begin(asked, order_id, due)
        reply = yield asked.calls.inbound_items(begun.id, inbound(asked, units), asked.settings.location_id)
        if is_yes(reply):
            yield from _fill(asked, begun, items, fee)
            return (yield from _confirm(asked, begun, order_id))
        yield asked.calls.delete(begun.id)
        if not is_poisoned(reply):
            raise NoWayOn(explain(reply))
    raise NoWayOn("Medusa lost the return of the exchange twice; nothing was kept there")


def _begin(asked: Asked, order_id: str, due: int) -> Course[Begun]:
    """A new exchange. Where one of ours is in the way after all, it is given up and this begun again."""
    note = REFUND_NOTE if asked.message.difference < 0 else NOTE
    for _ in range(TRIES):
        reply = yield asked.calls.create(order_id, asked.about(note), asked.metadata(due))
        exchange = text(inner(read(reply), "exchange").get("id"))
        change = text(inner(read(reply), "order", "order_change").get("id"))
        if is_yes(reply) and exchange and change:
            return Begun(exchange, change)
        if not is_yes(reply) and not is_other_change(reply):
            raise NoWayOn(explain(reply))
        ours, _everything = yield from our_exchanges(asked, order_id)
        if not any(one.open for one in ours):
            raise NoWayOn(explain(reply))
        yield from _give_up(asked, ours)
    raise NoWayOn("Medusa answered twice without saying which exchange it made; nothing was kept there")


def _fill(asked: Asked, begun: Begun, items: list[Json], fee: Any) -> Course[None]:
    """Everything between what comes back and the confirm."""
    settings, calls = asked.settings, asked.calls
    if settings.return_shipping_option_id:
        yield from _step(asked, begun, calls.inbound_shipping(begun.id, settings.return_shipping_option_id))
    if settings.carry_over_promotions:
        yield from _step(asked, begun, calls.carry_over_promotions(begun.change))
    yield from _step(asked, begun, calls.outbound_items(begun.id, items))
    # Always, if only for 0: without a shipping method the confirm reserves no stock.
    option = shipping_option(asked)
    yield from _step(asked, begun, calls.outbound_shipping(begun.id, option, fee))


def _confirm(asked: Asked, begun: Begun, order_id: str) -> Course[Exchange]:
    """Confirm once and never again: two confirms at a time double every line of the order."""
    reply = yield asked.calls.confirm(begun.id)
    if not is_yes(reply) and not is_not_open(reply):
        yield asked.calls.delete(begun.id)
        raise NoWayOn(explain(reply))
    # The list shows our metadata, the answer to a confirm does not.
    ours, _everything = yield from our_exchanges(asked, order_id)
    for one in ours:
        if one.confirmed:
            return one
    yield from _give_up(asked, ours)
    raise NoWayOn(
        "Medusa neither confirmed the exchange nor keeps it open; someone may have removed it there"
    )


def _step(asked: Asked, begun: Begun, request: Request) -> Course[None]:
    """A call that must say yes; else the exchange is given up, so that the order is free again."""
    reply = yield request
    if not is_yes(reply):
        yield asked.calls.delete(begun.id)
        raise NoWayOn(explain(reply))


def _give_up(asked: Asked, exchanges: Iterable[Exchange]) -> Course[None]:
    """Delete what is open. An answer of 404 means that it is gone already."""
    for exchange in exchanges:
        if exchange.open:
            reply = yield asked.calls.delete(exchange.id)
            if reply.status != 404:
                content_of(reply)
