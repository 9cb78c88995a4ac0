"""What the card payments take: the bodies of their interface, and the smallest amount that can be paid.

What is here: fields and their types. What is not: keys, pages and answers (`payments.py`).
"""

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

from app.sandbox.checks import Check, Problem, record, text, text_like, whole_number
from app.sandbox.currencies import KNOWN_CURRENCIES
from app.sandbox.loopback import is_loopback

_WHOLE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
SMALLEST = 50


def decimals(currency: str) -> int:
    """How many decimals people write in this currency."""
    if currency in _WHOLE.split():
        return 0
    return 3 if currency in _THOUSANDTHS.split() else 2


def smallest(currency: str) -> int:
    """The least that can be paid, in minor units: half of one, or 50 where there are no decimals."""
    return SMALLEST * 10 if decimals(currency) == 3 else SMALLEST


def an_address() -> Check:
    """An http or https address."""
    return text_like(r"https?://[^\s/]+(/[^\s]*)?")


def nothing_or(check: Check) -> Check:
    """Null, or what `check` takes."""

    def checked(value: object, where: str) -> Iterator[Problem]:
        if value is not None:
            yield from check(value, where)

    return checked


PAGE: Check = record(
    required={
        "amount": whole_number(1),
        "currency": text_like(r"[A-Z]{3}"),
        "store": text(),
        "reference": text(),
        "order": text(),
        "description": text(),
        "statement": text_like(r"[\x20-\x7e]{0,22}"),
        "return_url": an_address(),
        "back_url": an_address(),
        "expires_at": text(),
    },
    optional={
        "email": nothing_or(text()),
        "webhook_url": nothing_or(an_address()),
        "tries": nothing_or(whole_number(1, 100)),
    },
)
MOVE: Check = record(required={"amount": whole_number(1), "currency": text_like(r"[A-Z]{3}")}, optional={})


def problems_in_page(body: object) -> Iterator[Problem]:
    """Everything wrong with the opening of a page."""
    problems = list(PAGE(body, ""))
    yield from problems
    if problems or not isinstance(body, dict):
        return
    if body["currency"] not in KNOWN_CURRENCIES:
        yield Problem("currency", "invalid")
    elif body["amount"] < smallest(body["currency"]):
        yield Problem("amount", "too_small")
    if moment(body["expires_at"]) is None:
        yield Problem("expires_at", "invalid")
    if not is_loopback(urlsplit(body.get("webhook_url") or "http://localhost").hostname or ""):
        yield Problem("webhook_url", "not_loopback")


def moment(written: str) -> datetime | None:
    """A time with its zone, None for anything else."""
    try:
        read = datetime.fromisoformat(written)
    except ValueError:
        return None
    return read if read.tzinfo else None
