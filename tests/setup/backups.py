"""A backup of a test's database, and the database brought back from it, on both engines.

SQLite's is a copy of the file. PostgreSQL's is a database made of it, and what comes back is one made of
that: rows, sequences and triggers as they were, and nobody who was connected before is any more.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url

from tests.setup import postgres
from tests.setup.databases import copy_sqlite

Restore = Callable[[], None]


@pytest.fixture
def backed_up(
    database_url: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], Restore]]:
    """Makes a backup, while nobody else is connected; what it returns brings the database back from it."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        yield lambda: _of_sqlite(Path(url.database or ""), tmp_path / "backup.db")
        return
    server: URL = request.getfixturevalue("postgres_server")
    with contextlib.ExitStack() as kept:
        yield lambda: _of_postgres(server, url.database or "", kept)


def _of_sqlite(live: Path, kept: Path) -> Restore:
    copy_sqlite(live, kept)
    return lambda: copy_sqlite(kept, live)


def _of_postgres(server: URL, live: str, kept: contextlib.ExitStack) -> Restore:
    backup = kept.enter_context(postgres.fresh_database(server, live)).database or ""
    return lambda: postgres.replace_database(server, live, backup)
