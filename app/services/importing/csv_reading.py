"""Rows of a CSV export with their line numbers, and the rows that belong together.

What a column means is not known here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from app.services.importing.report import FileRefused

LONGEST_CELL = 1 << 20  # characters; descriptions run to some ten thousand
MOST_ROWS = 5000  # of one order or product
SHOWN_COLUMNS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `row["Name"]` is its text without outer spaces, "" where the file lacks the column."""

    line: int
    cells: Sequence[str]
    places: Mapping[str, int]
    fault: str = ""

    def __getitem__(self, column: str) -> str:
        place = self.places.get(column)
        return "" if place is None or place >= len(self.cells) else self.cells[place].strip()

    def key(self, column: str) -> str:
        """The text to group by; of a row that was cut off only what surely is whole."""
        whole = not self.fault or len(self.cells) > self.places.get(column, 0) + 1
        return self[column] if whole else ""


@dataclass(slots=True)
class Group:
    """Neighbouring rows with the same key: an order with its lines, a product with its variants.

    `fault` says why the group cannot be trusted as a whole, with the line it is about.
    """

    key: str
    rows: list[Row] = field(default_factory=list)
    fault: tuple[int, str] | None = None

    @property
    def line(self) -> int:
        return self.rows[0].line if self.rows else (self.fault or (1, ""))[0]

    def add(self, row: Row) -> None:
        if row.fault:
            self.fault = self.fault or (row.line, row.fault)
        elif len(self.rows) == MOST_ROWS:
            self.fault = self.fault or (row.line, f"more than {MOST_ROWS:,} rows for {self.key}")
        else:
            self.rows.append(row)


def read_rows(text: TextIO, required: Sequence[str]) -> Iterator[Row]:
    """All rows after the header; empty ones are left out, unreadable ones carry their `fault`.

    Raises FileRefused naming the required columns that are missing.
    """
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(text, strict=True)
    places = _header(reader, required)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield Row(line, (), {}, f"this row cannot be read ({error}); look for a stray quotation mark")
            continue
        if cells is None:
            return
        if len(cells) == len(places.order) and any(cells):
            yield Row(line, cells, places.by_name)
        elif any(cells):
            fault = f"this row has {len(cells)} cells where the header has {len(places.order)}"
            yield Row(line, cells, places.by_name, fault)


@dataclass(frozen=True)
class _Places:
    order: Sequence[str]
    by_name: Mapping[str, int]


def _header(reader: Iterator[list[str]], required: Sequence[str]) -> _Places:
    try:
        names = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise FileRefused(f"The first line cannot be read as column names ({error})") from None
    missing = [name for name in required if name not in names]
    if missing:
        raise FileRefused(f"These columns are missing: {', '.join(missing)}. {_found(names)}")
    by_name: dict[str, int] = {}
    for place, name in enumerate(names):
        by_name.setdefault(name, place)
    return _Places(names, by_name)


def _found(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:SHOWN_COLUMNS] if name)
    more = len(names) - SHOWN_COLUMNS
    return f"The file has: {shown}" + (f" and {more} more." if more > 0 else ".")


def group_rows(rows: Iterator[Row], key_column: str) -> Iterator[Group]:
    """Neighbouring rows with the same text in `key_column`.

    A row that does not even tell its key counts to the rows before it: it may be one of theirs.
    """
    group: Group | None = None
    for row in rows:
        key = row.key(key_column)
        if row.fault and not key and group is not None:
            key = group.key
        if group is None or key != group.key:
            if group is not None:
                yield group
            group = Group(key)
        group.add(row)
    if group is not None:
        yield group
