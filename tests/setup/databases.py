"""Databases for tests: an empty one, or one with our tables, each test its own, on both engines.

The migrations run once a session and engine; every test then gets a copy of that database, on
PostgreSQL one that was used and emptied (`tests/setup/lending.py`).
Fixtures that are asked for without an engine in their name run the test twice: on SQLite and on
PostgreSQL, the second marked `postgres` and skipped aloud where there is no server.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import pytest
from sqlalchemy import URL

from app import Settings, create_app
from app.models import db
from tests.setup import postgres
from tests.setup.lending import Lending

BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def address(url: URL) -> str:
    """The address as a setting takes it, password and all."""
    return url.render_as_string(hide_password=False)


def sqlite_address(path: Path) -> str:
    return f"sqlite:///{path}"


def copy_sqlite(source_path: Path, target_path: Path) -> None:
    """SQLite's own backup, because a plain copy would miss what still stands in the write-ahead log."""
    with (
        contextlib.closing(sqlite3.connect(source_path)) as source,
        contextlib.closing(sqlite3.connect(target_path)) as target,
    ):
        source.backup(target)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A server to create databases on; tests that need it are skipped where there is none."""
    with postgres.server() as url:
        if url is None:
            pytest.skip(postgres.MISSING)
        yield url


@pytest.fixture(params=BOTH)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table, for tests of the migrations themselves."""
    if request.param == "sqlite":
        yield sqlite_address(tmp_path / "empty.db")
        return
    with postgres.fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield address(url)


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with our tables and no rows."""
    made: str = request.getfixturevalue(f"{request.param}_database_url")
    return made


@pytest.fixture
def sqlite_database_url(_migrated_sqlite: Path, tmp_path: Path) -> str:
    """The same on SQLite only."""
    path = tmp_path / "test.db"
    copy_sqlite(_migrated_sqlite, path)
    return sqlite_address(path)


@pytest.fixture
def postgres_database_url(_lending: Lending) -> Iterator[str]:
    """The same on PostgreSQL only."""
    with _lending.borrowed() as url:
        yield address(url)


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated")
    _migrate(sqlite_address(folder / "template.db"), folder)
    return folder / "template.db"


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: URL, tmp_path_factory: pytest.TempPathFactory) -> Iterator[URL]:
    with postgres.fresh_database(postgres_server) as url:
        _migrate(address(url), tmp_path_factory.mktemp("migrated"))
        yield url


@pytest.fixture(scope="session")
def _lending(_migrated_postgres: URL, postgres_server: URL) -> Iterator[Lending]:
    with contextlib.closing(Lending(postgres_server, _migrated_postgres.database or "")) as lending:
        yield lending


def _migrate(database_url: str, var_dir: Path) -> None:
    app = create_app(Settings.from_environ({"DATABASE_URL": database_url, "VAR_DIR": str(var_dir)}))
    with app.app_context():
        flask_migrate.upgrade()
        # PostgreSQL copies a database only while nobody is connected to it.
        db.engine.dispose()
