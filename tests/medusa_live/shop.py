"""A shop in a real Medusa: a region, a stock location, shipping options, a tee in four sizes, orders of it.

Each step is one call of the admin or store API, in the order that Medusa needs them.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.medusa_live.server import Running

ADDRESS = {
    "first_name": "Ann",
    "last_name": "Lee",
    "address_1": "1 Main",
    "city": "NYC",
    "country_code": "us",
    "postal_code": "10002",
    "phone": "1",
}
PRICES = {"S": 20, "M": 20, "L": 25, "XL": 18}
TAXED = {"us-nj": 10, "us-ny": 8.875}  # per cent; nothing anywhere else


@dataclass
class LiveShop:
    """The ids of what was made, and calls to it."""

    running: Running
    ids: dict[str, str] = field(default_factory=dict)
    secret: str = ""
    publishable: str = ""

    def __post_init__(self) -> None:
        self._client = httpx2.Client(base_url=self.running.url, trust_env=False, timeout=60)
        login = {"email": self.running.email, "password": self.running.password}
        token = self._client.post("/auth/user/emailpass", json=login).json()["token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        self._client.close()

    def post(self, path: str, body: Any = None) -> Any:
        headers = {"x-publishable-api-key": self.publishable} if path.startswith("/store") else {}
        reply = self._client.post(path, json=body or {}, headers=headers)
        assert reply.status_code == 200, f"{path}: {reply.text}"
        return reply.json()

    def get(self, path: str) -> Any:
        reply = self._client.get(path)
        assert reply.status_code == 200, f"{path}: {reply.text}"
        return reply.json()

    def get_as_portal(self, url: str, headers: dict[str, str] | None = None) -> httpx2.Response:
        pair = base64.b64encode(f"{self.secret}:".encode()).decode()
        return self._client.get(url, headers={"Authorization": f"Basic {pair}", **(headers or {})})

    def furnish(self) -> None:
        """Everything but orders."""
        self._keys_and_places()
        self._shipping()
        self._goods()

    def _keys_and_places(self) -> None:
        made = self.post("/admin/api-keys", {"title": "portal", "type": "secret"})["api_key"]
        self.secret = made["token"]
        region = {"name": "US", "currency_code": "usd", "countries": ["us"]}
        region["payment_providers"] = ["pp_system_default"]
        self.ids["region"] = self.post("/admin/regions", region)["region"]["id"]
        channel = self.post("/admin/sales-channels", {"name": "Web"})["sales_channel"]["id"]
        key = self.post("/admin/api-keys", {"title": "web", "type": "publishable"})["api_key"]
        self.publishable = key["token"]
        self.post(f"/admin/api-keys/{key['id']}/sales-channels", {"add": [channel]})
        place = {"name": "Dock", "address": {"address_1": "1 Dock", "city": "NYC", "country_code": "us"}}
        location = self.post("/admin/stock-locations", place)["stock_location"]["id"]
        self.post(f"/admin/stock-locations/{location}/sales-channels", {"add": [channel]})
        self.post(f"/admin/stock-locations/{location}/fulfillment-providers", {"add": ["manual_manual"]})
        self.ids |= {"channel": channel, "location": location}

    def _shipping(self) -> None:
        location = self.ids["location"]
        path = f"/admin/stock-locations/{location}/fulfillment-sets?fields=*fulfillment_sets"
        found = self.post(path, {"name": "Parcels", "type": "shipping"})["stock_location"]["fulfillment_sets"]
        zones = {"name": "US", "geo_zones": [{"type": "country", "country_code": "us"}]}
        made = self.post(f"/admin/fulfillment-sets/{found[0]['id']}/service-zones", zones)
        zone = made["fulfillment_set"]["service_zones"][0]["id"]
        profiles = self.get("/admin/shipping-profiles")["shipping_profiles"]
        self.ids["profile"] = profiles[0]["id"]
        for name, amount, is_return in (("standard", 5, "false"), ("return", 3, "true")):
            option = {
                "name": name,
                "service_zone_id": zone,
                "shipping_profile_id": self.ids["profile"],
                "provider_id": "manual_manual",
                "price_type": "flat",
                "type": {"label": name, "description": name, "code": name},
                "prices": [{"currency_code": "usd", "amount": amount}],
                "rules": [{"attribute": "is_return", "operator": "eq", "value": is_return}],
            }
            self.ids[name] = self.post("/admin/shipping-options", option)["shipping_option"]["id"]
        rate = {"name": "US", "rate": 0, "code": "us"}
        region = {"country_code": "us", "provider_id": "tp_system", "default_tax_rate": rate}
        country = self.post("/admin/tax-regions", region)["tax_region"]["id"]
        for province, percent in TAXED.items():
            rate = {"name": province, "rate": percent, "code": province}
            region = {"country_code": "us", "province_code": province, "parent_id": country}
            self.post("/admin/tax-regions", region | {"default_tax_rate": rate})

    def _goods(self) -> None:
        variants = [
            {
                "title": size,
                "sku": f"TEE-{size}",
                "options": {"Size": size},
                "manage_inventory": True,
                "prices": [{"currency_code": "usd", "amount": price}],
            }
            for size, price in PRICES.items()
        ]
        product = {
            "title": "Tee",
            "status": "published",
            "options": [{"title": "Size", "values": list(PRICES)}],
            "shipping_profile_id": self.ids["profile"],
            "sales_channels": [{"id": self.ids["channel"]}],
            "variants": variants,
        }
        made = self.post("/admin/products", product)["product"]
        self.ids |= {variant["sku"]: variant["id"] for variant in made["variants"]}
        for item in self.get("/admin/inventory-items?fields=id,sku")["inventory_items"]:
            stocked = 1 if item["sku"] == "TEE-XL" else 1000
            level = {"location_id": self.ids["location"], "stocked_quantity": stocked}
            self.post(f"/admin/inventory-items/{item['id']}/location-levels", level)
        self.ids["reason"] = self.post("/admin/return-reasons", {"value": "small", "label": "Too small"})[
            "return_reason"
        ]["id"]

    def order(
        self, email: str = "ann@example.test", units: int = 2, province: str | None = None
    ) -> dict[str, Any]:
        """An order of tees in S: paid, captured and sent."""
        address = ADDRESS | ({"province": province} if province else {})
        cart = self.post(
            "/store/carts",
            {
                "region_id": self.ids["region"],
                "email": email,
                "items": [{"variant_id": self.ids["TEE-S"], "quantity": units}],
                "shipping_address": address,
                "billing_address": address,
            },
        )["cart"]["id"]
        self.post(f"/store/carts/{cart}/shipping-methods", {"option_id": self.ids["standard"]})
        payment = self.post("/store/payment-collections", {"cart_id": cart})["payment_collection"]["id"]
        session = {"provider_id": "pp_system_default"}
        self.post(f"/store/payment-collections/{payment}/payment-sessions", session)
        order_id = self.post(f"/store/carts/{cart}/complete")["order"]["id"]
        order = self.read(order_id)
        paid = order["payment_collections"][0]["payments"][0]["id"]
        self.post(f"/admin/payments/{paid}/capture")
        self.send(order_id, order["items"][0]["id"], units)
        return self.read(order_id)

    def spend(self, code: str) -> dict[str, Any]:
        """A cart of one tee that is paid with this gift card."""
        items = [{"variant_id": self.ids["TEE-S"], "quantity": 1}]
        wanted = {"region_id": self.ids["region"], "email": "dee@example.test", "items": items}
        cart = self.post("/store/carts", wanted)["cart"]["id"]
        paid: dict[str, Any] = self.post(f"/store/carts/{cart}/gift-cards", {"code": code})["cart"]
        return paid

    def send(self, order_id: str, line: str, units: int) -> None:
        body = {"location_id": self.ids["location"], "items": [{"id": line, "quantity": units}]}
        self.post(f"/admin/orders/{order_id}/fulfillments", body)

    def deliver(self, order_id: str) -> None:
        """The one parcel of the order was handed to a carrier and has arrived."""
        order = self.get(f"/admin/orders/{order_id}?fields=*fulfillments,*fulfillments.items")["order"]
        (parcel,) = order["fulfillments"]
        path = f"/admin/orders/{order_id}/fulfillments/{parcel['id']}"
        sent = [{"id": item["line_item_id"], "quantity": item["quantity"]} for item in parcel["items"]]
        self.post(f"{path}/shipments", {"items": sent})
        self.post(f"{path}/mark-as-delivered")

    def read(self, order_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get(f"/admin/orders/{order_id}")["order"]
        return found
