"""Requests and replies without the people in them: evidence shows what was said, not to whom.

Credentials were taken out before the evidence was stored (`app.services.attempt_evidence`).
"""

from __future__ import annotations

import json
import re

from app.web.console.words import DOTS

PERSONAL = re.compile(
    r"e-?mail|phone|name|street|address|city|postal|zip|province|customer|recipient", re.IGNORECASE
)
EMAIL = re.compile(r"[^\s\"'<>@]+@[^\s\"'<>@]+")
LONGEST = 8000

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def masked_body(body: bytes | str) -> str:
    """JSON in readable lines with every personal value masked; anything else without e-mail addresses."""
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
    try:
        data: Json = json.loads(text, parse_float=str)
    except ValueError:
        return EMAIL.sub(DOTS, text)[:LONGEST]
    return json.dumps(_masked(data, personal=False), ensure_ascii=False, indent=2)[:LONGEST]


def header_lines(headers: dict[str, str]) -> str:
    """One header a line."""
    return "\n".join(f"{name}: {value}" for name, value in headers.items())


def _masked(data: Json, *, personal: bool) -> Json:
    if isinstance(data, dict):
        return {
            key: _masked(value, personal=personal or PERSONAL.search(key) is not None)
            for key, value in data.items()
        }
    if isinstance(data, list):
        return [_masked(value, personal=personal) for value in data]
    if isinstance(data, str):
        return DOTS if personal and data else EMAIL.sub(DOTS, data)
    return DOTS if personal and data is not None and not isinstance(data, bool) else data
