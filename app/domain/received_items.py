"""What came back, held against what was to come back: units of lines, and how they are.

A line is named by its own number or by its SKU, as whoever opened the parcel knows it. Words are for
colleagues.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Condition(StrEnum):
    """How an item is. Anything but good was not expected, unless the shopper said that it is damaged."""

    GOOD = "good"
    WORN = "worn"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class ExpectedLine:
    """Units of a bought line that are to come back; `damaged` of them were said to be."""

    line: str
    sku: str
    units: int
    damaged: int = 0


@dataclass(frozen=True)
class CameBack:
    """Units that came, in one condition. Named by `line`, or where that is empty by `sku`."""

    units: int
    line: str = ""
    sku: str = ""
    condition: Condition = Condition.GOOD


def differences(expected: Sequence[ExpectedLine], came: Iterable[CameBack]) -> str:
    """In what the two differ, in words; empty where all is as expected."""
    missing = [line.units for line in expected]
    excused = [line.damaged for line in expected]
    found = [words for each in came for words in _of_one(expected, each, missing, excused)]
    lacking = zip(expected, missing, strict=True)
    found += [f"{units} × {line.sku or line.line} did not come" for line, units in lacking if units]
    return "; ".join(found)


def _of_one(
    expected: Sequence[ExpectedLine], came: CameBack, missing: list[int], excused: list[int]
) -> Iterator[str]:
    """What is wrong with these units; takes them off what is missing, and off the damage that is known."""
    rest, name = came.units, came.sku or came.line
    for place, line in enumerate(expected):
        same = line.line == came.line if came.line else bool(came.sku) and line.sku == came.sku
        units = min(rest, missing[place]) if same else 0
        rest -= units
        missing[place] -= units
        known = min(units, excused[place]) if came.condition is Condition.DAMAGED else 0
        excused[place] -= known
        if came.condition is not Condition.GOOD and units > known:
            yield f"{units - known} × {line.sku or line.line} came {came.condition}"
    if rest:
        yield f"{rest} × {name} came and was not expected"
