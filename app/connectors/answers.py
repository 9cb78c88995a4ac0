"""What strangers answer, made fit to keep: JSON or nothing, texts of one line, numbers that can be shown.

What an answer means is each connector's own file.
"""

from __future__ import annotations

from typing import Any

from app.connectors.base import Reply
from app.connectors.exact_json import read_exact

LONGEST_NUMBER = 255
LONGEST_SENTENCE = 400
LARGEST_AMOUNT = 2**53 - 1


def content_of(reply: Reply) -> Any:
    """The body as JSON, None where it is none; decimals are `Decimal`."""
    return read_exact(reply.body)


def order_number(value: Any) -> str:
    """The number as text; empty when it is nothing that can be shown and stored.

    Some shops number their orders and send the number as one, which leaves no doubt what is meant.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        value = str(value) if value <= LARGEST_AMOUNT else ""
    if not isinstance(value, str):
        return ""
    number = value.strip()
    fits = 0 < len(number) <= LONGEST_NUMBER and number.isprintable()
    return number if fits else ""


def one_line(text: str) -> str:
    """What a stranger wrote, fit for a log, a database and a page."""
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(shown.split())


def explained(reply: Reply, said: str) -> str:
    """A refusal in words: the status, and what the platform says of it where the status says too little."""
    if 300 <= reply.status < 400:
        said = "it has moved to another address; correct the connector's url"
    elif reply.status in (401, 403):
        said = "our credential was not accepted"
    words = f"The platform answered {reply.status}" + (f": {said}" if said else "")
    return one_line(words)[:LONGEST_SENTENCE]
