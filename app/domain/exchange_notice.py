"""A change of an exchange as the merchant's own programs are told of it: nothing about a person.

`message_id` is the same however often it is sent. `number` counts the entries of the exchange's audit trail,
so that messages that overtake each other can be put in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class ExchangeNotice:
    """`before` is the state that it left; `platform_order` is empty until the exchange is placed.

    `event` is empty where the state changed, else it says what happened while the state stayed.
    """

    message_id: str
    number: int
    at: datetime
    store: str
    reference: str
    order: str
    state: str
    before: str
    submitted_at: datetime | None = None
    placed_at: datetime | None = None
    platform_order: str = ""
    event: str = ""

    def to_data(self) -> dict[str, Any]:
        times = {name: moment.isoformat() if moment else None for name, moment in self._times().items()}
        return asdict(self) | times

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> ExchangeNotice:
        times = {name: datetime.fromisoformat(data[name]) if data[name] else None for name in TIMES}
        return cls(**(dict(data) | times))

    def _times(self) -> dict[str, datetime | None]:
        return {name: getattr(self, name) for name in TIMES}


TIMES = ("at", "submitted_at", "placed_at")
