"""What a page asks of the database, to count it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from app.models import db


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements that the database is told meanwhile."""
    seen: list[str] = []

    def note(*given: object) -> None:
        if not str(given[2]).startswith(("BEGIN", "PRAGMA")):
            seen.append(str(given[2]))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
