"""The faults that were ordered and not yet used up.

What is here: what a fault is, reading one from the body of `POST /faults`, and the queue that hands them out
in the order they came. What is not: acting one out (`misbehaviour.py`). Faults live as long as the process.
"""

import threading
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

MOST_TIMES = 1000
LONGEST_DELAY_MS = 60_000
FIELDS = ("system", "kind", "times", "status", "delay_ms", "retry_after")


class FaultKind(StrEnum):
    """How the next request goes wrong."""

    STATUS = "status"  # answer with this status; the work is not done
    DELAY = "delay"  # wait, then do the work and answer
    DRIP = "drip"  # do the work and send the answer one byte at a time
    RESET = "reset"  # cut the connection; the work is not done
    MALFORMED = "malformed"  # do the work and answer 200 with broken JSON
    LOST_ANSWER = "lost_answer"  # do the work, then cut the connection
    EMPTY = "empty"  # do the work and answer 200 with no body


DEFAULT_DELAY_MS = {FaultKind.DELAY: 1000, FaultKind.DRIP: 200}
CUTTING_KINDS = frozenset({FaultKind.RESET, FaultKind.LOST_ANSWER})


@dataclass(frozen=True)
class Fault:
    """One order to misbehave. `times` is how many requests it still applies to, `delay_ms` is milliseconds.

    `retry_after` is what the `Retry-After` header will say: seconds, a date, or nonsense on purpose.
    """

    system: str
    kind: FaultKind
    times: int = 1
    status: int | None = None
    delay_ms: int = 0
    retry_after: str | None = None


class BadFaultError(Exception):
    """The fault asked for makes no sense; `reasons` says why in plain words."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


class FaultQueue:
    """Faults wait here, apart for each system and first in, first out. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault behind those already waiting."""
        with self._lock:
            self._waiting.append(fault)

    def take(self, system: str) -> Fault | None:
        """The fault for a request to this system, counted as used once; None when all is well."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if fault.system == system:
                    left = replace(fault, times=fault.times - 1)
                    self._waiting[place : place + 1] = [left] if left.times else []
                    return fault
        return None

    def waiting(self) -> list[dict[str, object]]:
        """All faults not yet used up, in order, with `times` counting what is left."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._waiting.clear()


def read_fault(raw: object, systems: Collection[str]) -> Fault:
    """The fault described by a JSON object. A key that is null counts as left out.

    Raises:
        BadFaultError: with every reason, not only the first.
    """
    if not isinstance(raw, dict):
        raise BadFaultError(["A fault is a JSON object."])
    given = {name: value for name, value in raw.items() if value is not None}
    reasons = list(_objections(given, systems))
    if reasons:
        raise BadFaultError(reasons)
    kind = _kind(given["kind"])
    return Fault(
        system=given["system"],
        kind=kind,
        times=given.get("times", 1),
        status=given.get("status", 503) if kind is FaultKind.STATUS else None,
        delay_ms=given.get("delay_ms", DEFAULT_DELAY_MS.get(kind, 0)),
        retry_after=str(given["retry_after"]) if "retry_after" in given else None,
    )


def _objections(given: Mapping[str, object], systems: Collection[str]) -> Iterator[str]:
    for name in given:
        if name not in FIELDS:
            yield f"There is no field {name!r}; a fault has {', '.join(FIELDS)}."
    if given.get("system") not in list(systems):
        yield f"system must be one of: {', '.join(sorted(systems))}."
    if given.get("kind") is None or not _is_kind(given["kind"]):
        yield f"kind must be one of: {', '.join(FaultKind)}."
    for name, least, most in (
        ("times", 1, MOST_TIMES),
        ("status", 200, 599),
        ("delay_ms", 0, LONGEST_DELAY_MS),
    ):
        if name in given and not _is_between(given[name], least, most):
            yield f"{name} must be a whole number from {least} to {most}."
    if "retry_after" in given:
        yield from _retry_after_objections(given)


def _retry_after_objections(given: Mapping[str, object]) -> Iterator[str]:
    if not _is_kind(given.get("kind")) or _kind(given["kind"]) is not FaultKind.STATUS:
        yield "retry_after goes with kind status only."
    wanted = given["retry_after"]
    if not _is_header_text(wanted) and not _is_between(wanted, 0, 10**9):
        yield "retry_after must be a number of seconds or a short line of plain text."


def _is_header_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 100 and value.isascii() and value.isprintable()


def _is_between(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_kind(value: object) -> bool:
    return isinstance(value, str) and value.replace(" ", "_").replace("-", "_") in list(FaultKind)


def _kind(value: object) -> FaultKind:
    """People write "lost answer" as readily as "lost_answer"."""
    return FaultKind(str(value).replace(" ", "_").replace("-", "_"))
