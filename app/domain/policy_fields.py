"""The kinds of value a policy field can have: what is accepted, how it is typed in, how it is refused.

Each function below declares one field of a dataclass with its default, its bounds and the sentence that
documents it. Which fields there are is `app.domain.policy`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from app.domain.money import LARGEST_AMOUNT

MOST_DAYS = 3_650
MOST_MINUTES = 525_600
NONE = "none"


@dataclass(frozen=True)
class Kind:
    """What a field takes. `accept` raises ValueError; `must` completes "<field> must be …".

    `read` turns typed text into data for `accept`; text it cannot read it returns as it is.
    """

    must: str
    accept: Callable[[Any], Any]
    read: Callable[[str], Any]


def whole(default: int | None, words: str, *, least: int = 0, most: int) -> Any:
    """A whole number; one whose default is None may be none."""
    return _numbered(default, words, least, most, f"a whole number from {least} to {most}")


def days(default: int, words: str, *, least: int = 0) -> Any:
    return whole(default, words, least=least, most=MOST_DAYS)


def minutes(default: int, words: str, *, least: int = 0) -> Any:
    return whole(default, words, least=least, most=MOST_MINUTES)


def amount(default: int | None, words: str) -> Any:
    """Minor units of the store's currency, within what a 64-bit column holds a thousandfold."""
    must = f"a whole number from 0 to {LARGEST_AMOUNT}, in the smallest unit of the currency"
    return _numbered(default, words, 0, LARGEST_AMOUNT, must)


def switch(default: bool, words: str) -> Any:
    def accept(value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value

    return _field(default, words, Kind("true or false", accept, _read_switch))


def one_of(default: StrEnum, words: str) -> Any:
    choices = type(default)

    def accept(value: Any) -> StrEnum:
        return choices(value)

    return _field(default, words, Kind(f"one of {', '.join(choices)}", accept, str.strip))


def text(default: str, words: str) -> Any:
    def accept(value: Any) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > 255:
            raise ValueError(value)
        return value.strip()

    return _field(default, words, Kind("a word of at most 255 characters", accept, str.strip))


def texts(default: tuple[str, ...], words: str) -> Any:
    """Words in the order given, each once."""
    return _field(default, words, Kind("a list of words", _accept_words, _read_list))


def countries(default: tuple[str, ...], words: str) -> Any:
    def accept(value: Any) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(code.upper() for code in _accept_words(value)))
        if not all(len(code) == 2 and code.isascii() and code.isalpha() for code in codes):
            raise ValueError(value)
        return codes

    return _field(
        default, words, Kind("a list of two-letter country codes such as CA, NO", accept, _read_list)
    )


def some_of(default: tuple[StrEnum, ...], choices: type[StrEnum], words: str, *, least: int = 0) -> Any:
    """Members of an enumeration in its own order, whatever order they were given in."""

    def accept(value: Any) -> tuple[StrEnum, ...]:
        chosen = {choices(word) for word in _accept_words(value)}
        if len(chosen) < least:
            raise ValueError(value)
        return tuple(each for each in choices if each in chosen)

    fewest = " with at least one of them" if least else ""
    return _field(default, words, Kind(f"a list{fewest} of {', '.join(choices)}", accept, _read_list))


def _field(default: Any, words: str, kind: Kind) -> Any:
    return cast(Any, field(default=default, metadata={"kind": kind, "words": words}))


def _numbered(default: int | None, words: str, least: int, most: int, must: str) -> Any:
    may_be_none = default is None

    def accept(value: Any) -> int | None:
        if value is None and may_be_none:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(value)
        return value

    kind = Kind(f"{must}, or none" if may_be_none else must, accept, _read_number)
    return _field(default, words, kind)


def _accept_words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        raise ValueError(value)
    if not all(word.strip() for word in value):
        raise ValueError(value)
    return tuple(dict.fromkeys(word.strip() for word in value))


def _read_number(typed: str) -> Any:
    """An integer in ASCII digits, None for none."""
    plain = typed.strip()
    if plain.lower() == NONE:
        return None
    digits = plain.removeprefix("-")
    return int(plain) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else typed


def _read_switch(typed: str) -> Any:
    return {"true": True, "false": False}.get(typed.strip().lower(), typed)


def _read_list(typed: str) -> Any:
    """Comma-separated words; nothing, or none, is the empty list."""
    if typed.strip().lower() in ("", NONE):
        return []
    return [word.strip() for word in typed.split(",")]
