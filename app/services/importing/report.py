"""What an import says afterwards: counts, what was refused and why, and what is worth a look.

Problems go to whoever listens as they appear; only the first of them are kept, so that a file of
nothing but mistakes does not fill the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

KEPT = 1000  # problems and notes kept in a report; all of them are counted and told


class FileRefused(Exception):
    """Nothing of this file can be loaded; the message says why in plain words."""


class Refused(Exception):
    """One order or product cannot be loaded as it stands. `line` is where in the file, from 1."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


@dataclass(frozen=True)
class Problem:
    """One sentence about one order or product of the file."""

    line: int
    what: str
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.what}: {self.reason}"


@dataclass
class Outcome:
    """What became of one batch, told only once it is committed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    untied_lines: int = 0
    refusals: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def _nobody(_: object) -> None:
    """Who listens where nobody does."""


@dataclass(frozen=True)
class Listener:
    """Who hears of an import while it runs: rows read so far, each refusal, each note."""

    progress: Callable[[int], None] = _nobody
    refusal: Callable[[Problem], None] = _nobody
    note: Callable[[Problem], None] = _nobody


@dataclass
class Report:
    """The sum of all batches. `kind` and `encoding` say how the file was understood."""

    kind: str
    encoding: str
    listener: Listener = field(default_factory=Listener)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    noted: int = 0
    untied_lines: int = 0
    shifted_days: int = 0
    refusals: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count a batch that is committed."""
        self.new += outcome.new
        self.changed += outcome.changed
        self.unchanged += outcome.unchanged
        self.untied_lines += outcome.untied_lines
        for problem in outcome.refusals:
            self.refuse(problem)
        for note in outcome.notes:
            self.note(note)

    def refuse(self, problem: Problem) -> None:
        self.refused += 1
        self.listener.refusal(problem)
        if len(self.refusals) < KEPT:
            self.refusals.append(problem)

    def note(self, problem: Problem) -> None:
        self.noted += 1
        self.listener.note(problem)
        if len(self.notes) < KEPT:
            self.notes.append(problem)
