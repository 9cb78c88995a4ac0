"""What several screens show: pictures, how a sum ends, what is held, the side summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Picture:
    """A product picture; `url` is None when the product has none (a drawn placeholder stands in)."""

    url: str | None
    alt: str


class Outcome(StrEnum):
    """How a sum ends, in the shopper's words."""

    PAY = "pay"  # You pay
    BACK = "back"  # You get back
    EVEN = "even"  # Nothing to pay


@dataclass(frozen=True)
class Difference:
    """The running price difference. `amount` is never negative; `outcome` tells its direction."""

    outcome: Outcome
    amount: int
    card: int | None = None  # face + bonus of the gift card, when one is given
    sentence: str = ""  # the whole of it in words, also what the live region speaks
    why: tuple[str, ...] = ()  # how the rows of the sum come to it


class HoldState(StrEnum):
    """How it stands with what was chosen and can run out."""

    HELD = "held"
    NEAR = "near"  # held, and about to end
    OVER = "over"  # the time ran out; it is still there
    GONE = "gone"  # somebody else has it


@dataclass(frozen=True)
class HoldNote:
    """What is held, named by what it replaces. `seconds` are left from when the page was made."""

    state: HoldState
    title: str
    until: datetime | None = None
    seconds: int = 0
    extendable: bool = True


@dataclass(frozen=True)
class SummaryItem:
    """One line of the side summary: "Ridge Parka, Navy · M → Navy · L"."""

    title: str
    leaves: str
    arrives: str | None
    quantity: int


@dataclass(frozen=True)
class Summary:
    """The side panel (bottom bar on a phone) of screens 2 to 4."""

    order_number: str
    items: tuple[SummaryItem, ...]
    difference: Difference | None  # None until something has been chosen
    held_until: datetime | None = None  # when the first hold ends
