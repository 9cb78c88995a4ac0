"""Looking what has become of an exchange in Medusa: a course that only reads.

Medusa sends no messages of its own, so it is asked. What comes back is told by the status of its return, what
goes out by the parcels (`fulfillments`) that hold the exchange's lines; several parcels count once all of
them are on their way, or there. Medusa has no word for a parcel that is on its way back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from app.connectors.platforms.medusa_asking import Asked, content_of, first_request
from app.connectors.platforms.medusa_calls import REFERENCE
from app.connectors.platforms.medusa_course import Course, NoWayOn
from app.connectors.platforms.medusa_json import Json, entries, inner, text, whole
from app.connectors.platforms.medusa_orders import read_time
from app.connectors.seen import Seen
from app.domain.news import News, NewsKind
from app.domain.received_items import CameBack, Condition

LONGEST_TRACKING = 100
RECEIVED, IN_PARTS = "received", "partially_received"


def watch(asked: Asked) -> Course[Seen]:
    """All that Medusa has of it by now. Raises NoWayOn."""
    order_id = yield from first_request(asked)
    exchanges, returns = yield from _ours(asked, order_id)
    order = inner(content_of((yield asked.calls.parcels(order_id))), "order")
    if not order.get("id"):
        raise NoWayOn("the order in Medusa could not be read")
    ended = _cancelled_at([*exchanges, *returns], order)
    if ended:
        return Seen((News(NewsKind.CANCELLED, ended),))
    coming = [inner(one, "return") for one in exchanges if _stands(one)] + [
        one for one in returns if _stands(one)
    ]
    sent = _units(
        entry for one in exchanges if _stands(one) for entry in entries(one.get("additional_items"))
    )
    return Seen((*_came_back(coming, order), *_went_out(sent, order)))


def _ours(asked: Asked, order_id: str) -> Course[tuple[list[Json], list[Json]]]:
    """Exchanges that were confirmed, and returns that a gift card was given for, under our reference."""
    exchanges, returns = list[Json](), list[Json]()
    if asked.message.variants:
        found = content_of((yield asked.calls.exchanges_watched(order_id))).get("exchanges")
        exchanges = [one for one in _of_us(asked, found) if entries(one.get("additional_items"))]
    if asked.message.card is not None:
        found = content_of((yield asked.calls.returns_watched(order_id))).get("returns")
        returns = [one for one in _of_us(asked, found) if one.get("status") != "open"]
    if not exchanges and not returns:
        raise NoWayOn(f"the order in Medusa has nothing of the reference {asked.message.reference}")
    return exchanges, returns


def _of_us(asked: Asked, found: object) -> list[Json]:
    mine = asked.message.reference
    return [one for one in entries(found) if text(inner(one, "metadata").get(REFERENCE)) == mine]


def _stands(row: Json) -> bool:
    return row.get("canceled_at") is None


def _cancelled_at(rows: Sequence[Json], order: Json) -> datetime | None:
    """When the last of it was taken back there; None while any of it stands."""
    if order.get("canceled_at") is not None:
        return read_time(order.get("canceled_at"), "canceled_at")
    if any(map(_stands, rows)):
        return None
    return max(read_time(row.get("canceled_at"), "canceled_at") for row in rows)


def _came_back(returns: Sequence[Json], order: Json) -> Iterator[News]:
    """Received once all of it is; nobody says when, if it came in parts. A part of it was seen on its way."""
    lines = {text(line.get("id")): line for line in entries(order.get("items"))}
    if returns and all(_is_back(one, lines) for one in returns):
        in_one = all(one.get("status") == RECEIVED for one in returns)
        at = max(read_time(one.get("received_at"), "received_at") for one in returns) if in_one else None
        yield News(NewsKind.RECEIVED, at, items=tuple(_items(returns, lines)))
    elif any(one.get("status") in (RECEIVED, IN_PARTS) for one in returns):
        yield News(NewsKind.IN_TRANSIT)


def _is_back(one: Json, lines: Mapping[str, Json]) -> bool:
    """Medusa says so itself, but not of a line whose units came back in several goes.

    It writes over what came before, so that such a return stays partially received for ever (seen with
    2.21.2). The order's own line counts on: nothing of it is asked to come back any more.
    """
    if one.get("status") != IN_PARTS:
        return one.get("status") == RECEIVED
    left = [_detail(lines, row).get("return_requested_quantity") for row in entries(one.get("items"))]
    return bool(left) and all(units == 0 for units in left)


def _detail(lines: Mapping[str, Json], row: Json) -> Json:
    return inner(lines.get(text(row.get("item_id")), {}), "detail")


def _items(returns: Iterable[Json], lines: Mapping[str, Json]) -> Iterator[CameBack]:
    """Every unit with how it is, where some came damaged; nothing where all of it is well."""
    rows = [(row, *_units_of(one, row, lines)) for one in returns for row in entries(one.get("items"))]
    if not any(damaged for _, _, damaged in rows):
        return
    for row, units, damaged in rows:
        line = text(row.get("item_id"))
        sku = text(lines.get(line, {}).get("variant_sku"))
        # An order that was imported from elsewhere has other numbers for its lines, and the same SKUs.
        name = {"sku": sku} if sku else {"line": line}
        for count, condition in ((units - damaged, Condition.GOOD), (damaged, Condition.DAMAGED)):
            if count > 0:
                yield CameBack(count, condition=condition, **name)


def _units_of(one: Json, row: Json, lines: Mapping[str, Json]) -> tuple[int, int]:
    """How many units came back, and how many of them damaged."""
    if one.get("status") == RECEIVED:
        return whole(row.get("received_quantity")), whole(row.get("damaged_quantity"))
    units = whole(row.get("quantity"))
    return units, min(units, whole(_detail(lines, row).get("return_dismissed_quantity")))


def _went_out(sent: Mapping[str, int], order: Json) -> Iterator[News]:
    parcels = [one for one in entries(order.get("fulfillments")) if _stands(one) and _holds(one, sent)]
    left = [one for one in parcels if one.get("shipped_at") or one.get("delivered_at")]
    if not sent or _lacks(sent, left):
        return
    numbers = [text(label.get("tracking_number")) for one in left for label in entries(one.get("labels"))]
    tracking = ", ".join(dict.fromkeys(filter(None, numbers)))
    shipped = max(read_time(one.get("shipped_at") or one.get("delivered_at"), "shipped_at") for one in left)
    # Half a number helps nobody.
    yield News(NewsKind.SHIPPED, shipped, tracking if len(tracking) <= LONGEST_TRACKING else "")
    there = [one for one in left if one.get("delivered_at")]
    if not _lacks(sent, there):
        at = max(read_time(one.get("delivered_at"), "delivered_at") for one in there)
        yield News(NewsKind.DELIVERED, max(at, shipped))


def _units(items: Iterable[Json]) -> Counter[str]:
    units = Counter[str]()
    for item in items:
        units[text(item.get("item_id"))] += whole(item.get("quantity"))
    return units


def _holds(parcel: Json, sent: Mapping[str, int]) -> bool:
    return any(text(item.get("line_item_id")) in sent for item in entries(parcel.get("items")))


def _lacks(sent: Mapping[str, int], parcels: Iterable[Json]) -> bool:
    """Whether units of it are in none of these parcels."""
    packed = Counter[str]()
    for parcel in parcels:
        for item in entries(parcel.get("items")):
            packed[text(item.get("line_item_id"))] += whole(item.get("quantity"))
    return any(packed[line] < units for line, units in sent.items())
