"""`demo run`: the portal, the worker and the sandbox platform, from nothing to an address to open.

Migrating and filling the database happen in this process before anything is started; then it waits
for Ctrl-C, SIGTERM, or a part that ends by itself. How parts are kept is `parts`.
"""

from __future__ import annotations

import errno
import http.client
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from app.cli.demo.parts import TICK_SECONDS, Part, Parts
from app.settings import Settings

STARTUP_SECONDS = 60.0
ANSWER_SECONDS = 5
THREADS = 8
Say = Callable[[str], None]


class CannotRun(Exception):
    """The demo cannot run, or cannot go on; the message is the one sentence to print."""


@dataclass
class StopAsked:
    """Set by Ctrl-C, SIGTERM, or a terminal that closes."""

    asked: bool = False

    def watch(self) -> None:
        """From now on note such a signal instead of ending on the spot."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.asked = True


def check_ports(settings: Settings) -> None:
    """Raises CannotRun naming the setting of a port that cannot be had."""
    taken: dict[int, str] = {}
    for name, host, port in (
        ("PORT", settings.host, settings.port),
        ("SANDBOX_PORT", "127.0.0.1", settings.sandbox_port),
        ("SANDBOX_MAIL_PORT", "127.0.0.1", settings.sandbox_mail_port),
    ):
        if port in taken:
            raise CannotRun(f"{taken[port]} and {name} are both {port}; they must differ.")
        taken[port] = name
        _check_port(name, host, port)


def run_parts(settings: Settings, root: Path, stop: StopAsked, say: Say, greet: Callable[[], None]) -> None:
    """Start everything, greet once it answers, and return when asked to stop.

    Raises CannotRun when a part does not come up or ends by itself; then too everything is ended.
    """
    parts = Parts(root, child_environ(settings), Path(settings.var_dir))
    try:
        _start_all(parts, settings)
        if _wait_until_up(parts, settings, stop):
            greet()
            _wait_for_the_end(parts, stop)
    finally:
        if stop.asked:
            say("Stopping …")
        parts.stop()


def child_environ(settings: Settings) -> dict[str, str]:
    """What this process was started with, and what the demo needs on top."""
    return os.environ | {
        "ALLOW_LOOPBACK_CONNECTORS": "1",
        "DATABASE_URL": settings.database_url,
        "MAIL_FROM": "exchanges@evenly.example",
        "PUBLIC_URL": settings.public_url,
        "PYTHONUNBUFFERED": "1",
        # Whatever mail server this machine may use: the demo writes to people that do not exist.
        "SMTP_URL": f"smtp://127.0.0.1:{settings.sandbox_mail_port}",
        "VAR_DIR": settings.var_dir,
    }


def sandbox_state(settings: Settings) -> Path:
    """Where the sandbox keeps what it was sent."""
    return Path(settings.var_dir) / "sandbox.db"


def _check_port(name: str, host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do: a port that was let go a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as refused:
            if refused.errno != errno.EADDRINUSE:
                raise CannotRun(
                    f"The demo cannot listen on {host}, port {port} ({refused.strerror})."
                ) from None
            other = port + 10 if port < 65_000 else 5000
            raise CannotRun(
                f"Port {port} is taken: choose another one, `{name}={other} make demo`."
            ) from None
        except OverflowError:
            raise CannotRun(f"{name} must be at most 65535, not {port}.") from None


def _start_all(parts: Parts, settings: Settings) -> None:
    python = sys.executable
    state = str(sandbox_state(settings))
    ports = ["--port", str(settings.sandbox_port), "--mail-port", str(settings.sandbox_mail_port)]
    parts.start("sandbox", [python, "-m", "app.sandbox", *ports, "--state", state])
    parts.start("worker", [python, "-m", "flask", "--app", "wsgi", "worker"])
    serving = ["--host", settings.host, "--port", str(settings.port), "--blocking-threads", str(THREADS)]
    parts.start("portal", [python, "-m", "granian", "--interface", "wsgi", *serving, "wsgi:app"])


def _wait_until_up(parts: Parts, settings: Settings, stop: StopAsked) -> bool:
    """Whether portal and sandbox answer; False when asked to stop meanwhile. Raises CannotRun."""
    deadline = time.monotonic() + STARTUP_SECONDS
    host = settings.host if settings.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104
    waiting = [(host, settings.port), ("127.0.0.1", settings.sandbox_port)]
    while waiting and not stop.asked:
        _check_running(parts)
        waiting = [address for address in waiting if not _is_up(*address)]
        if waiting and time.monotonic() > deadline:
            raise CannotRun(f"The demo did not come up; its logs are in {settings.var_dir}.")
        time.sleep(TICK_SECONDS if waiting else 0)
    return not stop.asked


def _wait_for_the_end(parts: Parts, stop: StopAsked) -> None:
    while not stop.asked:
        _check_running(parts)
        time.sleep(TICK_SECONDS)


def _check_running(parts: Parts) -> None:
    part = parts.first_ended()
    if part is not None:
        raise CannotRun(_obituary(part))


def _obituary(part: Part) -> str:
    code = part.process.returncode
    how = f"by signal {-code}" if code < 0 else f"with exit status {code}"
    return f"The {part.name} ended by itself, {how}. The end of {part.log}:\n{part.last_words()}"


def _is_up(host: str, port: int) -> bool:
    """Whether `/health` there answers that all is well."""
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/health")
        reply = connection.getresponse()
        return reply.status == 200 and json.loads(reply.read()).get("status") == "ok"
    except (OSError, http.client.HTTPException, ValueError, AttributeError):
        return False
    finally:
        connection.close()
