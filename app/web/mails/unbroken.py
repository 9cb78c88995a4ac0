"""Numbers that people copy are not broken at their hyphens where a line of a mail ends."""

from __future__ import annotations

import re
from collections.abc import Collection

from markupsafe import Markup, escape

# A longer one may be wider than a telephone.
LONGEST = 24
WHOLE = Markup('<span style="white-space:nowrap">{}</span>')


def unbroken(text: str, codes: Collection[str]) -> Markup:
    """The text as HTML, with each of these codes kept on one line."""
    kept = [code for code in codes if "-" in code and len(code) <= LONGEST]
    if not kept:
        return escape(text)
    parts = re.split("|".join(f"({re.escape(code)})" for code in kept), text)
    return Markup("").join(WHOLE.format(part) if part in kept else escape(part) for part in parts if part)
