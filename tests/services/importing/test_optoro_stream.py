"""Orders out of a snapshot file one by one, wherever its blocks end."""

from __future__ import annotations

import io
import json

import pytest

from app.services.importing import optoro_stream
from app.services.importing.optoro_stream import RawOrder, read_snapshot
from app.services.importing.report import FileRefused

THREE = json.dumps({"returns_portal_order": {"orders": [{"n": 1}, {"n": [2, "é🧥"]}, {"n": 3}]}}, indent=1)


def read(text: str) -> list[RawOrder]:
    return list(read_snapshot(io.StringIO(text)))


@pytest.mark.parametrize("block", [46, 47, 60, 61, 62, 63, 64, 65, 80, 10_000])
def test_blocks_may_end_anywhere(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    monkeypatch.setattr(optoro_stream, "BLOCK", block)
    assert [(raw.line, raw.data, raw.fault) for raw in read(THREE)] == [
        (4, {"n": 1}, ""),
        (7, {"n": [2, "é🧥"]}, ""),
        (13, {"n": 3}, ""),
    ]


def test_no_orders_at_all() -> None:
    assert read('{"returns_portal_order": {"orders": []}}') == []


@pytest.mark.parametrize("text", ["[]", "{}", '{"orders": []}', '{"returns_portal_order": []}', "{"])
def test_other_json_is_refused(text: str) -> None:
    with pytest.raises(FileRefused, match="no order snapshot"):
        read(text)


@pytest.mark.parametrize("cut", [1, 3, 8, 20])
def test_a_file_that_was_cut_off_says_so(cut: int) -> None:
    *good, last = read(THREE[:-cut])
    assert [raw.fault for raw in good] == [""] * len(good)
    assert "the file" in last.fault


def test_a_mistake_in_the_middle_ends_the_reading_there() -> None:
    first, second = read(THREE.replace("[\n     2,", "[\n     2 2,"))
    assert first.data == {"n": 1}
    assert "line 9" in second.fault


def test_nesting_without_end_is_no_crash() -> None:
    [only] = read('{"returns_portal_order": {"orders": [' + "[" * 200_000)
    assert "nested" in only.fault


def test_one_order_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optoro_stream, "BLOCK", 1000)
    monkeypatch.setattr(optoro_stream, "LARGEST_ORDER", 5000)
    stream = io.StringIO('{"returns_portal_order": {"orders": ["' + "x" * 100_000)
    [only] = read_snapshot(stream)
    assert only.fault
    assert stream.tell() < 10_000
