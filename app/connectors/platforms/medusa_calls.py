"""Each request to Medusa's admin API, by what it asks for: path, query and body, nothing decided.

Source: Medusa 2.21.2's admin API as recorded from a running server. Bodies are strict there: an unknown
field is a 400, and so is a number sent as text. What is asked when is `medusa_placing`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from app.connectors.base import Request
from app.connectors.platforms.medusa_json import Json, to_bytes

REFERENCE = "evenly_reference"  # in the metadata of what we make
DUE_BEFORE = "evenly_due_before"  # what the order had pending before, in major units
MOST_LISTED = 100
# The figure of `summary` alone is a stored one and may be old; beside `total` it is reckoned anew.
ORDER_FIELDS = (
    "id,display_id,custom_display_id,email,currency_code,status,canceled_at,total,summary,"
    "*items,*items.detail"
)
# What an order comes to once something was placed on it: what is to be paid, and where the goods go.
PLACED_FIELDS = f"{ORDER_FIELDS},*payment_collections,*shipping_address"
SENDING_FIELDS = f"{ORDER_FIELDS},*shipping_methods,*shipping_methods.tax_lines"
# The fields that come unasked hold neither currency nor e-mail nor when it was placed.
WHOLE_ORDER_FIELDS = (
    f"{ORDER_FIELDS},created_at,customer_id,*customer,*shipping_address,*billing_address,*fulfillments,"
    "*fulfillments.items"
)
PARCEL_FIELDS = "id,canceled_at,*items,*items.detail,*fulfillments,*fulfillments.items,*fulfillments.labels"
EXCHANGE_FIELDS = "id,display_id,return_id,canceled_at,+metadata,*additional_items,*return"
RETURN_FIELDS = "id,display_id,status,canceled_at,+metadata"


@dataclass(frozen=True)
class Calls:
    """Requests to the Medusa at `url`."""

    url: str

    def orders_of(self, email: str, offset: int = 0) -> Request:
        """Orders by `q`, a loose search; `email=` and `display_id=` are ignored and give everybody's."""
        fields = "id,display_id,custom_display_id,email"
        page = {"offset": str(offset)} if offset else {}
        return self._get("find order", "orders", q=email, limit=str(MOST_LISTED), fields=fields, **page)

    def order(self, order_id: str, fields: str = ORDER_FIELDS) -> Request:
        return self._get("read order", f"orders/{_part(order_id)}", fields=fields)

    def whole_order(self, order_id: str) -> Request:
        return self._get("read order", f"orders/{_part(order_id)}", fields=WHOLE_ORDER_FIELDS)

    def payment_collections(self, order_id: str) -> Request:
        fields = "id,currency_code,total,summary,*payment_collections"
        return self._get("read payments", f"orders/{_part(order_id)}", fields=fields)

    def payments(self, order_id: str) -> Request:
        """What the order was paid with, what of it was taken and what went back already."""
        paid = "payment_collections.payments"
        fields = f"id,currency_code,total,summary,*{paid},*{paid}.captures,*{paid}.refunds"
        return self._get("read payments", f"orders/{_part(order_id)}", fields=fields)

    def refund(self, payment: str, amount: Any, note: str) -> Request:
        """Not capped at what is owed there, and done again for each call."""
        return self._post("refund", f"payments/{_part(payment)}/refund", {"amount": amount, "note": note})

    def exchanges_of(self, order_id: str) -> Request:
        return self._get(
            "list exchanges", "exchanges", order_id=order_id, limit=str(MOST_LISTED), fields=EXCHANGE_FIELDS
        )

    def exchanges_watched(self, order_id: str) -> Request:
        """The same with what came back for each; units that came damaged are among those received."""
        fields = f"{EXCHANGE_FIELDS},*return.items"
        return self._get(
            "read exchange", "exchanges", order_id=order_id, limit=str(MOST_LISTED), fields=fields
        )

    def returns_watched(self, order_id: str) -> Request:
        fields = f"{RETURN_FIELDS},received_at,*items"
        return self._get("read return", "returns", order_id=order_id, limit=str(MOST_LISTED), fields=fields)

    def parcels(self, order_id: str) -> Request:
        return self._get("read parcels", f"orders/{_part(order_id)}", fields=PARCEL_FIELDS)

    def create(self, order_id: str, about: Mapping[str, str], metadata: Mapping[str, str]) -> Request:
        return self._post("create", "exchanges", {"order_id": order_id, **about, "metadata": dict(metadata)})

    def inbound_items(self, exchange: str, items: Sequence[Json], location_id: str) -> Request:
        location = {"location_id": location_id} if location_id else {}
        return self._step("inbound items", exchange, "inbound/items", {"items": list(items), **location})

    def inbound_shipping(self, exchange: str, option: str) -> Request:
        body = {"shipping_option_id": option, "custom_amount": 0}
        return self._step("inbound shipping", exchange, "inbound/shipping-method", body)

    def carry_over_promotions(self, change: str) -> Request:
        body = {"carry_over_promotions": True}
        return self._post("carry over promotions", f"order-changes/{_part(change)}", body)

    def outbound_items(self, exchange: str, items: Sequence[Json]) -> Request:
        return self._step("outbound items", exchange, "outbound/items", {"items": list(items)})

    def outbound_shipping(self, exchange: str, option: str, amount: Any) -> Request:
        body = {"shipping_option_id": option, "custom_amount": amount}
        return self._step("outbound shipping", exchange, "outbound/shipping-method", body)

    def confirm(self, exchange: str) -> Request:
        return self._step("confirm", exchange, "request", {})

    def delete(self, exchange: str) -> Request:
        """Gives up an exchange that is not confirmed."""
        return self._request("give up", "DELETE", f"exchanges/{_part(exchange)}/request")

    def cancel(self, exchange: str) -> Request:
        """Cancels a confirmed exchange; refused with return shipping, until that is cancelled."""
        return self._step("cancel", exchange, "cancel", {})

    def fulfilments_of_return(self, return_id: str) -> Request:
        fields = "id,status,*fulfillments"
        return self._get("read return", f"returns/{_part(return_id)}", fields=fields)

    def cancel_fulfilment(self, fulfilment: str) -> Request:
        return self._post("cancel fulfilment", f"fulfillments/{_part(fulfilment)}/cancel", {})

    def mark_as_paid(self, collection: str, order_id: str) -> Request:
        path = f"payment-collections/{_part(collection)}/mark-as-paid"
        return self._post("mark as paid", path, {"order_id": order_id})

    def returns_of(self, order_id: str) -> Request:
        return self._get(
            "list returns", "returns", order_id=order_id, limit=str(MOST_LISTED), fields=RETURN_FIELDS
        )

    def begin_return(
        self, order_id: str, location_id: str, about: Mapping[str, str], metadata: Mapping[str, str]
    ) -> Request:
        location = {"location_id": location_id} if location_id else {}
        body = {"order_id": order_id, **location, **about, "metadata": dict(metadata)}
        return self._post("begin return", "returns", body)

    def return_items(self, return_id: str, items: Sequence[Json]) -> Request:
        path = f"returns/{_part(return_id)}/request-items"
        return self._post("return items", path, {"items": list(items)})

    def confirm_return(self, return_id: str) -> Request:
        return self._post("confirm return", f"returns/{_part(return_id)}/request", {})

    def delete_return(self, return_id: str) -> Request:
        """Gives up a return that is not confirmed."""
        return self._request("give up return", "DELETE", f"returns/{_part(return_id)}/request")

    def gift_cards(self, reference: str) -> Request:
        """The loyalty plugin's cards of ours; a 404 as HTML where there is no such plugin."""
        return self._get("list gift cards", "gift-cards", reference_id=reference)

    def create_gift_card(self, body: Json) -> Request:
        return self._post("gift card", "gift-cards", body)

    def _step(self, name: str, exchange: str, rest: str, body: Json) -> Request:
        return self._post(name, f"exchanges/{_part(exchange)}/{rest}", body)

    def _get(self, name: str, path: str, **query: str) -> Request:
        asked = f"?{urlencode(query, safe='*,', quote_via=quote)}" if query else ""
        return self._request(name, "GET", path + asked)

    def _post(self, name: str, path: str, body: Json) -> Request:
        return self._request(name, "POST", path, to_bytes(body))

    def _request(self, name: str, method: str, path: str, body: bytes = b"") -> Request:
        headers = {"Accept": "application/json"} | ({"Content-Type": "application/json"} if body else {})
        return Request(name, method, f"{self.url}/admin/{path}", headers, body)


def _part(identifier: str) -> str:
    """An id from an answer as one part of a path, whatever signs it holds."""
    return quote(identifier, safe="")
