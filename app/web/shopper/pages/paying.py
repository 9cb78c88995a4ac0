"""Screen 5: between Confirm and the provider's word. The provider's own page is not ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.web.shopper.pages.review import ReviewItem, SumRow
from app.web.shopper.pages.shared import Difference


@dataclass(frozen=True)
class PayingPage:
    """What is to be paid, what is known of it, and the ways on and back.

    `button` leads to the provider's page; None where nothing can be paid. `problem` is why the last press
    came to nothing, `declined` what the provider said of the last card.
    """

    reference: str
    order_number: str
    headline: str
    lead: str
    items: tuple[ReviewItem, ...]
    rows: tuple[SumRow, ...]
    difference: Difference
    sum_url: str
    status_url: str
    pay_url: str
    button: str | None
    back_url: str
    back_words: str
    waits: bool  # the provider's word may come any moment, so the page asks for it
    later: str  # when the amount is charged, and how it stands on the card's statement
    problem: str = ""
    declined: str = ""
    until: datetime | None = None  # of a person's yes: how long there is to pay
