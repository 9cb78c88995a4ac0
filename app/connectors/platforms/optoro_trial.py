"""Exchange orders made up to try a merchant's endpoint with, and the requests that carry them.

The messages go through the connector itself, so what is tried is what a store would send. What is expected
of the answers is `optoro_contract`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.connectors.base import Refused, Request
from app.connectors.platforms.optoro import OptoroPlacer
from app.connectors.platforms.optoro_body import to_bytes
from app.domain.exchange_order import CardLine, ExchangeOrder, ReturnedItem, VariantLine
from app.domain.facts import Address, Customer

NAMESPACE = uuid.UUID("4b1f8d0e-64a7-5d6c-8f0a-2c6a8d1a7b55")
PERCENT_OF_TAX = 8
ADDRESS = Address("Ada Moss", "9 Quay St", "Flat 2", "Bend", "OR", "97701", "US", "+1 541 555 0142")
CUSTOMER = Customer("evenly-check", "check@example.com", "Ada", "Moss", "+1 541 555 0142")
# A country without provinces and postcodes, and letters of several scripts, one of them beyond 16 bits.
DOHA = Address("佐藤 由紀 😀", "شارع 840", city="Doha", country_code="QA")
YUKI = Customer("evenly-check-2", "check@example.com", "由紀", "O’Brien-Łoś")


class CannotTry(ValueError):
    """These goods cannot stand in an exchange order; the message says why."""


@dataclass(frozen=True)
class Goods:
    """What the made-up orders are about. `price` in minor units of `currency`, before tax."""

    currency: str = "USD"
    sku: str = "EVENLY-CHECK-L"
    returned_sku: str = "EVENLY-CHECK-M"
    card_sku: str = "OPTOROGIFTCARD"
    price: int = 1000

    @property
    def bonus(self) -> int:
        return max(1, self.price // 10)


@dataclass(frozen=True)
class Trial:
    """One run: a connector, its goods, and `prefix`, which all its order numbers begin with."""

    placer: OptoroPlacer
    goods: Goods
    prefix: str

    def variant(self, line: int = 1, units: int = 1, price: int | None = None) -> VariantLine:
        """A replacement of a bought line, at its price or another one."""
        unit = self.goods.price if price is None else price
        sku, tax = self.goods.sku, unit * PERCENT_OF_TAX // 100 * units
        returned = ReturnedItem(str(line), self.goods.returned_sku, "Check item M", units)
        amounts = (unit * units, 0, tax)
        return VariantLine(sku, "Check item L", "EVENLY-CHECK", sku, units, *amounts, returned)

    def card(self, bonus: bool = True) -> CardLine:
        """A gift card for one unit of another bought line."""
        given = (ReturnedItem("2", self.goods.returned_sku, "Check item M", 1),)
        return CardLine(self.goods.card_sku, self.goods.price, self.goods.bonus if bonus else 0, given)

    def message(self, case: str, *variants: VariantLine, card: CardLine | None = None) -> ExchangeOrder:
        """The exchange of an order of its own, the same in every repeat."""
        number = f"{self.prefix}{case}"
        return ExchangeOrder(
            reference=f"EX-{case}",
            currency=self.goods.currency,
            rma=f"RMA-{number}",
            original_order_id=number,
            original_secondary_order_id="",
            is_gift=False,
            variants=variants,
            card=card,
            customer=CUSTOMER,
            shipping_address=ADDRESS,
            billing_address=ADDRESS,
            transaction_id=str(uuid.uuid5(NAMESPACE, number)),
        )

    def request(self, message: ExchangeOrder) -> Request:
        """What the connector sends for it. Raises CannotTry."""
        step = self.placer.next_step(message, [])
        if not isinstance(step, Request):
            reason = step.reason if isinstance(step, Refused) else "nothing has to be sent"
            raise CannotTry(reason)
        return step


def spoiled(request: Request, change: Callable[[dict[str, Any]], object]) -> Request:
    """The request with its body changed to what the connector itself would never send."""
    body = json.loads(request.body)
    change(body)
    return replace(request, body=to_bytes(body))


def with_header(request: Request, name: str, value: str | None) -> Request:
    """The request with another value of a header, None for without it."""
    headers: Mapping[str, str] = {key: text for key, text in request.headers.items() if key != name}
    return replace(request, headers={**headers, **({} if value is None else {name: value})})
