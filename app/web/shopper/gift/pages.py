"""What each page of the gift view shows, and all that it shows: no field here can hold an amount of money,
a way of paying, the giver, or what became of the order before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.web.shopper.pages import (
    OptionGroup,
    Picture,
    ReasonChoice,
    ReturnNote,
    ReviewItem,
    Stock,
    SummaryItem,
    TimelineStep,
    Undo,
)


@dataclass(frozen=True)
class GiftLine:
    """One thing that was in the parcel."""

    id: int
    picture: Picture
    title: str
    variant: str
    quantity: int  # how many may still be chosen
    chosen_quantity: int
    chosen: bool
    eligible: bool
    until: date | None
    refusal: str | None
    way_out: str | None
    way_out_url: str | None
    by_hand: bool


@dataclass(frozen=True)
class GiftItems:
    """Choose what to exchange."""

    order_number: str
    lines: tuple[GiftLine, ...]
    once_only: bool
    chosen: tuple[SummaryItem, ...]


@dataclass(frozen=True)
class GiftChoice:
    """Reason and replacement for one item. `card`: a gift card can be had instead, of whatever worth."""

    order_number: str
    position: int
    of: int
    title: str
    variant: str
    quantity: int
    picture: Picture
    reasons: tuple[ReasonChoice, ...]
    options: tuple[OptionGroup, ...]
    same_again: bool
    card: bool
    card_checked: bool
    stock: Stock
    chosen_variant: str | None
    held_until: datetime | None
    can_hold_longer: bool
    chosen: tuple[SummaryItem, ...]
    back_url: str
    most_units: int = 1


@dataclass(frozen=True)
class GiftReview:
    """Check and confirm. `sealed` is what was seen, closed to everybody but this portal."""

    order_number: str
    items: tuple[ReviewItem, ...]
    email: str
    address: tuple[str, ...]
    recipient_url: str
    card: bool
    changed: bool
    sealed: str
    back_url: str
    by_hand: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class GiftStatus:
    """Confirmation and status in one."""

    reference: str
    order_number: str
    headline: str
    lead: str
    platform_order: str | None
    steps: tuple[TimelineStep, ...]
    return_note: ReturnNote | None
    items: tuple[ReviewItem, ...]
    card: bool
    trouble: str | None
    settled: bool
    ended: bool
    undo: Undo | None
    again_url: str | None
