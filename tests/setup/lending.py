"""PostgreSQL databases that tests borrow, one after the other: emptied in between, not made anew.

To copy a database of five hundred small files takes longer than most tests; to empty the few tables
that a test wrote to does not.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import URL, Connection, Table, create_engine, exists, literal, select, text, union_all
from sqlalchemy.exc import DBAPIError

from app.models import db
from tests.setup.postgres import fresh_database


class Lending:
    """Databases with the template's tables and no rows; a database is with one test at a time."""

    def __init__(self, server_url: URL, template: str) -> None:
        self._server_url, self._template = server_url, template
        self._free: list[URL] = []
        self._made = contextlib.ExitStack()

    @contextlib.contextmanager
    def borrowed(self) -> Iterator[URL]:
        """A database until the block ends. One whose tables are not what they were is not lent again."""
        url = self._free.pop() if self._free else self._new()
        yield url
        with contextlib.suppress(DBAPIError):
            empty(url)
            self._free.append(url)

    def close(self) -> None:
        """Drop every database that was made."""
        self._made.close()

    def _new(self) -> URL:
        url = self._made.enter_context(fresh_database(self._server_url, self._template))
        with _connected(url) as connection:
            # Nothing here outlives the server, so a commit need not wait for the disk.
            connection.execute(text(f'ALTER DATABASE "{url.database}" SET synchronous_commit TO off'))
        return url


def empty(url: URL) -> None:
    """Take every row out and let ids begin at 1 again, after whoever is still connected was sent away."""
    with _connected(url) as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
        for table in _tables_with_rows(connection):
            if table.name == "movement":  # whose lines are not deleted otherwise
                connection.execute(text("ALTER TABLE movement DISABLE TRIGGER movement_stays"))
            connection.execute(table.delete())
            if table.name == "movement":
                connection.execute(text("ALTER TABLE movement ENABLE TRIGGER movement_stays"))
        connection.execute(text("SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"))


def _tables_with_rows(connection: Connection) -> list[Table]:
    """Children before parents, so that no key stands in the way."""
    tables = db.metadata.sorted_tables[::-1]
    each = (select(literal(table.name)).where(exists().select_from(table)) for table in tables)
    filled = set(connection.scalars(union_all(*each)))
    return [table for table in tables if table.name in filled]


@contextlib.contextmanager
def _connected(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
