"""The pretend Medusa 2.21: its admin API for exchanges, and the little of the rest that exchanges need.

Source: requests and replies recorded from Medusa 2.21.2, and notes on what bit. What is here: who may
call, which address does what, the settings. Its orders and stock live as long as the process; the
ledger keeps the requests.

Settings take `orders` and `variants` to put into the shop, so that a test can have what it needs.
"""

import base64
import threading
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.sandbox.checks import Problem
from app.sandbox.contract import LARGEST_BODY, Answer, Call
from app.sandbox.medusa_body import fault_in
from app.sandbox.medusa_exchanges import Exchanges
from app.sandbox.medusa_parcels import Parcels
from app.sandbox.medusa_reads import admin_read, store_read
from app.sandbox.medusa_returns import Returns
from app.sandbox.medusa_shop import fresh_shop
from app.sandbox.medusa_sign_in import SIGN_IN_PATH, Admin
from app.sandbox.medusa_stocking import PPM, SETTINGS_FORM, add_order, variant_from
from app.sandbox.medusa_views import no_route, refused, said
from app.sandbox.strict_json import NotJsonError, read_json

BEARER = (
    "A secret API key was passed as a Bearer token. Secret API keys must be sent using HTTP Basic"
    " authentication instead (Authorization: Basic <secret-api-key>)."
)


