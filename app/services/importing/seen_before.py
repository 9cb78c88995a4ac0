"""Names that a file has already used, kept outside the memory however many there are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


class SeenBefore:
    """A set of texts that only grows. SQLite keeps it in a file of its own and deletes that at once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TABLE seen (name TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def line_of_first(self, name: str, line: int) -> int | None:
        """Where the name stood before; None the first time, which is remembered."""
        added = self._connection.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (name, line))
        if added.rowcount:
            return None
        row = self._connection.execute("SELECT line FROM seen WHERE name = ?", (name,)).fetchone()
        return int(row[0])


@contextmanager
def seen_before() -> Iterator[SeenBefore]:
    # "" is a temporary database that goes to disk when it outgrows SQLite's page cache.
    connection = sqlite3.connect("", isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        yield SeenBefore(connection)
    finally:
        connection.close()
