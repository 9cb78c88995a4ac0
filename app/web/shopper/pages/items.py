"""Screen 2, choose items: a card each bought line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.web.shopper.pages.shared import Picture, Summary


@dataclass(frozen=True)
class LineCard:
    """One bought line on screen 2."""

    id: int
    picture: Picture
    title: str
    variant: str  # "Navy · M"
    paid_each: int | None  # None: not in the store's currency
    quantity: int  # how many may still be chosen
    chosen_quantity: int
    chosen: bool
    eligible: bool
    until: date | None  # last day of the window
    refusal: str | None  # why not, in the shopper's words
    way_out: str | None = None  # "Ask us about an exception"
    way_out_url: str | None = None
    by_hand: bool = False  # can be chosen, and a person at the shop looks at it first
    exception: bool = False  # can be chosen because an agent overrode what stands against it


@dataclass(frozen=True)
class ItemsPage:
    """Screen 2, choose items."""

    order_number: str
    lines: tuple[LineCard, ...]
    once_only: bool  # the platform takes one exchange an order
    summary: Summary
