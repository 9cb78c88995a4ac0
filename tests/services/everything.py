"""All that a database holds, to look for what must not be in it."""

from __future__ import annotations

from sqlalchemy import inspect, text

from app.models import db


def everything_stored() -> str:
    """Every value of every table as text."""
    tables = inspect(db.engine).get_table_names()
    rows = [
        row
        for name in tables
        for row in db.session.execute(text(f'SELECT * FROM "{name}"'))  # noqa: S608
    ]
    return "\n".join(
        bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        for row in rows
        for value in row
    )
