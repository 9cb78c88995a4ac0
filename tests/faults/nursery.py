"""A process that has everything imported, from which web servers and workers split off.

Importing is most of what it costs to start one, and tests that kill start many. What splits off sets up its
own application and its own connections; only modules are shared. An application is made here too, and thrown
away, for what Python does the first time only. Run as `python -m tests.faults.nursery`: a line of JSON in for
each process wanted, a line out with its number, and another one when it has ended.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

# Most of these are only for whoever splits off.
import psycopg  # noqa: F401
import sqlalchemy.dialects.postgresql.psycopg
import sqlalchemy.dialects.sqlite  # noqa: F401
import werkzeug.serving  # noqa: F401
from flask.cli import main as flask

from app import Settings, create_app

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Split off what is asked for, tell of what ends, and end all with the one who asks."""
    with tempfile.TemporaryDirectory() as folder:
        create_app(Settings.from_environ({"DATABASE_URL": "sqlite://", "VAR_DIR": folder}))
    gc.collect()
    gc.freeze()  # so that no collection touches the pages that are shared
    heard, told = os.pipe()
    for end in (heard, told):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(told)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    alive: set[int] = set()
    with open(0, "rb", buffering=0, closefd=False) as asked:
        fds: list[int] = [asked.fileno(), heard]
        while True:
            ready, _, _ = select.select(fds, [], [])
            if heard in ready:
                os.read(heard, 4096)
                _tell_of_ended(alive)
            if asked.fileno() in ready:
                line = asked.readline()
                if not line:
                    break
                pid = os.fork()
                if pid == 0:
                    _become(json.loads(line))
                alive.add(pid)
                _say({"began": pid})
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


def _become(wanted: dict[str, Any]) -> None:
    """The flask command with these arguments and this environment; does not return."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(wanted["environ"])
    sys.argv = ["flask", "--app", "wsgi", *wanted["arguments"]]
    flask()
    sys.exit(0)


def _tell_of_ended(alive: set[int]) -> None:
    while alive:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        alive.discard(pid)
        _say({"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def _say(what: dict[str, int]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main()
