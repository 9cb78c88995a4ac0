"""Small checks that are put together into the description of a JSON body.

What is here: one function per kind of value. Each returns a `Check`, which looks at a value and yields every
problem it sees, named by the path of the field. A system's file builds its whole body out of these, so that
it reads like that system's published page.

What is not: any knowledge of one system. And, on purpose, no schema library and nothing of the portal's own
validation: a peer that borrowed the sender's rules would prove nothing about what is sent.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

# The largest whole number that every JSON reader holds exactly (RFC 8259, section 6).
LARGEST_EXACT_INTEGER = 2**53 - 1


class Problem(NamedTuple):
    """One fault in a body: where it is and what is wrong, as the answer's `errors` list words it."""

    field: str
    code: str


Check = Callable[[object, str], Iterator[Problem]]


def text(*, blank_allowed: bool = False) -> Check:
    """A string; a blank one only where the page leaves room for places that have no such thing."""

    def check(value: object, where: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(where, _wrong_type(value))
        elif not _is_sound_unicode(value):
            yield Problem(where, "invalid")
        elif not blank_allowed and not value.strip():
            yield Problem(where, "blank")

    return check


def text_like(pattern: str) -> Check:
    """A string of which the whole matches the regular expression."""
    expression = re.compile(pattern)

    def check(value: object, where: str) -> Iterator[Problem]:
        problems = list(text()(value, where))
        yield from problems
        if not problems and not expression.fullmatch(str(value)):
            yield Problem(where, "invalid")

    return check


def one_of(allowed: frozenset[str]) -> Check:
    """A string out of a closed list."""

    def check(value: object, where: str) -> Iterator[Problem]:
        problems = list(text()(value, where))
        yield from problems
        if not problems and value not in allowed:
            yield Problem(where, "invalid")

    return check


def whole_number(minimum: int, maximum: int = LARGEST_EXACT_INTEGER) -> Check:
    """An integer inside both bounds. `true` and `1.0` are not integers here."""

    def check(value: object, where: str) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem(where, _wrong_type(value))
        elif value < minimum:
            yield Problem(where, "too_small")
        elif value > maximum:
            yield Problem(where, "too_large")

    return check


def true_or_false() -> Check:
    """A JSON boolean; 0, 1 and "true" are not."""

    def check(value: object, where: str) -> Iterator[Problem]:
        if not isinstance(value, bool):
            yield Problem(where, _wrong_type(value))

    return check


def list_of(each: Check, *, at_least: int) -> Check:
    """A list with a least length, every entry of which passes `each`."""

    def check(value: object, where: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(where, _wrong_type(value))
            return
        if len(value) < at_least:
            yield Problem(where, "too_few")
        for position, entry in enumerate(value):
            yield from each(entry, f"{where}[{position}]")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """An object with these keys and no others. The empty path stands for the body as a whole."""
    known = {**required, **optional}

    def check(value: object, where: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(where or "body", _wrong_type(value))
            return
        for name in required:
            if name not in value:
                yield Problem(below(where, name), "missing_field")
        for name, entry in value.items():
            if name in known:
                yield from known[name](entry, below(where, name))
            else:
                yield Problem(below(where, name), "unknown_field")

    return check


def below(where: str, name: str) -> str:
    """The path of a key inside the object at `where`."""
    return f"{where}.{name}" if where else name


def _wrong_type(value: object) -> str:
    """Null has a word of its own: "left out" and "sent as null" are told apart by a strict reader."""
    return "null" if value is None else "wrong_type"


def _is_sound_unicode(value: str) -> bool:
    """JSON can spell half a surrogate pair, which is no character and cannot be stored."""
    return not any("\ud800" <= character <= "\udfff" for character in value)
