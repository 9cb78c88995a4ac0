"""Starting Medusa itself: installed by npm into var/, on a database of its own, stopped at the end.

The packages come from npm on the first run (700 MB, two or three minutes). It listens on loopback only.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx2
from sqlalchemy import URL

from tests.setup import postgres

FILES = Path(__file__).parent
HOME = FILES.parents[1] / "var" / "medusa-live"
ADMIN = "admin@example.test"
INSTALL = ["npm", "install", "--no-audit", "--no-fund", "--legacy-peer-deps", "--ignore-scripts"]
LONGEST_BOOT = 120


@dataclass(frozen=True)
class Running:
    """Medusa at `url`, with an admin user who may sign in."""

    url: str
    email: str
    password: str


@contextlib.contextmanager
def medusa() -> Iterator[Running]:
    """Medusa with the loyalty plugin, migrated and empty. Raises RuntimeError with what it wrote."""
    install()
    with postgres.server() as server:
        if server is None:
            raise RuntimeError(postgres.MISSING)
        with postgres.fresh_database(server) as database, _started(database) as running:
            yield running


def install() -> None:
    """Put the packages into var/, once for each version of the list."""
    HOME.mkdir(parents=True, exist_ok=True)
    wanted = FILES / "package.json"
    done = HOME / "installed.json"
    for name in ("package.json", "medusa-config.ts", "tsconfig.json"):
        shutil.copy(FILES / name, HOME / name)
    (HOME / "src").mkdir(exist_ok=True)
    if not done.exists() or done.read_bytes() != wanted.read_bytes():
        _run(INSTALL, os.environ)
        shutil.copy(wanted, done)


@contextlib.contextmanager
def _started(database: URL) -> Iterator[Running]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": database.set(drivername="postgres").render_as_string(hide_password=False),
        "NODE_ENV": "production",
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "MEDUSA_DISABLE_TELEMETRY": "true",
    }
    password = secrets.token_urlsafe(12)
    program = ["node", "node_modules/@medusajs/cli/cli.js"]
    _run([*program, "db:migrate"], environment)
    _run([*program, "user", "-e", ADMIN, "-p", password], environment)
    with (HOME / "medusa.log").open("w") as log:
        process = subprocess.Popen([*program, "start"], cwd=HOME, env=environment, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_for(url, process)
            yield Running(url, ADMIN, password)
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + LONGEST_BOOT
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(httpx2.TransportError):
            if httpx2.get(f"{url}/health", trust_env=False).status_code == 200:
                return
        # The server tells nobody when it is up, so it is asked now and then.
        time.sleep(0.5)
    raise RuntimeError((HOME / "medusa.log").read_text()[-2000:])


def _run(command: list[str], environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        command, cwd=HOME, env=dict(environment), capture_output=True, text=True, check=False, timeout=900
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
