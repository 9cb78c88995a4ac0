"""The processes that make up a running demo: started, watched and ended together.

Each part is a process of its own with its own log file. Only processes started here are ever
signalled, each through the process group that it was started in. What the parts are is `running`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE_SECONDS = 10.0
TICK_SECONDS = 0.1
TAIL_LINES = 12


@dataclass(frozen=True)
class Part:
    """A process that is running, or was: its name for people, and where it writes."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def last_words(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"    {line}" for line in lines[-TAIL_LINES:])


@dataclass
class Parts:
    """All parts of one demo, in the order they were started."""

    root: Path
    environ: Mapping[str, str]
    log_dir: Path
    running: list[Part] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str]) -> Part:
        """Start one part. It gets no terminal and a group of its own, so that Ctrl-C reaches us alone."""
        self.log_dir.mkdir(parents=True, exist_ok=True)
        log = self.log_dir / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=self.root,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        part = Part(name, process, log)
        self.running.append(part)
        return part

    def first_ended(self) -> Part | None:
        """A part that is no longer running, if there is one."""
        return next((part for part in self.running if part.ended), None)

    def stop(self) -> None:
        """End all parts, the last started first, and wait until they are gone."""
        for part in reversed(self.running):
            _signal(part, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        for part in reversed(self.running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                part.process.wait(max(0.0, deadline - time.monotonic()))
            # Also after a clean end: a part may have left a child of its own behind.
            _signal_group(part, signal.SIGKILL)
            part.process.wait()


def _signal(part: Part, number: signal.Signals) -> None:
    """To the process itself, which passes it on to its own children in its own good order."""
    if not part.ended:
        part.process.send_signal(number)


def _signal_group(part: Part, number: signal.Signals) -> None:
    """To whatever is left of its group. The group lives as long as one of its processes does."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(part.process.pid, number)
