"""The words that something is found by in the console, and what somebody typed, in one spelling.

Capitals, accents, hyphens and spaces do not count. A word is found by its beginning. Finding itself is
`app.queries.search`; keys serve for comparing only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.order_number import email_key, number_key
from app.domain.phone_number import phone_keys, said_number

LONGEST = 60  # signs of a key; nobody types more of a word
MOST_WORDS = 6
SHORTEST = 2
PARTS = re.compile(r"[\s,;/]+")


@dataclass(frozen=True)
class Asked:
    """What somebody looks for: every word, in each of its spellings; or all of it as one word, or as a
    telephone number.

    All empty: too little was typed.
    """

    words: tuple[tuple[str, ...], ...]
    whole: tuple[str, ...]


def asked(typed: str) -> Asked:
    """Read a search field: "AC 1001", "maya jones", "maya@example.com", "+1 541 555"."""
    pieces = [piece for piece in PARTS.split(typed[:200]) if piece][:MOST_WORDS]
    words = tuple(spellings for piece in pieces if (spellings := _spellings(piece)))
    whole = _key("".join(pieces)) if len(pieces) > 1 else ""
    together = dict.fromkeys((*([whole] if len(whole) >= SHORTEST else []), *said_number(typed[:200])))
    return Asked(words, tuple(together))


def order_words(
    *, numbers: Iterable[str], emails: Iterable[str], names: Iterable[str], phone: str, skus: Iterable[str]
) -> frozenset[str]:
    """The keys of an order. A number counts with its letters and without them."""
    keys = set()
    for number in numbers:
        key = _key(number)
        keys |= {key, _digits(key)}
    keys |= {_folded(email_key(email))[:LONGEST] for email in emails}
    for name in names:
        keys |= {_key(word) for word in re.split(r"[\s-]+", name)} | {_key(part) for part in name.split()}
    keys |= phone_keys(phone) | {_key(sku) for sku in skus}
    return frozenset(key for key in keys if len(key) >= SHORTEST)


def exchange_words(*, numbers: Iterable[str], email: str, name: str) -> frozenset[str]:
    """The keys of an exchange: its reference also without "EX", its other numbers, who receives it."""
    given = list(numbers)
    tails = [number.partition("-")[2] for number in given if "-" in number]
    return order_words(numbers=[*given, *tails], emails=[email], names=[name], phone="", skus=())


def _spellings(piece: str) -> tuple[str, ...]:
    found = dict.fromkeys((_key(piece), _folded(email_key(piece))[:LONGEST]))
    return tuple(key for key in found if len(key) >= SHORTEST)


def _key(text: str) -> str:
    return number_key(_folded(text))[:LONGEST]


def _digits(key: str) -> str:
    return "".join(sign for sign in key if sign.isdigit())


def _folded(text: str) -> str:
    """Without accents and capitals."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))
