"""What keeps an import small: batches, names kept on disk, a report that does not grow for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.importing import batches, report
from app.services.importing.batches import in_batches
from app.services.importing.report import Listener, Outcome, Problem, Report
from app.services.importing.seen_before import seen_before
from benchmarks.export_files import write_orders, write_products
from benchmarks.import_rate import MOST_MEMORY, measure


def test_batches_are_bounded_in_things_and_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "MOST_PARTS", 10)
    assert list(in_batches(iter([1, 1, 1, 1, 1]), 2, lambda parts: parts)) == [[1, 1], [1, 1], [1]]
    assert list(in_batches(iter([6, 6, 1, 12, 1]), 3, lambda parts: parts)) == [[6, 6], [1, 12], [1]]
    assert list(in_batches(iter([]), 3, lambda parts: parts)) == []


def test_a_name_is_known_the_second_time() -> None:
    with seen_before() as seen:
        assert [seen.line_of_first("a", 2), seen.line_of_first("b", 3), seen.line_of_first("a", 9)] == [
            None,
            None,
            2,
        ]


def test_a_report_keeps_the_first_problems_and_tells_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "KEPT", 2)
    heard: list[Problem] = []
    told = Report("", "", Listener(refusal=heard.append, note=heard.append))
    problems = [Problem(line, "order", "why") for line in range(5)]
    told.add(Outcome(refusals=problems, notes=problems))
    assert (told.refused, told.noted, len(told.refusals), len(told.notes), len(heard)) == (5, 5, 2, 2, 10)


@pytest.mark.soak
def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    """Peak memory at 100,000 rows is at most 1.2 times that at 10,000."""
    write_products(tmp_path / "products.csv")
    for rows in (10_000, 100_000):
        write_orders(tmp_path / f"{rows}.csv", rows)
    small = measure("import", tmp_path, tmp_path / "10000.csv", "small")
    large = measure("import", tmp_path, tmp_path / "100000.csv", "large")
    assert large.peak <= MOST_MEMORY * small.peak
