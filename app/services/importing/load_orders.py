"""The use case `import orders`: an order export or snapshot into one store.

Which of the two it is shows in the file itself. One pass reads and writes; moving the dates takes a
pass before it, to find the newest order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TextIO

from app.models import store_scope
from app.services.importing import optoro_snapshot, shopify_orders
from app.services.importing.batches import in_batches
from app.services.importing.cells import Reading
from app.services.importing.parsed import ParsedOrder
from app.services.importing.report import Listener, Problem, Refused, Report
from app.services.importing.seen_before import SeenBefore, seen_before
from app.services.importing.source_file import SourceFile
from app.services.importing.stores import store_of
from app.services.importing.writing_orders import write_orders

BATCH = 500
AGE_AFTER_SHIFT = timedelta(days=5)  # of the newest order


class Piece(Protocol):
    """One order of a file of any kind: where it stands, how many rows it has, and how to read it."""

    @property
    def line(self) -> int: ...
    @property
    def what(self) -> str: ...
    @property
    def rows(self) -> int: ...
    def placed_at(self, reading: Reading) -> datetime | None: ...
    def read(self, reading: Reading) -> ParsedOrder: ...


Pieces = Callable[[TextIO], Iterator[Piece]]


def import_orders(
    slug: str,
    path: Path,
    *,
    now: datetime,
    shift_dates: bool = False,
    listener: Listener | None = None,
) -> Report:
    """Load orders; one commit a batch, each order whole or not at all.

    `shift_dates` moves all dates by one number of days, so that the newest order is five days old.
    Raises UnknownStore, and FileRefused when nothing of the file can be used.
    """
    store_id, facts = store_of(slug)
    source = SourceFile.examine(path)
    kind, pieces = _how_to_read(source)
    report = Report(kind, str(source.encoding), listener or Listener())
    reading = Reading(facts, now)
    if shift_dates:
        reading = replace(reading, shift=_shift(source, pieces, reading))
        report.shifted_days = reading.shift.days
    with store_scope(store_id), seen_before() as seen, source.open() as text:
        for orders in in_batches(_parsed(pieces(text), reading, seen, report), BATCH, _lines):
            report.add(write_orders(store_id, orders))
    return report


def _how_to_read(source: SourceFile) -> tuple[str, Pieces]:
    if source.is_json:
        return optoro_snapshot.KIND, optoro_snapshot.pieces
    return shopify_orders.KIND, shopify_orders.pieces


def _shift(source: SourceFile, pieces: Pieces, reading: Reading) -> timedelta:
    """Whole days from the file's newest order to five days ago, by the store's calendar."""
    with source.open() as text:
        dates = (piece.placed_at(reading) for piece in pieces(text))
        newest = max((date for date in dates if date), default=None)
    if newest is None:
        return timedelta()
    wanted = (reading.now - AGE_AFTER_SHIFT).astimezone(reading.zone).date()
    return wanted - newest.astimezone(reading.zone).date()


def _lines(order: ParsedOrder) -> int:
    return len(order.lines) + sum(len(product.variants) for product in order.embedded)


def _parsed(
    pieces: Iterator[Piece], reading: Reading, seen: SeenBefore, report: Report
) -> Iterator[ParsedOrder]:
    """The orders that can be read; the others go to the report."""
    for piece in pieces:
        report.listener.progress(piece.rows)
        try:
            order = piece.read(reading)
            first = seen.line_of_first(order.number_key, piece.line)
            if first is not None:
                raise Refused(f"this order already stands in line {first}; the first one counts")
        except Refused as refused:
            report.refuse(Problem(refused.line or piece.line, piece.what, refused.reason))
            continue
        yield order
