"""Parcels at the pretend Medusa: replacements that are packed, sent and delivered, returns that are received.

Source: the recorded calls of receiving a return and of packing, and Medusa's admin routes for the rest.
"""

from collections.abc import Mapping
from typing import Any

from app.sandbox.contract import Answer
from app.sandbox.medusa_exchanges import NOT_OPEN
from app.sandbox.medusa_shop import Coming, Order, Parcel, Shop
from app.sandbox.medusa_views import WHEN, order_of, refused, return_of, said

SHOWN = "*fulfillments,*fulfillments.items,*fulfillments.labels"
TOO_MANY = "Cannot receive more items than what was requested to return for item {}."


class Parcels:
    """What the shop's people do with goods, below `/admin/orders/…/fulfillments` and `/admin/returns/…`."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def pack(self, order: Order, body: Mapping[str, Any]) -> Answer:
        """Without a reservation, which only a shipping method makes, no replacement is packed."""
        for item in body["items"]:
            line = order.line(item["id"])
            if line is None:
                return refused("Items do not exist in order")
            change = next((one for one in self.shop.exchanges.values() if line in one.additional), None)
            if change is not None and not change.outbound_methods:
                words = f"No stock reservation found for item {line.id} - Tee ({line.variant.title})"
                return refused(words)
        units = {item["id"]: int(item["quantity"]) for item in body["items"]}
        for line in order.lines:
            line.fulfilled += units.get(line.id, 0)
        order.parcels.append(Parcel(f"ful_{self.shop.number():06d}", units))
        return said({"order": order_of(order, SHOWN)})

    def send(self, order: Order, name: str, body: Mapping[str, Any]) -> Answer:
        """The parcel has left, under the numbers on its labels."""
        parcel = order.parcel(name)
        if parcel is None:
            return _unknown(name)
        parcel.shipped_at = WHEN
        parcel.numbers += [label["tracking_number"] for label in body.get("labels", [])]
        return said({"order": order_of(order, SHOWN)})

    def deliver(self, order: Order, name: str) -> Answer:
        parcel = order.parcel(name)
        if parcel is None:
            return _unknown(name)
        if parcel.delivered_at:
            return refused("Fulfillment has already been marked delivered", kind="not_allowed")
        parcel.delivered_at = WHEN
        return said({"order": order_of(order, SHOWN)})

    def receive(self, coming: Coming) -> Answer:
        """Begin to unpack."""
        if coming.status not in ("requested", "partially_received") or coming.unpacked is not None:
            return refused(NOT_OPEN)
        coming.unpacked = []
        return said({"order": order_of(coming.order), "return": return_of(coming)})

    def unpack(self, coming: Coming, body: Mapping[str, Any], *, damaged: bool) -> Answer:
        if coming.unpacked is None:
            return refused(NOT_OPEN)
        for item in body["items"]:
            name, units = item["id"], int(item["quantity"])
            there = coming.came[name] + sum(row[1] for row in coming.unpacked if row[0] == name)
            if there + units > coming.units.get(name, 0):
                return refused(TOO_MANY.format(name))
            coming.unpacked.append((name, units, damaged))
        return said({"order_preview": order_of(coming.order), "return": return_of(coming)})

    def confirm_received(self, coming: Coming) -> Answer:
        """Damaged units are counted among the received ones; received is who has all units.

        What came of a line in an earlier go is written over (seen); the order's line keeps count.
        """
        if coming.unpacked is None:
            return refused(NOT_OPEN)
        for name in {row[0] for row in coming.unpacked}:
            rows = [row for row in coming.unpacked if row[0] == name]
            units, damaged = sum(row[1] for row in rows), sum(row[1] for row in rows if row[2])
            coming.received[name], coming.damaged[name] = units, damaged
            coming.came[name] += units
            line = coming.order.line(name)
            if line is not None:
                line.received += units - damaged
                line.dismissed += damaged
        coming.unpacked = None
        whole = coming.received == coming.units
        coming.status, coming.received_at = ("received", WHEN) if whole else ("partially_received", None)
        return said({"order_preview": order_of(coming.order), "return": return_of(coming)})


def _unknown(name: str) -> Answer:
    return refused(f"Fulfillment with id: {name} was not found", 404, "not_found")
