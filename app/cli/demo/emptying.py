"""Taking the demo out again: its stores with everything in them, and what the sandbox remembers.

The sandbox must forget too: it answers an order number that it knows with its earlier answer.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, delete, text

from app.cli.demo.seeding import NotTheDemos, is_the_demos
from app.cli.demo.tables import DemoStore
from app.models import Base, Store, db, writing
from app.queries.stores import store_with

ANSWER_SECONDS = 3


def remove(store: DemoStore) -> bool:
    """Delete the store and all its rows; whether there was one. Raises NotTheDemos."""
    with writing():
        row = store_with(store.slug)
        if row is None:
            return False
        if not is_the_demos(row, store):
            raise NotTheDemos(store.slug)
        # Whole tables at a time and children first. These statements name the store themselves.
        with ledger_laid_open(db.session.connection()) as connection:
            for rows in reversed(Base.metadata.sorted_tables):
                if "store_id" in rows.c:
                    connection.execute(delete(rows).where(rows.c.store_id == row.id))
        connection.execute(delete(Store).where(Store.id == row.id))
    return True


@contextmanager
def ledger_laid_open(connection: Connection) -> Iterator[Connection]:
    """Lines of the ledger can be deleted, within this transaction and for nobody else.

    Should it fail, the rule that they stay is rolled back into place with the rest.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE movement DISABLE TRIGGER movement_stays"))
        yield connection
        connection.execute(text("ALTER TABLE movement ENABLE TRIGGER movement_stays"))
        return
    made = connection.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'movement_stays'"))
    connection.execute(text("DROP TRIGGER movement_stays"))
    yield connection
    connection.execute(text(made))


def forget(port: int, state: Path) -> None:
    """Empty the sandbox's ledger: of one that runs on this port, else its state file."""
    if not _asked_to_forget(port):
        for file in state.parent.glob(f"{state.name}*"):
            file.unlink()


def _asked_to_forget(port: int) -> bool:
    """Whether a sandbox runs there and has forgotten. Whatever else may listen there is left alone."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", "/health")
        health = json.loads(connection.getresponse().read())
        if not isinstance(health, dict) or "systems" not in health:
            return False
        connection.request("DELETE", "/ledger")
        return connection.getresponse().status == 204
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
