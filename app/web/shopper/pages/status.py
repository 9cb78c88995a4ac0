"""Screen 6: confirmation and status in one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.web.shopper.pages.review import ReviewItem, SumRow
from app.web.shopper.pages.shared import Difference


class StepState(StrEnum):
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    TROUBLE = "trouble"


@dataclass(frozen=True)
class TimelineStep:
    """One step of what happens next, in plain words."""

    title: str
    text: str
    state: StepState
    at: datetime | None = None


@dataclass(frozen=True)
class ReturnNote:
    """How the goods go back: the RMA as text and as a QR drawing (an inline SVG of ours).

    `label_url` is where the shop lets a label be printed, None where it does not.
    """

    rma: str
    qr_svg: str
    send_by: date
    items: tuple[str, ...]
    label_url: str | None = None


@dataclass(frozen=True)
class Undo:
    """The way to take a confirmed exchange back. `until` None: until somebody has decided on it."""

    url: str
    until: datetime | None


@dataclass(frozen=True)
class ChainLink:
    """Another exchange of the same goods: "This replaces EX-7K3M9Q"."""

    words: str
    reference: str
    url: str


@dataclass(frozen=True)
class StatusPage:
    """Screen 6, confirmation and status in one."""

    reference: str
    order_number: str
    headline: str
    lead: str
    platform_order: str | None  # the number the shop's own system gave
    steps: tuple[TimelineStep, ...]
    return_note: ReturnNote | None
    items: tuple[ReviewItem, ...]
    rows: tuple[SumRow, ...]
    difference: Difference
    collected_later: bool
    trouble: str | None  # something needs a person: said plainly
    settled: bool  # nothing more will change by itself, so the page stops asking
    sum_url: str = ""  # the sum with its reasons as text
    just_confirmed: bool = False
    chain: tuple[ChainLink, ...] = ()
    undo: Undo | None = None
    again_url: str | None = None  # it came to nothing, and the order can be exchanged anew
    chosen_kept: bool = False  # choosing anew begins with what was chosen in it
    ended: bool = False  # it did not go ahead
    paid_how: str = ""  # what became of an amount due, or will
