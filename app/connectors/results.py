"""What comes of a message once a connector has read the last answer: one kind of result for each purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from app.connectors.found import OrderFound, PlacedFound, ProductsFound
from app.connectors.moved import Moved
from app.connectors.seen import Seen
from app.domain.partly_placed import PlacedPart


@dataclass(frozen=True)
class Sealed:
    """A secret as it may be kept: encrypted. Two are the same where they have one of their `marks` in common;
    the first is to be kept.
    """

    secret: str = field(repr=False)
    marks: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True)
class Issued:
    """A gift card was made; `tail` are the last signs of its code."""

    code: Sealed
    tail: str


@dataclass(frozen=True)
class Placed:
    """What a platform made of an exchange order. Amounts in minor units, None when not told.

    `order` is the platform's order number, empty when the answer holds none that can be trusted.
    `doubt` says in plain words what is wrong with an answer that otherwise says yes. Where a platform takes
    units one by one it may place some of them only, and no gift card: that is `part`, None when everything
    was placed; and it may make an order of each, which `unit_orders` names by variant line and unit.
    `tracking_number` and `delivery_estimate` are of what goes out, where that is told at once; several
    parcels have their numbers side by side. `card` is the gift card that it made, where it tells its code.
    """

    order: str
    total: int | None
    product: int | None
    tax: int | None
    reply: Mapping[str, Any] = field(default_factory=dict)
    doubt: str = ""
    part: PlacedPart | None = None
    unit_orders: tuple[tuple[str, ...], ...] = ()
    tracking_number: str = ""
    delivery_estimate: date | None = None
    card: Issued | None = None


class Advice(StrEnum):
    """What a screener says of an exchange. `NONE`: it gave no usable answer."""

    ALLOW = "allow"
    REVIEW = "review"
    PREVENT = "prevent"
    NONE = "none"


@dataclass(frozen=True)
class Screened:
    """A screener's answer; `words` are for an agent, `reply` is what it said."""

    advice: Advice
    words: str = ""
    reply: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A listener has heard; there is nothing to keep but what it said."""

    reply: Mapping[str, Any] = field(default_factory=dict)


Result = Placed | Screened | Told | Issued | Moved | Seen | OrderFound | PlacedFound | ProductsFound
