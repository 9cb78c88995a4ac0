"""A whole demo as a process of its own, for tests: started on free ports, watched, ended for sure."""

from __future__ import annotations

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90.0
LAST_LINE = "Ctrl-C stops."


@dataclass
class RunningDemo:
    """`url` is the portal's address, `sandbox_url` the pretend platform's; neither ends with a slash."""

    process: subprocess.Popen[str]
    port: int
    sandbox_port: int
    lines: list[str] = field(default_factory=list)
    _coming: queue.Queue[str | None] = field(default_factory=queue.Queue)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def said(self) -> str:
        """Everything it has printed so far."""
        return "\n".join(self.lines)

    def listen(self) -> None:
        """Collect its output as it comes, so that waiting for a line can have a deadline."""
        assert self.process.stdout is not None
        threading.Thread(target=_collect, args=(self.process.stdout, self._coming), daemon=True).start()

    def wait_for(self, line: str | None) -> None:
        """Read its output up to this line, or to the end for None."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                came = self._coming.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {line!r} within {PATIENCE_SECONDS:g} s:\n{self.said}") from None
            if came is not None:
                self.lines.append(came)
            if came == line:
                return
            assert came is not None, f"ended without {line!r}:\n{self.said}"

    def end(self, number: signal.Signals) -> int:
        """Send this signal and return the exit status."""
        self.process.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        """Wait for its end; the exit status."""
        status = self.process.wait(PATIENCE_SECONDS)
        self.wait_for(None)
        return status

    def family(self) -> dict[int, str]:
        """Every process that it started, directly or not, with its command."""
        listed = subprocess.run(
            ["ps", "-A", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 2) for line in listed.stdout.splitlines()]
        known, found = {self.process.pid}, dict[int, str]()
        # A child may be listed before its parent, so look until nobody new turns up.
        while new := {int(r[0]): r[2] for r in rows if int(r[1]) in known and int(r[0]) not in known}:
            found |= new
            known |= set(new)
        return found


@contextmanager
def running_demo(var_dir: Path, *, ready: bool = True, **environ: str) -> Iterator[RunningDemo]:
    """Run the demo with its files in `var_dir`; wait until it is up unless told otherwise."""
    names = ("PORT", "SANDBOX_PORT", "SANDBOX_MAIL_PORT")
    ports = dict(zip(names, map(str, free_ports(len(names))), strict=True))
    given = {**ports, "VAR_DIR": str(var_dir)} | environ
    kept = {name: text for name, text in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "run"],
        cwd=ROOT,
        env=kept | given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    demo = RunningDemo(process, int(given["PORT"]), int(given["SANDBOX_PORT"]))
    try:
        demo.listen()
        if ready:
            demo.wait_for(LAST_LINE)
        yield demo
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on at the moment."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def is_alive(pid: int) -> bool:
    """Whether there is a process with this id."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _collect(stream: IO[str], coming: queue.Queue[str | None]) -> None:
    with stream:
        for line in stream:
            coming.put(line.rstrip("\n"))
    coming.put(None)
