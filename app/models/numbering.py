"""Numbers for many new rows at once, asked for before the rows are written.

Where the database gives the numbers it has to tell them: SQLite then takes the rows one by one, and
PostgreSQL gets a statement as long as all of them together. With their numbers they go into a short one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, func, select

from app.models.base import Base, db

WORTH_IT = 4  # rows of a kind


def number_new(kinds: Collection[type[Base]]) -> None:
    """Give new rows of these kinds their ids, where there are several of a kind.

    Runs within `app.models.writing`: on SQLite nobody else may write meanwhile.
    """
    new: dict[type[Base], list[Any]] = {kind: [] for kind in kinds}
    for row in db.session.new:
        if type(row) in new and row.id is None:
            new[type(row)].append(row)
    many = {kind: rows for kind, rows in new.items() if len(rows) >= WORTH_IT}
    if many:
        counts = [(cast(Table, kind.__table__), len(rows)) for kind, rows in many.items()]
        for rows, ids in zip(many.values(), _fresh(counts), strict=True):
            for row, row_id in zip(rows, ids, strict=True):
                row.id = row_id


def _fresh(counts: Sequence[tuple[Table, int]]) -> Iterator[Sequence[int]]:
    """So many unused numbers of each table, in one statement."""
    from_sequences = db.session.get_bind().dialect.name == "postgresql"
    asked = [_drawn(table, count) if from_sequences else _highest(table) for table, count in counts]
    told = db.session.connection().execute(select(*asked)).one()
    for (_, count), answer in zip(counts, told, strict=True):
        yield answer if from_sequences else range(answer + 1, answer + 1 + count)


def _drawn(table: Table, count: int) -> ColumnElement[Any]:
    number = func.nextval(func.pg_get_serial_sequence(table.name, "id"))
    return select(func.array_agg(number)).select_from(func.generate_series(1, count)).scalar_subquery()


def _highest(table: Table) -> ColumnElement[Any]:
    """SQLite itself goes on from the highest number that is there."""
    return func.coalesce(select(func.max(table.c.id)).scalar_subquery(), 0)
