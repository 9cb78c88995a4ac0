"""The states of an exchange, told by its audit trail alone.

Every move writes an entry that is called like the state it leads to. So the trail can be held against the
row: whoever changes one of them by hand makes them differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.exchange_status import MOVES, Status

STATES = frozenset(str(status) for status in Status)


class NotATrail(ValueError):
    """These entries cannot have been written by moves; the message says where."""


def states_told(entries: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Status]:
    """From draft to the state it is in, by acts and their details in the trail's order. Raises NotATrail."""
    states = [Status.DRAFT]
    for act, details in entries:
        if act not in STATES:
            continue  # a note, a look, a flag
        before, to = states[-1], Status(act)
        if to not in MOVES[before] or details.get("from", before) != before:
            raise NotATrail(f"{before} → {to}, said to come from {details.get('from', 'nowhere')}")
        states.append(to)
    return states
