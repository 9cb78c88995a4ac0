"""Web servers and workers as processes of their own, on the test's database, to be killed."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 40


class Process:
    """One that split off from the nursery; see `subprocess.Popen` for the names."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()

    def end_with(self, returncode: int) -> None:
        self.returncode = returncode
        self._ended.set()

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for the signal that ended it. Raises subprocess.TimeoutExpired."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired("flask", timeout or 0)
        assert self.returncode is not None
        return self.returncode

    def kill(self) -> None:
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)


class Nursery:
    """The process that others split off from, and what it tells of them."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self._known: dict[int, Process] = {}
        self._began: threading.Event = threading.Event()
        self._newest: Process | None = None
        self._listener = threading.Thread(target=self._listen, name="nursery", daemon=True)
        self._listener.start()

    def start(self, arguments: list[str], environ: dict[str, str]) -> Process:
        assert self._process.stdin
        self._began.clear()
        self._process.stdin.write(json.dumps({"arguments": arguments, "environ": environ}).encode() + b"\n")
        assert self._began.wait(3 * SECONDS), "nothing split off"  # the first time everything is imported
        assert self._newest
        return self._newest

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(SECONDS)
        self._listener.join(SECONDS)
        self._process.stdout.close()

    def _listen(self) -> None:
        assert self._process.stdout
        for line in iter(self._process.stdout.readline, b""):
            told = json.loads(line)
            if "began" in told:
                self._newest = self._known[told["began"]] = Process(told["began"])
                self._began.set()
            else:
                self._known.pop(told["ended"]).end_with(told["status"])


@cache
def nursery() -> Nursery:
    """The one of this test run, started when it is first wanted."""
    made = Nursery()
    atexit.register(made.close)
    return made


@dataclass
class Processes:
    """Starts them with the test's settings, and ends what is left at the end."""

    environ: dict[str, str]
    running: list[Process] = field(default_factory=list)

    def worker(self, crash_at: str = "", *, until_idle: bool = True, threads: int = 2) -> Process:
        idle = ["--until-idle"] if until_idle else []
        return self._start(["worker", "--threads", str(threads), *idle], crash_at)

    def web(self, crash_at: str = "", port: int = 0) -> tuple[Process, str]:
        """A server on this port, or on a free one, and its address; it may not answer yet."""
        if not port:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
        return self._start(["run", "--port", str(port)], crash_at), f"http://127.0.0.1:{port}"

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait(SECONDS)

    def _start(self, arguments: list[str], crash_at: str) -> Process:
        crash = {"ALLOW_CRASH_POINTS": "1", "EVENLY_CRASH_AT": crash_at} if crash_at else {}
        process = nursery().start(arguments, os.environ | self.environ | crash)
        self.running.append(process)
        return process


def answers(url: str) -> None:
    """Return once somebody takes connections there."""
    host, port = url.removeprefix("http://").split(":")
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            assert time.monotonic() < deadline, f"nobody listens at {url}"
            time.sleep(0.05)  # there is nothing to wait on but the port itself
        else:
            return
