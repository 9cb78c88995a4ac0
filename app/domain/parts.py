"""Units of one bought line in parts, each of which becomes something of its own.

Parts stand in an order; earlier ones are settled first. Nothing here knows what a part becomes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Apportioned:
    """The units of each part, 0 for one that goes away, and those of a new part behind `place`."""

    parts: tuple[int, ...]
    rest: int = 0


def most_for(parts: Sequence[int], place: int) -> int:
    """How many units the part at `place` can have: its own, and those of all parts after it."""
    return sum(parts[place:])


def apportion(parts: Sequence[int], place: int, wanted: int, *, next_is_open: bool = False) -> Apportioned:
    """Give the part at `place` as many units as are wanted; the sum stays what it was.

    Fewer: what is left over goes to the next part, where nothing was chosen for that yet, else to a new
    one between the two. More: they come from the parts behind, the nearest first.
    Raises ValueError for a number that the part cannot have.
    """
    if not 1 <= wanted <= most_for(parts, place):
        raise ValueError(wanted)
    result = list(parts)
    left = result[place] - wanted
    result[place] = wanted
    if left > 0 and next_is_open and place + 1 < len(result):
        result[place + 1] += left
        left = 0
    for behind in range(place + 1, len(result)):
        taken = min(result[behind], max(-left, 0))
        result[behind] -= taken
        left += taken
    return Apportioned(tuple(result), max(left, 0))


def within(parts: Sequence[int], most: int) -> tuple[int, ...]:
    """The parts when only so many units are left altogether: the last ones shrink first."""
    result = []
    for units in parts:
        result.append(min(units, max(most, 0)))
        most -= units
    return tuple(result)
