"""Calling the pretend Medusa as an admin with a secret key, and exchanges of its first order."""

from __future__ import annotations

from typing import Any

import httpx2

KEY = "sk_sandbox"
ORDER, LINE, EMAIL = "order_000001", "ordli_1_1", "ann@example.test"
HALF_OFF = {"variant_id": "variant_tee-s", "quantity": 2, "discount_cents": 2000}


class Medusa:
    """Calls as an admin with a secret key."""

    def __init__(self, url: str) -> None:
        self.client = httpx2.Client(base_url=url, trust_env=False)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx2.Response:
        auth = {} if "Authorization" in headers else {"auth": (KEY, "")}
        return self.client.request(method, f"/medusa{path}", json=body, headers=headers, **auth)  # type: ignore[arg-type]

    def yes(self, method: str, path: str, body: Any = None) -> Any:
        reply = self.call(method, path, body)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def configure(self, **settings: Any) -> None:
        reply = self.client.post("/settings", json={"system": "medusa", **settings})
        assert reply.status_code == 200, reply.text

    def begin(self) -> str:
        return str(self.yes("POST", "/admin/exchanges", {"order_id": ORDER})["exchange"]["id"])

    def step(self, exchange: str, rest: str, body: Any) -> httpx2.Response:
        return self.call("POST", f"/admin/exchanges/{exchange}/{rest}", body)

    def filled(self, size: str = "l", *, shipping: bool = True) -> str:
        """An open exchange of one S for this size, 8.00 for sending if any."""
        exchange = self.begin()
        replies = [
            self.step(exchange, "inbound/items", {"items": [{"id": LINE, "quantity": 1}]}),
            self.step(
                exchange, "outbound/items", {"items": [{"variant_id": f"variant_tee-{size}", "quantity": 1}]}
            ),
        ]
        if shipping:
            method = {"shipping_option_id": "so_standard", "custom_amount": 8}
            replies.append(self.step(exchange, "outbound/shipping-method", method))
        assert [reply.status_code for reply in replies] == [200] * len(replies)
        return exchange

    def order(self, fields: str = "") -> Any:
        return self.yes("GET", f"/admin/orders/{ORDER}" + (f"?fields={fields}" if fields else ""))["order"]
