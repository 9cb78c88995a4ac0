"""Named points at which a process can be made to end itself as if its power were cut, for tests of just that.

Nothing happens unless `EVENLY_CRASH_AT` names a point and `ALLOW_CRASH_POINTS` is on. Between any two points
nothing may be lost and nothing doubled; `tests/faults` kills web and worker at each of them.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping
from types import MappingProxyType

POINTS: Mapping[str, str] = MappingProxyType(
    {
        "submit-locked": "web: the order is locked, nothing is written yet",
        "submit-units-taken": "web: units are taken, the exchange is not frozen yet",
        "submit-before-commit": "web: exchange and first message are written, not committed",
        "submit-after-commit": "web: committed, the shopper has no answer yet",
        "cancel-before-commit": "web: everything is given back, not committed",
        "cancel-after-commit": "web: cancelled, the shopper has no answer yet",
        "before-claim": "worker: something is due, nothing is claimed",
        "claim-before-commit": "worker: claimed, not committed",
        "after-claim": "worker: the lease runs, nothing is prepared",
        "prepare-before-commit": "worker: the bytes are stored, not committed",
        "before-send": "worker: the bytes are committed, nothing has left",
        "after-send": "worker: the platform has answered, nothing is recorded",
        "record-before-commit": "worker: attempt, outcome and what follows are written, not committed",
        "after-record": "worker: recorded, the next claim is not made yet",
        "page-before-open": "paying: the exchange awaits its payment, the provider was not asked for a page",
        "page-after-open": "paying: the provider has the page, its address is not written down",
        "page-recorded": "paying: the page is written down, the shopper was not sent there",
        "page-closed": "paying: the provider has closed the page, what was paid until then is not looked at",
        "paid-before-commit": "paying: the provider's record is acted on, not committed",
        "paid-after-commit": "paying: acted on and committed",
        "mid-sweep": "worker: sessions and holds are cleared away, stale drafts are not",
        "mid-shutdown": "worker: told to stop, with messages under way",
    }
)
_passes_left: dict[str, int] = {}


class UnknownCrashPoint(ValueError):
    """No point has this name."""


def arm(where: str) -> None:
    """Let the process end at this point, or at its nth pass there (`after-send:3`); at none if empty.

    Raises UnknownCrashPoint.
    """
    name, _, nth = where.partition(":")
    if name and (name not in POINTS or not (nth or "1").isdecimal()):
        raise UnknownCrashPoint(f"EVENLY_CRASH_AT: there is no point {where!r}; `crashpoints` lists them")
    _passes_left.clear()
    if name:
        _passes_left[name] = int(nth or 1)


def crashpoint(name: str) -> None:
    """End here at once, without a word and without cleaning up, where this point is armed."""
    if name not in _passes_left:
        return
    _passes_left[name] -= 1
    if _passes_left[name] <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
