"""An exchange as those are told of it who do not place it: a screener before, listeners after.

Made from the stored message and the exchange's row, so that repeating it gives the same values. Amounts
are integer minor units of the message's currency and never negative; `at` times are UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.domain.exchange_order import ExchangeOrder


class ParcelLeg(StrEnum):
    """Where the goods that come back are."""

    EXPECTED = "expected"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"


class Direction(StrEnum):
    """Which way money went: taken from the shopper, or back to what the order was paid with.

    `GIVEN_BACK`: what was taken for an exchange that was cancelled after placing went back.
    """

    TAKEN = "taken"
    PAID_BACK = "paid_back"
    GIVEN_BACK = "given_back"


@dataclass(frozen=True)
class MoneyMoved:
    """Money that really moved, in minor units. `part` tells it from others of its direction, mostly empty.

    `gateway` and `reference` are the provider and its number of it, empty where nobody here knows.
    """

    direction: Direction
    amount: int
    at: datetime
    part: str = ""
    gateway: str = ""
    reference: str = ""

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> MoneyMoved:
        moment = datetime.fromisoformat(data["at"])
        return cls(**(dict(data) | {"direction": Direction(data["direction"]), "at": moment}))


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
    payment; `card_total` is face and bonus of the gift card; `forfeited` goes nowhere. `parcel_noted_at` is
    when it was heard that the parcel is where `parcel` says; `cancelled_at` is when what was placed was taken
    back, `shipped_at` when it left the shop: each stands only where just that is told. `amount_due` and
    `refund_due` are what was confirmed; what moved, and this is told of, is `moved`.
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
    parcel: ParcelLeg = ParcelLeg.EXPECTED
    parcel_noted_at: datetime | None = None
    cancelled_at: datetime | None = None
    moved: MoneyMoved | None = None
    shipped_at: datetime | None = None

    def to_data(self) -> dict[str, Any]:
        times = {name: moment.isoformat() if moment else None for name, moment in self._times().items()}
        moved = asdict(self.moved) | {"at": self.moved.at.isoformat()} if self.moved else None
        return asdict(self) | {"order": self.order.to_data(), "moved": moved} | times

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ExchangeReport:
        times = {name: datetime.fromisoformat(data[name]) if data.get(name) else None for name in TIMES}
        payment, moved = data.get("payment"), data.get("moved")
        parts = {
            "order": ExchangeOrder.from_data(data["order"]),
            "payment": PaymentUsed(**payment) if payment else None,
            "moved": MoneyMoved.from_data(moved) if moved else None,
            "parcel": ParcelLeg(data.get("parcel", ParcelLeg.EXPECTED)),
        }
        return cls(**(dict(data) | parts | times))

    def _times(self) -> dict[str, datetime | None]:
        return {name: getattr(self, name) for name in TIMES}


TIMES = ("submitted_at", "placed_at", "parcel_noted_at", "cancelled_at", "shipped_at")
