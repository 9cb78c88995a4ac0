"""A file as it was handed over: its encoding, found by reading it, and whether it is CSV or JSON."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from app.services.importing.report import FileRefused

BLOCK = 1 << 18


class Encoding(StrEnum):
    """The encodings that exports come in, as the report names them."""

    UTF_8 = "UTF-8"
    UTF_8_BOM = "UTF-8 with BOM"
    WINDOWS_1252 = "Windows-1252"


_CODECS = {
    Encoding.UTF_8: "utf-8",
    Encoding.UTF_8_BOM: "utf-8-sig",
    Encoding.WINDOWS_1252: "cp1252",
}


@dataclass(frozen=True)
class SourceFile:
    """A readable file. `written_at` is when it was last written, UTC: the age of what it says."""

    path: Path
    encoding: Encoding
    is_json: bool
    written_at: datetime

    @classmethod
    def examine(cls, path: Path) -> SourceFile:
        """Read through the file once. Raises FileRefused when it is missing, empty or no text."""
        try:
            encoding = _encoding_of(path)
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except OSError as error:
            raise FileRefused(f"{path.name} cannot be read: {error.strerror}") from None
        source = cls(path, encoding, False, written)
        with source.open() as text:
            start = text.read(1000).lstrip()
        if not start:
            raise FileRefused(f"{path.name} is empty")
        return cls(path, encoding, start[0] in "{[", written)

    @contextmanager
    def open(self) -> Iterator[TextIO]:
        """The file as text; line ends stay as they are, because the CSV reader wants them so."""
        with self.path.open(encoding=_CODECS[self.encoding], newline="") as text:
            yield text


def _encoding_of(path: Path) -> Encoding:
    """UTF-8 where every byte agrees, else Windows-1252, which older spreadsheets write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    western = codecs.getincrementaldecoder("cp1252")()
    is_utf_8 = is_western = True
    start = b""
    for block in _blocks(path):
        start = start or block[:3]
        if b"\0" in block:
            raise FileRefused(f"{path.name} is no text file; save it as CSV in UTF-8 and try again")
        is_utf_8 = is_utf_8 and _decodes(decoder, block)
        is_western = is_western and _decodes(western, block)
    if is_utf_8 and _decodes(decoder, b"", final=True):
        return Encoding.UTF_8_BOM if start == codecs.BOM_UTF8 else Encoding.UTF_8
    if is_western:
        return Encoding.WINDOWS_1252
    raise FileRefused(f"{path.name} is neither UTF-8 nor Windows-1252; save it as UTF-8 and try again")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True
