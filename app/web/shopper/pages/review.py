"""Screen 4: the swaps and the sum, to be confirmed. Its rows and swaps stand on the status page as well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.web.shopper.pages.shared import Difference, HoldNote, Picture


class SumKind(StrEnum):
    """What a line of the sum is, so that it can be drawn apart."""

    CREDIT = "credit"
    REPLACEMENT = "replacement"
    DISCOUNT = "discount"
    TAX = "tax"
    FEE = "fee"
    CARD = "card"
    BONUS = "bonus"


@dataclass(frozen=True)
class SumRow:
    """One line of the sum; `amount` is signed: what the shopper gets counts below zero."""

    kind: SumKind
    label: str
    amount: int
    note: str = ""  # "estimated"
    why: tuple[str, ...] = ()  # the rule and the values that made it, in sentences


@dataclass(frozen=True)
class AddressText:
    """An address as the country writes it, one string a line."""

    lines: tuple[str, ...]


@dataclass(frozen=True)
class Moved:
    """The sum changed between looking and confirming: both amounts, asked again (409)."""

    before: Difference
    after: Difference
    too_old: bool = False  # asked again because it was shown long ago, moved or not


@dataclass(frozen=True)
class Faster:
    """The offer to send the replacement faster."""

    fee: int
    chosen: bool


@dataclass(frozen=True)
class ReviewItem:
    """One swap on the review page."""

    title: str
    quantity: int
    leaves: str
    leaves_picture: Picture
    arrives: str
    arrives_picture: Picture | None  # None: a gift card
    reason: str
    change_url: str


@dataclass(frozen=True)
class ReviewPage:
    """Screen 4, check and confirm."""

    order_number: str
    items: tuple[ReviewItem, ...]
    rows: tuple[SumRow, ...]
    difference: Difference
    collected_later: bool  # an amount due that the shop collects afterwards
    address: AddressText | None  # None when nothing is delivered (gift card only)
    address_url: str | None
    card_goes_to: str | None
    quote_hash: str
    button: str  # "Confirm exchange"; empty where it cannot be confirmed as it is
    moved: Moved | None
    back_url: str
    hold: HoldNote | None = None
    faster: Faster | None = None  # None: not offered
    sum_url: str = ""  # the sum with its reasons as text
    by_hand: tuple[str, ...] = ()  # why a person at the shop looks at it first, one sentence each
    note: str = ""  # to that person
    paid_how: str = ""  # how an amount due is paid
    unpaid: str = ""  # why the shopper is back from paying
    unread: bool = False  # price and stock could not be read from the platform just now
