"""The way to a payment provider, on which one call goes wrong; all else is passed on as it is.

So the provider's own record shows what was done there, whatever of it was heard here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import httpx2

from app.connectors.http import HttpSender, Limits
from app.services.connector_settings import Connections, connect_store
from app.services.dispatching import send_all_due
from app.services.payment_pages import Cashier
from tests.faults.peer import Behaviour, Call, Heard, Peer
from tests.paying.shop_with_till import PayingShop
from tests.payments.fake_stripe import FakeStripe

# Short, since one of the faults is an answer that never ends.
IMPATIENT = HttpSender(Limits(connect_seconds=1, total_seconds=0.5, reply_bytes=100_000), allow_loopback=True)
CALLS = {
    "cards": {
        "open": r"POST /cards/v1/pages",
        "look": r"GET /cards/v1/pages/\w+",
        "capture": r"POST /cards/v1/payments/\w+/capture",
        "void": r"POST /cards/v1/payments/\w+/void",
        "refund": r"POST /cards/v1/payments/\w+/refund",
    },
    "stripe": {
        "open": r"POST /v1/checkout/sessions",
        "look": r"GET /v1/checkout/sessions/\w+\?.*",
        "capture": r"POST /v1/payment_intents/\w+/capture",
        "void": r"POST /v1/payment_intents/\w+/cancel",
        "refund": r"POST /v1/refunds",
    },
}
OURS = frozenset({"connection", "content-length"})
THEIRS = ("content-type", "idempotent-replayed", "location")


@dataclass
class Relay(Peer):
    """Start with `with Relay(behind=ORIGIN) as relay`. `done`: what was asked with POST, and was done."""

    behind: str = ""
    wrong: list[tuple[str, Behaviour]] = field(default_factory=list)
    done: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.otherwise = self._serve_one
        self._client = httpx2.Client(base_url=self.behind, trust_env=False)
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        self._client.close()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def goes_wrong(self, call: str, fault: Behaviour) -> None:
        """The next request that looks like this."""
        self.wrong.append((call, fault))

    def work(self, heard: Heard) -> bytes:
        return self._pass_on(heard).content

    def _serve_one(self, call: Call) -> None:
        asked = f"{call.heard.method} {call.heard.path}"
        if self.wrong and re.fullmatch(self.wrong[0][0], asked):
            _, fault = self.wrong.pop(0)
            fault(call)
            return
        reply = self._pass_on(call.heard)
        told = {name: reply.headers[name] for name in THEIRS if name in reply.headers}
        call.answer(reply.status_code, reply.content, told)

    def _pass_on(self, heard: Heard) -> httpx2.Response:
        headers = {name: value for name, value in heard.headers.items() if name not in OURS}
        reply = self._client.request(heard.method, heard.path, headers=headers, content=heard.body)
        if heard.method == "POST" and reply.is_success:
            self.done.append((f"POST {heard.path}", reply.json()))
        return reply


@dataclass
class RelayedShop(PayingShop):
    """The store, which reaches its provider through `relay` and does not wait long."""

    relay: Relay = field(default_factory=Relay)
    stripe: FakeStripe | None = None

    @property
    def cashier(self) -> Cashier:
        return Cashier(Connections(self.acme.box, True), lambda: IMPATIENT)

    def send(self) -> int:
        return send_all_due(replace(self.acme.dispatcher(), sender=IMPATIENT))

    def goes_wrong(self, call: str, fault: Behaviour) -> None:
        """The next call of this kind does."""
        self.relay.goes_wrong(CALLS[self.gateway][call], fault)

    def done(self, call: str) -> set[str]:
        """The provider's numbers of what it did when it was called so, whoever heard of it."""
        answers = [told for asked, told in self.relay.done if re.fullmatch(CALLS[self.gateway][call], asked)]
        return {told.get("movement") or told.get("page") or told["id"] for told in answers}

    def settle(self) -> None:
        """Long enough for everything that is tried again."""
        for _ in range(3):
            self.clock.forward(minutes=10)
            self.watch(0)
            self.send()


def behind(relay: Relay, shop: PayingShop, secret: str, stripe: FakeStripe | None = None) -> RelayedShop:
    """The same store, connected to its provider by way of the relay."""
    settings = {"url": relay.origin, "pages": stripe.url} if stripe else {"url": f"{relay.origin}/cards"}
    connections = Connections(shop.acme.box, True)
    connect_store(connections, shop.acme.store_id, shop.gateway, settings, secret, shop.clock())
    return RelayedShop(shop.acme, shop.provider, shop.gateway, relay, stripe)
