"""What is left of an exchange where its platform placed only a part of it, and no gift card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from app.domain.exchange_order import ExchangeOrder

IN_PART = "only a part of it"  # what a person is asked about begins so, and is found by it


@dataclass(frozen=True)
class PlacedPart:
    """`units` of each variant line, and their part of the price difference in minor units."""

    units: tuple[int, ...]
    difference: int

    @classmethod
    def whole(cls, message: ExchangeOrder) -> PlacedPart:
        """As if everything but the card had been a part."""
        return cls(tuple(line.quantity for line in message.variants), message.difference)

    def of(self, message: ExchangeOrder) -> ExchangeOrder:
        """The message as if these units alone had been asked for."""
        lines = zip(message.variants, self.units, strict=True)
        return replace(
            message, variants=tuple(line.first(units) for line, units in lines if units), card=None
        )

    def owed(self, due: int) -> int:
        """What of an amount due, in minor units, is due for these units."""
        return max(0, min(due, self.difference))

    def refunded(self, back: int) -> int:
        """What of a refund due, in minor units, is due for these units."""
        return min(back, max(0, -self.difference))

    def to_data(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PlacedPart:
        return cls(tuple(data["units"]), data["difference"])
