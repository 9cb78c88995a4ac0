"""Encodings and kinds of files, told by their bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.importing.report import FileRefused
from app.services.importing.source_file import BLOCK, Encoding, SourceFile

TEXT = "Name,Email\n#1,Noé Lefèvre €\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), Encoding.UTF_8),
        (TEXT.encode("utf-8-sig"), Encoding.UTF_8_BOM),
        (TEXT.encode("cp1252"), Encoding.WINDOWS_1252),
        (b"Name,Email\n", Encoding.UTF_8),
        # The one accent stands after the first block, and a letter lies across its end.
        (b"a" * BLOCK + "é".encode("cp1252") + b"b", Encoding.WINDOWS_1252),
        (b"a" * (BLOCK - 1) + "é".encode(), Encoding.UTF_8),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, content: bytes, encoding: Encoding) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    source = SourceFile.examine(path)
    assert source.encoding == encoding
    with source.open() as text:
        read = text.read()
    assert "�" not in read
    assert not read.startswith("\ufeff")
    assert ("Lefèvre €" in read) == (b"Name,Email\n#1" in content)


@pytest.mark.parametrize(
    ("content", "is_json"),
    [(b'{"a": 1}', True), (b'\xef\xbb\xbf \n{"a": 1}', True), (b"[1]", True), (b"Name\n", False)],
)
def test_json_is_told_by_its_content(tmp_path: Path, content: bytes, is_json: bool) -> None:
    path = tmp_path / "whatever.txt"
    path.write_bytes(content)
    assert SourceFile.examine(path).is_json is is_json


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (TEXT.encode("utf-16"), "no text file"),
        (b"PK\x03\x04\x14\x00\x06\x00", "no text file"),  # an Excel workbook
        (b"Name,\x81\n", "neither UTF-8 nor Windows-1252"),
    ],
)
def test_what_is_no_text_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    with pytest.raises(FileRefused, match=words):
        SourceFile.examine(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="cannot be read"):
        SourceFile.examine(tmp_path / "none.csv")
