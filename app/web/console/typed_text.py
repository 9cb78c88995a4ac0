"""Reading what was typed into an act's text field, and saying what is wrong with it."""

from __future__ import annotations

from flask import request


def typed_text(name: str) -> str:
    """What was typed, without needless spaces."""
    return " ".join(request.form.get(name, "").split())


def wrong_text(name: str, text: str, missing: str, longest: int) -> list[tuple[str, str]]:
    """The field and the sentence to show at it; empty when all is well."""
    if not text:
        return [(name, missing)]
    return [(name, f"At most {longest} characters.")] if len(text) > longest else []


def typed_count(name: str) -> int | None:
    """A number that the page wrote into its form; None where there is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
