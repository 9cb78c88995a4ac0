"""A gift card that the shop's own program is asked to make: nothing about a person.

`message_id` is the same however often it is asked for, so that one card is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class CardWish:
    """`amount` in minor units. `reference` is the exchange's."""

    message_id: str
    at: datetime
    store: str
    reference: str
    order: str
    amount: int
    currency: str

    def to_data(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat()}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> CardWish:
        return cls(**(dict(data) | {"at": datetime.fromisoformat(data["at"])}))
