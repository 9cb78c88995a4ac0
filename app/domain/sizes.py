"""Which size comes next: letters and numbers are known, other sizes go by the order of the catalogue.

Only ever a suggestion. Nothing here knows what is in stock.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.domain.facts import VariantFacts
from app.domain.reasons import Reason

# Options that are sizes by their name, whatever their values are; the earlier one where there are two.
SIZE_NAMES = ("size", "shoe size", "waist", "größe", "grösse", "taille", "talla", "taglia", "maat", "サイズ")
WORDS = {
    "extrasmall": "XS",
    "small": "S",
    "medium": "M",
    "large": "L",
    "extralarge": "XL",
}
LETTERS = re.compile(r"(\d{0,2})(X*)([SML])", re.ASCII)
NUMBER = re.compile(r"(?:EU|UK|US|FR|IT|DE|W|L)?(\d{1,3})(?:[.,](\d))?(½)?", re.ASCII)


@dataclass(frozen=True)
class NextSize:
    """What an item that is too small or too large suggests. `value` None: there is no further size."""

    option: str
    value: str | None
    larger: bool


def next_size(
    bought: VariantFacts | None, variants: Sequence[VariantFacts], reason: Reason | None
) -> NextSize | None:
    """The size after (or before) the bought one; None where nothing is said of sizes."""
    if bought is None or reason not in (Reason.TOO_SMALL, Reason.TOO_LARGE):
        return None
    name = size_option(variants)
    mine = dict(bought.options).get(name) if name else None
    if name is None or mine is None:
        return None
    sizes = in_order(dict.fromkeys(value for v in variants for key, value in v.options if key == name))
    if mine not in sizes:
        return None
    larger = reason is Reason.TOO_SMALL
    place = sizes.index(mine) + (1 if larger else -1)
    return NextSize(name, sizes[place] if 0 <= place < len(sizes) else None, larger)


def size_option(variants: Iterable[VariantFacts]) -> str | None:
    """The option that is the size: by its name, else the first whose values are all known sizes."""
    values: dict[str, set[str]] = {}
    for variant in variants:
        for name, value in variant.options:
            values.setdefault(name, set()).add(value)
    for known in SIZE_NAMES:
        for name in values:
            if name.strip().casefold() == known:
                return name
    return next((name for name, found in values.items() if _are_sizes(found)), None)


def in_order(sizes: Iterable[str]) -> list[str]:
    """From small to large where all are known sizes of one kind, else as they came."""
    listed = list(sizes)
    ranks = {size: rank for size in listed if (rank := rank_of(size))}
    if len(ranks) < len(listed) or len({kind for kind, _ in ranks.values()}) > 1:
        return listed
    return sorted(listed, key=lambda size: ranks[size][1])


def rank_of(size: str) -> tuple[str, Fraction] | None:
    """A size as its kind and a number to order by, None for one that is not known."""
    plain = "".join(size.split()).replace("-", "")
    letters = LETTERS.fullmatch(WORDS.get(plain.casefold(), plain.upper()))
    if letters:
        return _rank_of_letters(*letters.groups())
    number = NUMBER.fullmatch(plain.upper())
    if number is None:
        return None
    whole, tenths, half = number.groups()
    return "number", Fraction(int(whole)) + Fraction(int(tenths or 0), 10) + (Fraction(1, 2) if half else 0)


def _rank_of_letters(count: str, marks: str, letter: str) -> tuple[str, Fraction] | None:
    """XS is one below S, XXL and 2XL are both two above L. There is no XM, and no 3L."""
    steps = int(count) if count else len(marks)
    if (letter == "M" and steps) or (count and len(marks) != 1):
        return None
    return "letter", Fraction({"S": -1 - steps, "M": 0, "L": 1 + steps}[letter])


def _are_sizes(values: Iterable[str]) -> bool:
    """Whether all of these are known sizes of one kind."""
    ranks = [rank_of(value) for value in values]
    return all(ranks) and len({rank[0] for rank in ranks if rank}) == 1
