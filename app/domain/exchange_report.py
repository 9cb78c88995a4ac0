"""An exchange as those are told of it who do not place it: a screener before, listeners after.

Made from the stored message and the exchange's row, so that repeating it gives the same values. Amounts
are integer minor units of the message's currency and never negative; `at` times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.domain.exchange_order import ExchangeOrder


@dataclass(frozen=True)
class PaymentUsed:
    """How the amount due was paid, as far as anybody knows; empty texts where nobody does."""

    gateway: str = ""
    gateway_reference: str = ""
    method_id: str = ""
    method_type: str = ""
    last_four: str = ""


@dataclass(frozen=True)
class ExchangeReport:
    """What is told. `platform_order` is empty as long as the exchange is not placed.

    `order.original_order_id` is the directly preceding order. `refund_due` goes back to the original
    payment; `card_total` is face and bonus of the gift card; `forfeited` goes nowhere.
    """

    order: ExchangeOrder
    submitted_at: datetime
    platform_order: str = ""
    placed_at: datetime | None = None
    amount_due: int = 0
    refund_due: int = 0
    card_total: int = 0
    forfeited: int = 0
    payment: PaymentUsed | None = None

    def to_data(self) -> dict[str, Any]:
        placed = self.placed_at.isoformat() if self.placed_at else None
        times = {"submitted_at": self.submitted_at.isoformat(), "placed_at": placed}
        return asdict(self) | {"order": self.order.to_data()} | times

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ExchangeReport:
        placed = data["placed_at"]
        times = {
            "submitted_at": datetime.fromisoformat(data["submitted_at"]),
            "placed_at": datetime.fromisoformat(placed) if placed else None,
        }
        payment = data.get("payment")
        parts = {
            "order": ExchangeOrder.from_data(data["order"]),
            "payment": PaymentUsed(**payment) if payment else None,
        }
        return cls(**(dict(data) | parts | times))
