"""Single cells read strictly: amounts, numbers, dates, yes and no.

Anything doubtful is refused with the column, what stands there, and what would be right; nothing is
guessed, because a guessed amount is somebody's money.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.facts import StoreFacts
from app.domain.money import NotAnAmount, UnknownCurrency, exponent, minor_units
from app.services.importing.csv_reading import Row
from app.services.importing.report import Refused

LARGEST_AMOUNT = 10**13  # minor units; times LARGEST_QUANTITY it still fits 64 bits
LARGEST_QUANTITY = 10**5
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)
_WHOLE = re.compile(r"-?[0-9]{1,12}", re.ASCII)
_ROUNDED_BY_SPREADSHEET = re.compile(r"[0-9]+([.,][0-9]+)?E\+?[0-9]+", re.IGNORECASE | re.ASCII)
_YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Reading:
    """How a file of this store is read. `shift` moves every date, to try old files."""

    store: StoreFacts
    now: datetime
    shift: timedelta = timedelta()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.store.time_zone)


def amount(row: Row, column: str, currency: str) -> int | None:
    """Minor units of "129.00", None for an empty cell. Raises Refused, also below zero.

    Commas are refused: "1,290" is a thousand here and one there.
    """
    text = row[column]
    if not text:
        return None
    try:
        if not _AMOUNT.fullmatch(text):
            raise NotAnAmount(text)
        minor = minor_units(text, currency)
    except NotAnAmount:
        raise Refused(f"{column} is “{_short(text)}”, not an amount in {currency}", row.line) from None
    if minor < 0:
        raise Refused(f"{column} is {text}, below zero", row.line)
    if minor > LARGEST_AMOUNT:
        raise Refused(f"{column} is {_short(text)}, more than can be right", row.line)
    return minor


def quantity(row: Row, column: str) -> int:
    """A number of units, 1 or more. Raises Refused."""
    text = row[column]
    if not _WHOLE.fullmatch(text) or not 1 <= int(text) <= LARGEST_QUANTITY:
        found = f"“{_short(text)}”" if text else "empty"
        raise Refused(f"{column} is {found}; it must be a whole number from 1 to 100,000", row.line)
    return int(text)


def whole_number(row: Row, column: str) -> int | None:
    """A whole number, negative ones too, None for an empty cell. Raises Refused."""
    text = row[column]
    if not text:
        return None
    if not _WHOLE.fullmatch(text):
        raise Refused(f"{column} is “{_short(text)}”, not a whole number", row.line)
    return int(text)


def moment(row: Row, column: str, reading: Reading) -> datetime | None:
    """A date with time such as "2026-10-06 09:30:00 -0500", as UTC; None for an empty cell.

    Without an offset it is the store's own clock. Raises Refused.
    """
    text = row[column]
    if not text:
        return None
    try:
        found = datetime.fromisoformat(_without_space_before_offset(text))
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        expected = "a date such as 2026-10-06 09:30:00 -0500"
        raise Refused(f"{column} is “{_short(text)}”, not {expected}", row.line)
    if found.tzinfo is None:
        found = found.replace(tzinfo=reading.zone)
    return found.astimezone(UTC) + reading.shift


def _without_space_before_offset(text: str) -> str:
    """Shopify writes "… 09:30:00 -0500" and, in older exports, "… 09:30:00 UTC"."""
    if text.endswith(" UTC"):
        return text.removesuffix(" UTC") + "+00:00"
    return text[:-6] + text[-5:] if text[-6:-4] in (" +", " -") else text


def currency(row: Row, column: str) -> str:
    """An ISO 4217 code. Raises Refused."""
    code = row[column].upper()
    try:
        exponent(code)
    except UnknownCurrency:
        found = f"“{_short(code)}”" if code else "empty"
        raise Refused(f"{column} is {found}, not a currency such as USD", row.line) from None
    return code


def identifier(row: Row, column: str) -> str:
    """A platform's number for something. Raises Refused where a spreadsheet rounded it away."""
    text = unquoted(row[column])
    if _ROUNDED_BY_SPREADSHEET.fullmatch(text):
        raise Refused(f"{column} is {_short(text)}: a spreadsheet has shortened it; export again", row.line)
    return text


def yes(text: str) -> bool:
    return text.casefold() in ("true", "yes", "1")


def no(text: str) -> bool:
    return text.casefold() in ("false", "no", "0")


def unquoted(text: str) -> str:
    """Without the sign that keeps spreadsheets from eating leading zeros: '04101 is 04101."""
    return text.removeprefix("'").strip()


def words(text: str) -> tuple[str, ...]:
    """The parts of "men, sale"; each once, in their order."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def web_address(text: str) -> str | None:
    """A picture's address, None for anything that a browser should not be sent to."""
    return text if text.startswith(("https://", "http://")) else None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