class MedusaServer:
    """One Medusa with one shop."""

    name = "medusa"

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.loyalty, self.key = False, ""
        self.reset()

    def answer(self, call: Call) -> Answer:
        """What Medusa would say. One call at a time, but for confirms."""
        if call.path.startswith("/store/"):
            with self._lock:
                return store_read(self.shop, call, loyalty=self.loyalty)
        if call.method == "POST" and call.path == SIGN_IN_PATH:
            return self.admin.sign_in(call)
        if not call.path.startswith("/admin/"):
            return no_route(call.method, call.path)
        refusal = self._refused_at_the_door(call)
        if refusal is not None:
            return refusal
        parts = call.path.removeprefix("/admin/").split("/")
        if call.method == "POST" and parts[0] == "exchanges" and parts[2:] == ["request"]:
            return self._confirm(parts[1], call)
        with self._lock:
            if call.method == "GET":
                return admin_read(self.shop, call, parts, loyalty=self.loyalty)
            return self._write(call, parts)

    def _refused_at_the_door(self, call: Call) -> Answer | None:
        scheme, _, given = call.headers.get("Authorization", "").partition(" ")
        if scheme == "Bearer" and given.startswith("sk_"):
            return said({"message": BEARER}, 401)
        if scheme == "Bearer":
            return None if self.admin.knows(given) else said({"message": "Unauthorized"}, 401)
        pair = base64.b64encode(f"{self.key}:".encode()).decode()
        bare = base64.b64encode(self.key.encode()).decode()
        if scheme != "Basic" or given not in (pair, bare, self.key):
            return said({"message": "Unauthorized"}, 401)
        if call.body is None:
            return said({"message": f"more than {LARGEST_BODY} bytes"}, 413)
        return None

    def _confirm(self, name: str, call: Call) -> Answer:
        body = _body(call, "request")
        if isinstance(body, Answer):
            return body
        change = self.shop.exchanges.get(name)
        if change is None:
            return _unknown_exchange(name)
        return self.exchanges.confirm(change, self._lock)

    def _write(self, call: Call, parts: list[str]) -> Answer:
        match (call.method, *parts):
            case ("POST", "exchanges"):
                return self._posted(call, "create", self.exchanges.create)
            case ("DELETE", "exchanges", name, "request") if name in self.shop.exchanges:
                return self.exchanges.give_up(self.shop.exchanges[name])
            case ("POST", "exchanges", name, "cancel") if name in self.shop.exchanges:
                return self.exchanges.cancel(self.shop.exchanges[name])
            case ("POST", "exchanges", name, "inbound" | "outbound" as side, what) if (
                name in self.shop.exchanges and what in ("items", "shipping-method")
            ):
                change, form = self.shop.exchanges[name], f"{side}/{what}"
                return self._posted(call, form, lambda body: self.exchanges.step(change, form, body))
            case (_, "exchanges", name, *_):
                return _unknown_exchange(name)
            case ("POST", "order-changes", name):
                return self._posted(call, "change", lambda body: self.exchanges.carry_over(name, body))
        return self._write_more(call, parts)

    def _write_more(self, call: Call, parts: list[str]) -> Answer:
        """Returns and what goes with them."""
        returns = self.shop.returns
        match (call.method, *parts):
            case ("POST", "returns"):
                return self._posted(call, "return", self.returns.begin)
            case ("POST", "returns", name, "request-items") if name in returns:
                return self._posted(
                    call, "request-items", lambda body: self.returns.items(returns[name], body)
                )
            case ("POST", "returns", name, "request") if name in returns:
                return self.returns.confirm(returns[name])
            case ("DELETE", "returns", name, "request") if name in returns:
                return self.returns.give_up(returns[name])
            case ("POST", "fulfillments", name, "cancel"):
                return self.returns.cancel_fulfilment(name)
        return self._write_money(call, parts)

    def _write_money(self, call: Call, parts: list[str]) -> Answer:
        """Payments and gift cards."""
        match (call.method, *parts):
            case ("POST", "payment-collections", name, "mark-as-paid"):
                return self._posted(call, "mark-as-paid", lambda _body: self.returns.mark_as_paid(name))
            case ("POST", "payments", name, "refund"):
                return self._posted(call, "refund", lambda body: self.returns.refund(name, body))
            case ("POST", "gift-cards") if self.loyalty:
                return self._posted(call, "gift-card", self.returns.make_card)
            case ("POST", "orders", name, "credit-lines") if self.loyalty and name in self.shop.orders:
                return self.returns.credit_line(name)
            case ("POST", "orders", name, "cancel") if name in self.shop.orders:
                self.shop.orders[name].cancelled = True
                return said({"order": {"id": name}})
        return self._write_parcels(call, parts)

    def _write_parcels(self, call: Call, parts: list[str]) -> Answer:
        """What goes out, and what is received."""
        orders, returns, goods = self.shop.orders, self.shop.returns, self.parcels
        match (call.method, *parts):
            case ("POST", "orders", name, "fulfillments") if name in orders:
                return self._posted(call, "fulfil", lambda body: goods.pack(orders[name], body))
            case ("POST", "orders", name, "fulfillments", parcel, "shipments") if name in orders:
                return self._posted(call, "shipments", lambda body: goods.send(orders[name], parcel, body))
            case ("POST", "orders", name, "fulfillments", parcel, "mark-as-delivered") if name in orders:
                return goods.deliver(orders[name], parcel)
            case ("POST", "returns", name, "receive") if name in returns:
                return goods.receive(returns[name])
            case ("POST", "returns", name, "receive-items" | "dismiss-items" as act) if name in returns:
                damaged, coming = act == "dismiss-items", returns[name]
                form = "receive-items"
                return self._posted(call, form, lambda body: goods.unpack(coming, body, damaged=damaged))
            case ("POST", "returns", name, "receive", "confirm") if name in returns:
                return goods.confirm_received(returns[name])
        return no_route(call.method, call.path)

    def _posted(self, call: Call, form: str, work: Any) -> Answer:
        body = _body(call, form)
        answer: Answer = body if isinstance(body, Answer) else work(body)
        return answer

    def settings(self) -> Mapping[str, object]:
        """What is in the shop, by number; the key is not shown."""
        return {
            "orders": [order.display_id for order in self.shop.orders.values()],
            "stock": {name: one.stocked - one.reserved for name, one in self.shop.variants.items()},
            "tax_rate_ppm": int(self.shop.tax_rate * PPM),
            "loyalty_plugin": self.loyalty,
            "secret_key": "***",
            "admin": {"email": self.admin.email, "password": "***"},
            "racing_confirms": self.exchanges.racing.parties,
        }

    def configure(self, changes: Mapping[str, object]) -> list[Problem]:
        """Take the settings named and leave the rest; orders are added to those there are."""
        wanted: dict[str, Any] = dict(changes)
        problems = list(SETTINGS_FORM(wanted, ""))
        if problems:
            return problems
        with self._lock:
            self.key = wanted.get("secret_key", self.key)
            self.loyalty = wanted.get("loyalty_plugin", self.loyalty)
            if "admin" in wanted:
                self.admin = Admin(**wanted["admin"])
            if "tax_rate_ppm" in wanted:
                self.shop.tax_rate = Decimal(wanted["tax_rate_ppm"]) / PPM
            if "racing_confirms" in wanted:
                self.exchanges.racing = threading.Barrier(wanted["racing_confirms"])
            for name, count in wanted.get("stock", {}).items():
                variant = self.shop.variants[name]
                variant.stocked, variant.reserved = count, 0
            for variant in wanted.get("variants", []):
                self.shop.variants[variant["id"]] = variant_from(variant)
            for order in wanted.get("orders", []):
                add_order(self.shop, order)
        return []

    def reset(self) -> None:
        """A fresh shop without orders, no plugin, the key `sk_sandbox`, nobody to sign in."""
        self.shop = fresh_shop()
        self.exchanges, self.returns = Exchanges(self.shop), Returns(self.shop)
        self.parcels = Parcels(self.shop)
        self.loyalty, self.key, self.admin = False, "sk_sandbox", Admin()

    def secret_headers(self) -> frozenset[str]:
        """Nothing besides the usual ones."""
        return frozenset()


def _body(call: Call, form: str) -> dict[str, Any] | Answer:
    """The body, or the refusal of it."""
    try:
        body = read_json(call.body or b"{}", fractions=Decimal)
    except NotJsonError as error:
        return refused(str(error))
    fault = fault_in(form, body)
    return refused(fault) if fault or not isinstance(body, dict) else body


def _unknown_exchange(name: str) -> Answer:
    return refused(f"OrderExchange id not found: {name}", 404, "not_found")
