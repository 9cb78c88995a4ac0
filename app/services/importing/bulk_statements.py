"""Many rows in one statement, below the ORM, with the store written out in every one of them.

The ORM's guard on queries (`app.models.base`) does not see these statements, so each carries the
store's id itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from sqlalchemy import BindParameter, Table, bindparam, delete, insert, select, update

from app.models import Base, Store, db

Values = dict[str, Any]

ORDERS: Final[Table] = Base.metadata.tables["orders"]
LINE_ITEMS: Final[Table] = Base.metadata.tables["line_item"]
PRODUCTS: Final[Table] = Base.metadata.tables["product"]
VARIANTS: Final[Table] = Base.metadata.tables["variant"]


def lock_store(store_id: int) -> None:
    """One import a store at a time; PostgreSQL lets everybody else go on meanwhile."""
    db.session.execute(select(Store.id).where(Store.id == store_id).with_for_update(key_share=True))


def insert_rows(table: Table, store_id: int, rows: Sequence[Values]) -> None:
    if rows:
        db.session.connection().execute(insert(table), [row | {"store_id": store_id} for row in rows])


def insert_for_ids(table: Table, store_id: int, rows: Sequence[Values], key: str) -> dict[str, int]:
    """Insert, and the new ids by the column `key`.

    In the order of the rows they would cost SQLite one statement a row.
    """
    if not rows:
        return {}
    statement = insert(table).returning(table.c[key], table.c.id)
    owned = [row | {"store_id": store_id} for row in rows]
    found = db.session.connection().execute(statement, owned)
    return {row[0]: row[1] for row in found}


def update_rows(table: Table, store_id: int, rows: Sequence[Values]) -> None:
    """Update rows by their "id", one statement for all that change the same columns."""
    for names, alike in groupby(sorted(rows, key=sorted), key=sorted):
        columns: dict[str, BindParameter[Any]] = {
            name: bindparam(f"new_{name}") for name in names if name != "id"
        }
        statement = update(table).where(table.c.id == bindparam("row_id"), table.c.store_id == store_id)
        values = [{"row_id": row["id"]} | {f"new_{name}": row[name] for name in columns} for row in alike]
        db.session.connection().execute(statement.values(columns), values)


def delete_rows(table: Table, store_id: int, ids: Sequence[int]) -> None:
    if ids:
        statement = delete(table).where(table.c.id.in_(ids), table.c.store_id == store_id)
        db.session.connection().execute(statement)
