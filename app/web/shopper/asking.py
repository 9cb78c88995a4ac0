"""Where a person has to look first: what Review says of it, and the note that a shopper may write to them."""

from __future__ import annotations

from flask import request

from app.services.baskets import Basket
from app.services.submit_exchange import LONGEST_NOTE


def reasons_to_ask(basket: Basket) -> tuple[str, ...]:
    """Why a person looks first, in the shopper's words, each once; empty when nobody needs to."""
    sentences = [
        f"{item.line.title}: {_small(doubt.shopper)}"
        for item in basket.items
        for doubt in basket.judged(item).doubts
    ]
    return tuple(dict.fromkeys(sentences))


def typed_note() -> str:
    """The note as it was typed, line ends as they count."""
    return request.form.get("note", "").replace("\r\n", "\n").strip()


def too_long(note: str) -> list[tuple[str, str]]:
    """The error to show at the note, if it has one."""
    if len(note) <= LONGEST_NOTE:
        return []
    return [("note", f"Use at most {LONGEST_NOTE} characters; these are {len(note)}.")]


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
