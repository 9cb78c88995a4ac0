"""Everything the database holds at one moment, for tests that say what must not change."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.models import Base, db

Snapshot = dict[str, list[tuple[object, ...]]]


def everything(app: Flask, *, but: frozenset[str] = frozenset()) -> Snapshot:
    """All rows of all tables except those named."""
    with app.app_context(), db.engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
            if table.name not in but
        }
