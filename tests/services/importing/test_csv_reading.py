"""Rows, their line numbers, and what an unreadable row does to its neighbours."""

from __future__ import annotations

import io

import pytest

from app.services.importing import csv_reading
from app.services.importing.csv_reading import Group, group_rows, read_rows
from app.services.importing.report import FileRefused


def groups(text: str) -> list[Group]:
    return list(group_rows(read_rows(io.StringIO(text), ("Name",)), "Name"))


def test_rows_are_grouped_and_know_their_lines() -> None:
    text = 'Name,Note\n#1,"two\nlines"\n#1,b\n\n,\n#2,c\n'
    found = groups(text)
    assert [(group.key, [row.line for row in group.rows]) for group in found] == [
        ("#1", [2, 4]),
        ("#2", [7]),
    ]
    assert found[0].rows[0]["Note"] == "two\nlines"
    assert found[0].rows[0]["Not there"] == ""


def test_outer_spaces_and_line_ends_do_not_matter() -> None:
    [group] = groups("Name , Note\r\n #1 , x \r\n")
    assert group.key == "#1"
    assert group.rows[0]["Note"] == "x"


def test_missing_columns_are_named_with_what_was_found() -> None:
    with pytest.raises(FileRefused) as caught:
        list(read_rows(io.StringIO("Handle;Title\nx;y\n"), ("Name", "Id")))
    assert str(caught.value) == "These columns are missing: Name, Id. The file has: Handle;Title."


def test_a_long_header_is_shown_in_part() -> None:
    header = ",".join(f"Column {number}" for number in range(30))
    with pytest.raises(FileRefused, match=r"Column 11 and 18 more\.$"):
        list(read_rows(io.StringIO(header), ("Name",)))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("#2,a,b", "3 cells where the header has 2"),
        ('#2,"a"b', "stray quotation mark"),
        ("#2," + "x" * (csv_reading.LONGEST_CELL + 1), "stray quotation mark"),
    ],
)
def test_an_unreadable_row_spoils_only_one_order(broken: str, words: str) -> None:
    found = groups(f"Name,Note\n#1,a\n#2,b\n{broken}\n#3,c\n")
    faults = {group.key: group.fault for group in found}
    assert list(faults) == ["#1", "#2", "#3"]
    assert faults["#1"] is None
    assert faults["#3"] is None
    assert faults["#2"] is not None
    assert faults["#2"][0] == 4
    assert words in faults["#2"][1]


def test_a_row_cut_off_within_its_name_spoils_the_order_before_it() -> None:
    [group] = groups("Name,Note\n#1001,a\n#100")
    assert group.fault == (3, "this row has 1 cells where the header has 2")


def test_a_quote_that_is_never_closed_is_no_end_of_the_file() -> None:
    [group] = groups('Name,Note\n#1,a\n#1,"b\n#2,c\n')
    assert group.fault is not None


def test_one_order_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_reading, "MOST_ROWS", 3)
    [group] = groups("Name,Note\n" + "#1,x\n" * 10)
    assert len(group.rows) == 3
    assert group.fault == (5, "more than 3 rows for #1")
