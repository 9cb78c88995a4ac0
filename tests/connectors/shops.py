"""Merchants' endpoints written in an afternoon: an honest one, and ones with a single thing wrong with them.

Each is a behaviour of a `Peer`, so that a contract check meets it over real HTTP. They know of Optoro's page
no more than its fields; that is enough to get it wrong in the ways in which people do.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import Any

from tests.faults.peer import Call

Body = dict[str, Any]


class Unfit(Exception):
    """The body cannot be an order."""


@dataclass
class Shop:
    """The honest merchant. What is to go wrong is overridden."""

    token: str = ""
    orders: dict[str, Body] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    made: int = 0

    def __call__(self, call: Call) -> None:
        status, content = self.answered(call)
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        call.answer(status, body, {"Content-Type": self.kind()})

    def answered(self, call: Call) -> tuple[int, Any]:
        headers = call.heard.headers
        if not self.knows(headers.get("authorization", "")):
            return 401, {"message": "who are you?"}
        if headers.get("x-optiturn-api-version") not in ("1", "2") or "x-optiturn-id" not in headers:
            return self.refusal()
        try:
            body = self.read(call.heard.body)
            with self.lock:
                return 200, self.order(body)
        except Unfit:
            return self.refusal()

    def kind(self) -> str:
        return "application/json"

    def knows(self, authorization: str) -> bool:
        return not self.token or authorization == f"Bearer {self.token}"

    def refusal(self) -> tuple[int, Any]:
        return 422, {"message": "Validation Failed"}

    def read(self, content: bytes) -> Body:
        try:
            body = json.loads(content)
        except ValueError:
            raise Unfit from None
        if not isinstance(body, dict) or not body.get("items") or "shipping_address" not in body:
            raise Unfit
        for item in body["items"]:
            amounts = [value for name, value in item.items() if name.endswith("_cents")]
            good = all(isinstance(each, int) and each >= 0 for each in amounts)
            if not good or not 1 <= item["quantity"] <= 1000 or "original_order_id" not in body:
                raise Unfit
        return body

    def order(self, body: Body) -> Body:
        known = self.orders.get(body["original_order_id"])
        if known is None:
            known = self.orders[body["original_order_id"]] = self.new_order(body)
        return known

    def new_order(self, body: Body) -> Body:
        self.made += 1
        product = sum(self.worth(item) for item in body["items"])
        tax = sum(item.get("tax_amount_cents", 0) for item in body["items"])
        bonus = sum(item.get("bonus_credit_amount_cents", 0) for item in body["items"])
        return {
            "order_identifier": f"SHOP-{self.made}",
            "total_amount_cents": self.total(product, tax, bonus),
            "product_amount_cents": product,
            "tax_amount_cents": tax,
        }

    def worth(self, item: Body) -> int:
        unit: int = item.get("unit_price_amount_cents", 0) * item["quantity"]
        found: int = item.get("product_amount_cents", unit)
        return found

    def total(self, product: int, tax: int, bonus: int) -> int:
        return product + tax + bonus


class Forgetful(Shop):
    """Makes a new order every time."""

    def order(self, body: Body) -> Body:
        return self.new_order(body)


class Overwriting(Shop):
    """Knows the same bytes again, and takes another body of the same order for a new order."""

    def order(self, body: Body) -> Body:
        key = json.dumps(body, sort_keys=True)
        self.orders[key] = self.orders.get(key) or self.new_order(body)
        return self.orders[key]


class Reckoning(Shop):
    """The order is the same, its amounts are reckoned anew."""

    def order(self, body: Body) -> Body:
        known = super().order(body)
        known["tax_amount_cents"] += 1
        return dict(known)


class Strict(Shop):
    """A repeat is an error: 409."""

    def order(self, body: Body) -> Body:
        if body["original_order_id"] in self.orders:
            raise Unfit
        return super().order(body)


class Stingy(Shop):
    """The bonus gets lost."""

    def total(self, product: int, tax: int, bonus: int) -> int:
        return product + tax


class Latin(Shop):
    """Falls over letters beyond Latin 1."""

    def answered(self, call: Call) -> tuple[int, Any]:
        try:
            call.heard.body.decode().encode("latin-1")
        except UnicodeError:
            return 500, b"UnicodeEncodeError"
        return super().answered(call)


class Fragile(Shop):
    """Every bad body is an internal error."""

    def refusal(self) -> tuple[int, Any]:
        return 500, b"Internal Server Error"


class Greedy(Shop):
    """Takes anything for an order."""

    def read(self, content: bytes) -> Body:
        try:
            return super().read(content)
        except Unfit:
            return {"original_order_id": str(len(content)), "items": []}

    def refusal(self) -> tuple[int, Any]:
        return 200, self.order({"original_order_id": "?", "items": []})


class Blocked(Shop):
    """A refused body uses the order up."""

    spoiled: bool = False

    def answered(self, call: Call) -> tuple[int, Any]:
        if b"REFUSED" in call.heard.body and self.spoiled:
            return self.refusal()
        status, content = super().answered(call)
        self.spoiled = self.spoiled or status == 422
        return status, content


class Silent(Shop):
    """Says yes and no more."""

    def new_order(self, body: Body) -> Body:
        return {"success": True, "n": len(self.orders)}


class Open(Shop):
    """Never looks at who calls."""

    def knows(self, authorization: str) -> bool:
        return True


class Choosy(Shop):
    """Wants every optional field."""

    def read(self, content: bytes) -> Body:
        body = super().read(content)
        if "phone" not in body["customer"] and "last_name" not in body["customer"]:
            raise Unfit
        return body


class Plain(Shop):
    """Created, and as text: nothing that has to be mended."""

    def answered(self, call: Call) -> tuple[int, Any]:
        status, content = super().answered(call)
        return (201 if status == 200 else status), content

    def kind(self) -> str:
        return "text/plain"


WRONG: dict[type[Shop], tuple[str, ...]] = {
    Forgetful: ("repeat", "at once", "lost answer", "second order"),
    Overwriting: ("second order",),
    Reckoning: ("repeat", "at once", "lost answer", "second order"),
    Strict: ("repeat", "at once", "lost answer"),
    Stingy: ("gift card",),
    Latin: ("unicode",),
    Fragile: ("bad bodies", "not JSON", "headers"),
    Greedy: ("bad bodies", "not JSON", "headers"),
    Blocked: ("bad bodies",),
    Silent: (
        "places", "repeat", "at once", "lost answer", "second order",
        "gift card", "mixed", "unicode", "least", "bad bodies",
    ),
    Open: ("credential",),
    Choosy: ("least",),
}  # fmt: skip
