"""How each database is opened, so that both behave alike under many writers.

SQLite: write-ahead log, foreign keys on, a busy wait, and `BEGIN IMMEDIATE` where a use case says
that it writes, so that two writers queue instead of failing half-way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from app.models.base import db

BUSY_SECONDS = 10


def engine_options(database_url: str) -> dict[str, Any]:
    """Options for the engine behind this address."""
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": BUSY_SECONDS, "check_same_thread": False}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


def prepare(engine: Engine) -> None:
    """Tell the engine, and each connection of SQLite, what ours differ in from the defaults."""
    if engine.dialect.name != "sqlite":
        # Many rows of a table in one statement: its driver would send them one by one.
        engine.dialect.use_insertmanyvalues_wo_returning = True
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


@contextmanager
def writing() -> Iterator[None]:
    """One use case's transaction: the write lock taken up front, one commit at its end.

    What was loaded before is let go, so that everything decided inside is read inside.
    """
    session = db.session()
    session.expunge_all()  # before the rollback, which would empty what callers still read from
    session.rollback()
    session.connection(execution_options={"writes": True})
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
