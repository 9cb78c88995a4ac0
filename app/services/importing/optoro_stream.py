"""The orders of a snapshot file one after another, without ever holding the whole file.

Source of the frame: Optoro Returns Portal Orders 3.0.0, {"returns_portal_order": {"orders": […]}}.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from app.services.importing.report import FileRefused

BLOCK = 1 << 18
LARGEST_ORDER = 1 << 24  # characters of one order; beyond this the file is not what it should be
_OPENING = re.compile(r'\s*\{\s*"returns_portal_order"\s*:\s*\{\s*"orders"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")
_ENDING = re.compile(r"\s*\]\s*\}\s*\}\s*")


@dataclass(frozen=True, slots=True)
class RawOrder:
    """One order as JSON values, or the `fault` that ends the reading. `line` is where it starts."""

    line: int
    data: Any
    fault: str = ""


class _Window:
    """The part of the file that is being looked at, and the line it starts on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.text = ""
        self.line = 1
        self.at_end = False

    def extend(self) -> bool:
        """Read one block more; False at the end of the file."""
        block = self._stream.read(BLOCK)
        self.at_end = not block
        self.text += block
        return not self.at_end

    def drop(self, signs: int) -> None:
        self.line += self.text.count("\n", 0, signs)
        self.text = self.text[signs:]


def read_snapshot(stream: TextIO) -> Iterator[RawOrder]:
    """All orders of the file. Raises FileRefused when it does not begin as a snapshot does."""
    window = _Window(stream)
    window.extend()
    opening = _OPENING.match(window.text)
    if not opening:
        expected = '{"returns_portal_order": {"orders": [ …'
        raise FileRefused(f"This JSON file is no order snapshot: it must begin with {expected}")
    window.drop(opening.end())
    while True:
        _skip_to_order(window)
        if window.text.startswith("]"):
            break
        order = _next_order(window)
        yield order
        if order.fault:
            return
    while window.extend():
        if len(window.text) > LARGEST_ORDER:
            break
    if not _ENDING.fullmatch(window.text):
        yield RawOrder(window.line, None, "the file does not end as it should after the last order")


def _skip_to_order(window: _Window) -> None:
    while True:
        gap = _BETWEEN.match(window.text)
        window.drop(gap.end() if gap else 0)
        if window.text or not window.extend():
            return


def _next_order(window: _Window) -> RawOrder:
    """The value at the start of the window; more is read until it is whole."""
    decoder = json.JSONDecoder()
    while True:
        try:
            data, end = decoder.raw_decode(window.text)
        except (json.JSONDecodeError, RecursionError) as error:
            if len(window.text) <= LARGEST_ORDER and window.extend():
                continue
            return RawOrder(window.line, None, _fault(error, window.line))
        line = window.line
        window.drop(end)
        return RawOrder(line, data)


def _fault(error: json.JSONDecodeError | RecursionError, line: int) -> str:
    """Where the text stops being JSON, in lines of the file."""
    if isinstance(error, RecursionError):
        return "the file cannot be read from here on (nested too deeply)"
    where = line + error.lineno - 1
    return f"the file cannot be read from here on ({error.msg}, line {where}); is it cut off?"
