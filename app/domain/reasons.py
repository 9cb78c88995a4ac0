"""Why an item comes back: the codes kept with it and the words a shopper chooses by.

What a reason triggers (a fee waived, the same variant allowed, a photo wanted) is the merchant's choice:
`app.domain.policy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why an item comes back, in the codes kept with it."""

    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    DIFFERENT_COLOUR = "different_colour"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    CHANGED_MIND = "changed_mind"
    OTHER = "other"


REASON_WORDS: Mapping[Reason, str] = {
    Reason.TOO_SMALL: "It is too small",
    Reason.TOO_LARGE: "It is too large",
    Reason.DIFFERENT_COLOUR: "I would like a different colour",
    Reason.DAMAGED: "It arrived damaged",
    Reason.WRONG_ITEM: "It is not what I ordered",
    Reason.CHANGED_MIND: "I changed my mind",
    Reason.OTHER: "Something else",
}
