"""Rows for a spreadsheet: CSV in which no cell can become a formula.

A cell that begins with a sign that spreadsheets calculate with gets an apostrophe before it, which they
show as text (OWASP, "CSV Injection"). Numbers of ours stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

# Also the full-width forms, which some programs take for the plain ones.
CALCULATES = tuple("=+-@\t\r\n|%＝＋－＠")
BYTE_ORDER_MARK = "\ufeff"  # without it Excel does not read UTF-8

Cell = str | int


def download(name: str, rows: Iterable[Sequence[Cell]]) -> Response:
    """The rows as a file of this name (letters, digits, dots and hyphens only)."""
    answer = Response(BYTE_ORDER_MARK + csv_text(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def csv_text(rows: Iterable[Sequence[Cell]]) -> str:
    """Every text in quotation marks, every number plain."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, int):
        return cell
    calculates = cell.lstrip().startswith(CALCULATES) or cell.startswith(CALCULATES)
    return f"'{cell}" if calculates else cell
