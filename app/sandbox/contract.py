"""What a pretend system is to the platform that carries it.

What is here: the call that reaches a system, the answer it gives, and the few things each system must offer.
What is not: HTTP, faults and the ledger. A system only ever says what it would have answered; whether that
answer travels is decided outside it, so no system needs to know that it can be told to misbehave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from werkzeug.datastructures import Headers

from app.sandbox.checks import Problem

# One mebibyte, the same for every system.
LARGEST_BODY = 1024 * 1024


@dataclass(frozen=True)
class Call:
    """One request as a system sees it. `path` starts below the system's own prefix.

    `body` is None when it was longer than `LARGEST_BODY` and was therefore not kept. Of a name that the
    query repeats, `query` has the first value.
    """

    method: str
    path: str
    headers: Headers
    body: bytes | None
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a system would send back: a JSON object, with `replayed` set when it is a stored one.

    With `text` that is the body instead, for what Python's JSON cannot say; `headers` then name its type.
    """

    status: int
    content: Mapping[str, object]
    replayed: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str | None = None


class System(Protocol):
    """One pretend system, reached under `/<name>/`."""

    name: str

    def answer(self, call: Call) -> Answer:
        """Do the work that the call asks for and say what came of it."""

    def settings(self) -> Mapping[str, object]:
        """The settings as they are, with secrets masked."""

    def configure(self, changes: Mapping[str, object]) -> list[Problem]:
        """Change the settings named; none of them when any is wrong."""

    def reset(self) -> None:
        """Go back to the settings of a fresh start."""

    def secret_headers(self) -> frozenset[str]:
        """Lower-case names of headers that carry this system's credential."""
