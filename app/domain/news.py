"""What others tell of an exchange: its parcel back, what it sends out, its end at the platform.

Who tells it, by a call, a webhook or when looked at, is no matter here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app.domain.received_items import CameBack


class NewsKind(StrEnum):
    """The first two are about the parcel that comes back, the next two about what goes out."""

    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class News:
    """What happened, and when; None where only that is known. Number and day belong to what is shipped.

    `items` belong to what came back: without any all of it came as expected.
    """

    kind: NewsKind
    at: datetime | None = None
    tracking_number: str = ""
    delivery_estimate: date | None = None
    items: tuple[CameBack, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """What tells this news from other news, as JSON values."""
        return {
            "kind": str(self.kind),
            "at": self.at.isoformat() if self.at else None,
            "tracking_number": self.tracking_number,
            "delivery_estimate": self.delivery_estimate.isoformat() if self.delivery_estimate else None,
            "items": [[each.units, each.line, each.sku, str(each.condition)] for each in self.items],
        }
