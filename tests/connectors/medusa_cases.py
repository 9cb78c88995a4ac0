"""Exchanges of an order in Medusa for tests, and a small dispatcher that carries them out over HTTP.

Amounts are minor units; the shop is that of the sandbox: tees at 20.00, L at 25.00, XL at 18.00.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import httpx2
from cryptography.fernet import Fernet

from app.connectors.base import Fills, LooksUp, Outcome, Reply, Request, Seals, Sent, Step
from app.connectors.follow_ups import FollowUp
from app.connectors.http import HttpSender, Limits
from app.connectors.platforms.medusa import MedusaPlacer
from app.connectors.results import Placed
from app.domain.exchange_order import CardLine, ExchangeOrder, ReturnedItem, VariantLine
from app.services.secret_box import SecretBox
from tests.connectors.messages import ADA, exchange_order

EMAIL = "ada@example.com"
ORDER_ID, NUMBER = "order_001001", "1001"
SECRET = "sk_sandbox"
LINE = "ordli_1001_1"
TWO_TEES = {"display_id": 1001, "email": EMAIL, "items": [{"variant_id": "variant_tee-s", "quantity": 2}]}
MOST_STEPS = 40
BOX = SecretBox(Fernet.generate_key().decode())
SENDER = HttpSender(Limits(total_seconds=10), allow_loopback=True)

TEE_S = ReturnedItem(LINE, "TEE-S", "Tee S", 1, credit=2000, reason="too_small")


def replacement(size: str, price: int, *, returned: ReturnedItem = TEE_S, **changes: Any) -> VariantLine:
    """One tee of this size for what comes back; `difference` follows from the amounts."""
    name = f"TEE-{size.upper()}"
    line = VariantLine(
        name, f"Tee {size.upper()}", "prod_tee", f"variant_tee-{size}", 1, price, 0, 0, returned
    )
    line = replace(line, **changes)
    return replace(line, difference=line.product - line.discount + line.tax - returned.credit)


EVEN, DEARER, CHEAPER = replacement("m", 2000), replacement("l", 2500), replacement("xl", 1800)
CARD = CardLine("GIFT", face=2000, bonus=500, returned=(TEE_S,))


def medusa_order(*variants: VariantLine, card: CardLine | None = None, **changes: Any) -> ExchangeOrder:
    """An exchange of Ada's order 1001, a sending fee included where `shipping` says one."""
    order = replace(
        exchange_order(*variants, card=card),
        original_order_id=NUMBER,
        original_secondary_order_id="",
        platform_order_id=ORDER_ID,
        shipping_address=replace(ADA, street2=""),
        **changes,
    )
    if not order.shipping or not variants:
        return order
    first = replace(variants[0], difference=variants[0].difference + order.shipping)
    return replace(order, variants=(first, *variants[1:]))


CASES = {
    "even": medusa_order(EVEN),
    "dearer": medusa_order(DEARER),
    "cheaper": medusa_order(CHEAPER),
    "with-shipping": medusa_order(DEARER, shipping=795),
    "two-lines": medusa_order(
        replacement("l", 2500), replacement("xl", 1800, returned=replace(TEE_S, reason=""))
    ),
    "uneven-units": medusa_order(
        replacement("m", 3999, quantity=2, returned=replace(TEE_S, quantity=2, credit=4000))
    ),
    "gift-card": medusa_order(card=CARD),
    "exchange-and-gift-card": medusa_order(DEARER, card=CARD),
}


def placer(url: str = "https://shop.example", secret: str = SECRET, **settings: Any) -> MedusaPlacer:
    wanted = {"url": url, "shipping_option_id": "so_standard", "gift_cards": "loyalty"} | settings
    return MedusaPlacer.configure(wanted, secret, allow_loopback=True)


@dataclass
class Courier:
    """Sends what the connector asks for, as the dispatcher does: a lost answer is looked up.

    `meddle` is called with each request before it leaves, and may order a fault or return an outcome of
    its own instead of sending.
    """

    placer: MedusaPlacer | FollowUp
    meddle: Callable[[Request], Sent | None] = lambda _request: None
    sent: list[Request] = field(default_factory=list)

    def place(self, message: ExchangeOrder) -> Step:
        return self.carry_out(message, self.placer.next_step)

    def carry_out(
        self, message: ExchangeOrder, ask: Callable[[ExchangeOrder, Sequence[Reply]], Step]
    ) -> Step:
        answers: list[Reply] = []
        step = ask(message, answers)
        for _ in range(MOST_STEPS):
            if not isinstance(step, Request):
                return step
            self.sent.append(step)
            reply = self.meddle(step) or self.send(step)
            outcome = self.placer.outcome(reply) if isinstance(reply, Reply) else Outcome.UNKNOWN
            if outcome is Outcome.DELIVERED and isinstance(reply, Reply):
                answers.append(reply)
                step = ask(message, answers)
            elif outcome is Outcome.UNKNOWN:
                assert isinstance(self.placer, LooksUp)
                step, answers = self.placer.look_up(message), []
            else:
                raise AssertionError(f"{step.name}: {reply}")
        raise AssertionError("the course does not end")

    def send(self, request: Request) -> Sent:
        """Codes of gift cards go in as it leaves, and out of what comes back."""
        leaving = self.placer.filled(request) if isinstance(self.placer, Fills) else request
        sent = SENDER.send(leaving, self.placer.credentials())
        if isinstance(self.placer, Seals) and isinstance(sent, Reply):
            return self.placer.sealed(sent, BOX.sealed)
        return sent

    @property
    def names(self) -> list[str]:
        return [request.name for request in self.sent]


def placed(step: Step) -> Placed:
    result = getattr(step, "result", None)
    assert isinstance(result, Placed), step
    return result


@dataclass
class PretendMedusa:
    """The sandbox with one order in it, and a way to look at it from outside."""

    url: str
    client: httpx2.Client

    def configure(self, **settings: Any) -> None:
        reply = self.client.post("/settings", json={"system": "medusa", **settings})
        assert reply.status_code == 200, reply.text

    def fault(self, kind: str, **more: Any) -> None:
        reply = self.client.post("/faults", json={"system": "medusa", "kind": kind, **more})
        assert reply.status_code == 201, reply.text

    def call(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        return self.client.request(method, f"/medusa{path}", json=body, auth=(SECRET, ""))

    def order(self, order_id: str = ORDER_ID) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/admin/orders/{order_id}").json()["order"]
        return found

    def pending(self) -> str:
        return str(self.order()["summary"]["pending_difference"])

    def exchanges(self) -> list[dict[str, Any]]:
        path = f"/admin/exchanges?order_id={ORDER_ID}&fields=id,metadata,*return"
        found: list[dict[str, Any]] = self.call("GET", path).json()["exchanges"]
        return found

    def send_by_hand(self) -> str:
        """The warehouse sends what was added last; its line."""
        line = str(self.order()["items"][-1]["id"])
        body = {"location_id": "sloc_harbour", "items": [{"id": line, "quantity": 1}]}
        assert self.call("POST", f"/admin/orders/{ORDER_ID}/fulfillments", body).status_code == 200
        return line

    def sizes(self) -> list[str]:
        return [item["variant_sku"] for item in self.order()["items"]]


def courier(medusa: PretendMedusa, **settings: Any) -> Courier:
    """One that carries out exchanges there."""
    return Courier(placer(medusa.url, **settings))
