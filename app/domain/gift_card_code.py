"""What a gift card's code looks like, wherever it comes from."""

from __future__ import annotations

import re
from typing import Any, TypeGuard

# What needs no escaping on any way to the reader; the longest fits one line of a mail.
CODE = re.compile(r"(?=.{4,40}$)[A-Za-z0-9]+(?:[ ._-][A-Za-z0-9]+)*")
SHAPE = "4 to 40 letters and digits, with single spaces, dots or hyphens between"
TAIL = 4


def is_code(value: Any) -> TypeGuard[str]:
    """Whether this can be one."""
    return isinstance(value, str) and CODE.fullmatch(value) is not None


def tail_of(code: str) -> str:
    """Its last signs, by which people tell codes apart."""
    return code[-TAIL:]
