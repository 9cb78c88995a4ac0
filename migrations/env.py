"""How Alembic meets the application's database: its engine, its tables, batch mode for SQLite.

Run inside the application's context by `flask --app wsgi db …`. Column types and defaults are
compared, so that `flask db check` tells when the rows and the migrations part ways.

SQLite changes a table by copying it and dropping the old one, which would take all rows with it that
refer to it: foreign keys are off meanwhile, and checked before anything is committed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from app.models import Base, UtcDateTime, db


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our column type into a migration as the plain type it stands for."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("import sqlalchemy as sa")
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def foreign_keys_checked_at_the_end(connection: Connection) -> Iterator[None]:
    """For SQLite; nothing for PostgreSQL. The switch counts only where no transaction is open."""
    if connection.dialect.name != "sqlite":
        yield
        return
    plain: Any = connection.connection.dbapi_connection
    plain.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # nothing, once it was committed
        plain.execute("PRAGMA foreign_keys=ON")


def check_foreign_keys(connection: Connection) -> None:
    """Raises RuntimeError for a row that refers to one that is not there (SQLite)."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"rows that refer to nothing: {broken[:5]}")


def run() -> None:
    """Migrate over a live connection; there is no offline mode, the engine is the application's."""
    with db.engine.connect() as connection, foreign_keys_checked_at_the_end(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
            check_foreign_keys(connection)
        connection.commit()


run()
