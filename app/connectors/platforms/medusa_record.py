"""What Medusa has of an exchange that it placed, for comparing books: a course that only reads.

Source: calls to a running Medusa 2.21.2. An exchange or return of ours is told by the reference in its
metadata. What is given for a gift card alone is a return there and no exchange.
"""

from __future__ import annotations

from app.connectors.found import PlacedFound, PlacedRecord
from app.connectors.platforms.medusa_asking import ORDER_ID, Asked, content_of, our_exchanges
from app.connectors.platforms.medusa_calls import REFERENCE
from app.connectors.platforms.medusa_course import Course
from app.connectors.platforms.medusa_json import Json, entries, inner
from app.connectors.platforms.medusa_orders import found_order
from app.connectors.platforms.medusa_paid import unpaid_of
from app.connectors.platforms.medusa_result import lines_total

NOT_FOUND = 404
NOTHING = PlacedFound(None)


def record_of(asked: Asked) -> Course[PlacedFound]:
    """What there is. Raises NoWayOn where Medusa cannot be read."""
    order_id = yield from _order_id(asked)
    reply = (yield asked.calls.order(order_id)) if order_id else None
    if reply is None or reply.status == NOT_FOUND:
        return NOTHING
    order = inner(content_of(reply), "order")
    if not asked.message.variants:
        return (yield from _return(asked, order_id, order))
    ours, _everything = yield from our_exchanges(asked, order_id)
    standing = next((one for one in ours if one.confirmed), None)
    if standing is None:
        gone = any(one.cancelled for one in ours)
        return PlacedFound(PlacedRecord(cancelled=True, total=None, unpaid=())) if gone else NOTHING
    unpaid = yield from _unpaid(asked, order_id)
    return PlacedFound(PlacedRecord(_is_cancelled(order), lines_total(asked, standing, order), unpaid))


def _order_id(asked: Asked) -> Course[str]:
    """The order's id, empty where Medusa has no such order."""
    if asked.message.platform_order_id.startswith(ORDER_ID):
        return asked.message.platform_order_id
    listed = yield asked.calls.orders_of(asked.message.customer.email)
    content_of(listed)
    return found_order(listed, asked.number, asked.message.customer.email)


def _return(asked: Asked, order_id: str, order: Json) -> Course[PlacedFound]:
    found = content_of((yield asked.calls.returns_of(order_id)))
    ours = [
        one
        for one in entries(found.get("returns"))
        if inner(one, "metadata").get(REFERENCE) == asked.message.reference
    ]
    if not ours:
        return NOTHING
    cancelled = _is_cancelled(order) or all(one.get("canceled_at") is not None for one in ours)
    return PlacedFound(PlacedRecord(cancelled, None, ()))


def _unpaid(asked: Asked, order_id: str) -> Course[tuple[int, ...]]:
    found = content_of((yield asked.calls.payment_collections(order_id)))
    return tuple(one.amount for one in unpaid_of(inner(found, "order"), asked.message.currency))


def _is_cancelled(order: Json) -> bool:
    return order.get("canceled_at") is not None or order.get("status") == "canceled"
