"""Finding a PostgreSQL server for the tests, or starting one that nobody else sees.

First the server of TEST_POSTGRES_URL, then one on this machine that lets us in without a password,
then a server of our own from the programs that are installed, in a temporary folder.
Every test gets a database of its own (`fresh_database`), so nothing that exists is touched.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

MISSING = "no PostgreSQL server was found (start one on this machine or set TEST_POSTGRES_URL)"


@contextlib.contextmanager
def server() -> Iterator[URL | None]:
    """The address of a database to create others from, or None when there is no server at all."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    for url in _usual_addresses():
        if answers(url):
            yield url
            return
    programs = server_programs()
    if programs is None:
        yield None
        return
    with own_server(programs) as url:
        yield url


def answers(url: URL) -> bool:
    """True when a server is there, lets us in and lets us create databases."""
    engine = create_engine(url, connect_args={"connect_timeout": 2})
    try:
        with engine.connect() as connection:
            may_create = text("SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user")
            return bool(connection.scalar(may_create))
    except OperationalError:
        return False
    finally:
        engine.dispose()


@contextlib.contextmanager
def fresh_database(server_url: URL, template: str = "template0") -> Iterator[URL]:
    """A database with a random name, dropped at the end with whatever still holds it open."""
    name = f"evenly_test_{secrets.token_hex(6)}"
    _on_server(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" ENCODING \'UTF8\'')
    try:
        yield server_url.set(database=name)
    finally:
        _on_server(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def replace_database(server_url: URL, name: str, template: str) -> None:
    """The database of this name as the other one is, for whoever connects to it from now on."""
    _on_server(server_url, f'DROP DATABASE "{name}" WITH (FORCE)')
    _on_server(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


def _on_server(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _usual_addresses() -> Iterator[URL]:
    for user in dict.fromkeys(["postgres", getpass.getuser()]):
        yield URL.create(
            "postgresql+psycopg", username=user, host="127.0.0.1", port=5432, database="postgres"
        )


def server_programs() -> Path | None:
    """The folder of initdb and pg_ctl: Debian keeps them out of the path, one folder a version."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    folders = [*reversed(debian), *([Path(on_path).parent] if on_path else [])]
    return next((folder for folder in folders if (folder / "pg_ctl").exists()), None)


@contextlib.contextmanager
def own_server(programs: Path) -> Iterator[URL]:
    """A server on a free loopback port. PostgreSQL refuses to run as root, so root hands it on."""
    with tempfile.TemporaryDirectory(prefix="evenly-pg-") as folder, socket.create_server(("", 0)) as probe:
        port = probe.getsockname()[1]
        probe.close()
        as_server: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            as_server = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        data, log = f"{folder}/data", f"{folder}/log"
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"
        control = [*as_server, str(programs / "pg_ctl"), "-D", data]
        initdb = [str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "-N"]
        _quietly([*as_server, *initdb], folder)
        _quietly([*control, "-l", log, "-w", "start", "-o", options], folder)
        try:
            yield URL.create("postgresql+psycopg", "postgres", None, "127.0.0.1", port, "postgres")
        finally:
            _quietly([*control, "-m", "immediate", "stop"], folder)


def _quietly(command: list[str], folder: str) -> None:
    # To a file: pg_ctl leaves its output open in the server, and a pipe would never end.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(command, check=False, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        output.seek(0)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}\n{output.read()}")
