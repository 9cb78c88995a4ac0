"""What a shop's people do in Medusa after an exchange is placed: pack, ship, take back, cancel."""

from __future__ import annotations

from typing import Any

from tests.medusa_live.shop import LiveShop

LABEL = {"tracking_url": "https://carrier.example/1", "label_url": "https://carrier.example/1.pdf"}


def exchange_of(shop: LiveShop, order_id: str) -> dict[str, Any]:
    """The one exchange of this order."""
    fields = "fields=id,display_id,return_id,+metadata,*additional_items,*return"
    (found,) = shop.get(f"/admin/exchanges?order_id={order_id}&{fields}")["exchanges"]
    made: dict[str, Any] = found
    return made


def pack(shop: LiveShop, order_id: str) -> str:
    """What the exchange sends out, in one parcel."""
    there = _parcels(shop, order_id)
    for line in exchange_of(shop, order_id)["additional_items"]:
        shop.send(order_id, line["item_id"], line["quantity"])
    (parcel,) = _parcels(shop, order_id) - there
    return parcel


def ship(shop: LiveShop, order_id: str, parcel: str, *numbers: str) -> None:
    lines = exchange_of(shop, order_id)["additional_items"]
    items = [{"id": line["item_id"], "quantity": line["quantity"]} for line in lines]
    labels = [LABEL | {"tracking_number": number} for number in numbers]
    shop.post(f"/admin/orders/{order_id}/fulfillments/{parcel}/shipments", {"items": items, "labels": labels})


def arrive(shop: LiveShop, order_id: str, parcel: str) -> None:
    shop.post(f"/admin/orders/{order_id}/fulfillments/{parcel}/mark-as-delivered")


def receive(shop: LiveShop, return_id: str, line: str, units: int = 1, act: str = "receive-items") -> None:
    """So many units came back; by `dismiss-items` they are damaged."""
    path = f"/admin/returns/{return_id}"
    shop.post(f"{path}/receive")
    shop.post(f"{path}/{act}", {"items": [{"id": line, "quantity": units}]})
    shop.post(f"{path}/receive/confirm")


def cancel(shop: LiveShop, order_id: str) -> None:
    """The whole exchange, and before it the parcel that was to come back."""
    made = exchange_of(shop, order_id)
    coming = shop.get(f"/admin/returns/{made['return_id']}?fields=*fulfillments")["return"]
    for parcel in coming["fulfillments"]:
        shop.post(f"/admin/fulfillments/{parcel['id']}/cancel")
    shop.post(f"/admin/exchanges/{made['id']}/cancel")


def _parcels(shop: LiveShop, order_id: str) -> set[str]:
    order = shop.get(f"/admin/orders/{order_id}?fields=*fulfillments")["order"]
    return {parcel["id"] for parcel in order["fulfillments"]}
