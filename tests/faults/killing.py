"""Web servers and workers as processes of their own, on the test's database, to be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 40


@dataclass
class Processes:
    """Starts them with the test's settings, and ends what is left at the end."""

    environ: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, crash_at: str = "", *, until_idle: bool = True) -> subprocess.Popen[bytes]:
        return self._start(["worker", "--threads", "2", *(["--until-idle"] if until_idle else [])], crash_at)

    def web(self, crash_at: str = "") -> tuple[subprocess.Popen[bytes], str]:
        """A server on a free port, and its address; it may not answer yet."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        return self._start(["run", "--port", str(port)], crash_at), f"http://127.0.0.1:{port}"

    def end(self) -> None:
        for process in self.running:
            process.kill()
            process.wait()

    def _start(self, arguments: list[str], crash_at: str) -> subprocess.Popen[bytes]:
        crash = {"ALLOW_CRASH_POINTS": "1", "EVENLY_CRASH_AT": crash_at} if crash_at else {}
        process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=os.environ | self.environ | crash,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
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
