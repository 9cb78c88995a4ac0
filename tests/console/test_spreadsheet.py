"""What a spreadsheet gets: no cell that it would calculate with."""

from __future__ import annotations

import csv
import io

import pytest

from app.web.console.spreadsheet import csv_text


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "|cmd", "%0", "＝1", '="x",1']
)
def test_no_cell_becomes_a_formula(cell: str) -> None:
    ((kept, plain),) = csv.reader(io.StringIO(csv_text([(cell, "a plain text")]), newline=""))
    assert kept == f"'{cell}"
    assert plain == "a plain text"


def test_numbers_stay_numbers_and_quotes_are_doubled() -> None:
    assert csv_text([(-5, 'a "word"', "")]) == '-5,"a ""word""",""\r\n'
