"""What a payment provider's answers come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class HostedPage:
    """A page that is open for the shopper: the provider's number of it, its address, and its end."""

    reference: str
    url: str
    expires_at: datetime


@dataclass(frozen=True)
class Dispute:
    """The shopper's bank takes a payment back, unless the shop answers in time. `amount` in minor units."""

    number: str
    amount: int
    currency: str
    reason: str
    answer_by: datetime | None


@dataclass(frozen=True)
class Heard:
    """What a true message of a provider's is about: a page, payments by the provider's numbers, an exchange
    by its reference. All empty: nothing that concerns us.
    """

    page: str = ""
    payments: tuple[str, ...] = ()
    exchange: str = ""
    dispute: Dispute | None = None


@dataclass(frozen=True)
class Moved:
    """Money was moved: the provider's number of the movement and its amount in minor units."""

    reference: str
    amount: int
    reply: Mapping[str, Any] = field(default_factory=dict)
