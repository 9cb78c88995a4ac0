"""JSON as Medusa speaks it: amounts are decimal major units, 10.5 for 10.50 USD, and never a float here.

Written from integers and read as decimals. Medusa reckons tax without rounding, so an amount that is
read is rounded to the currency's minor unit.
"""

from __future__ import annotations

import json
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from app.connectors.base import Reply
from app.domain.money import LARGEST_AMOUNT, exponent, major_units

Json = dict[str, Any]


def to_bytes(value: Any) -> bytes:
    """Compact JSON in UTF-8; a Decimal is written digit by digit. Raises UnicodeEncodeError."""
    return _text(value).encode("utf-8")


def read(reply: Reply) -> Json:
    """The body as a JSON object, empty when it is none."""
    try:
        content = json.loads(reply.body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, ArithmeticError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def amount(minor: int, currency: str) -> Decimal:
    """Minor units as Medusa wants them."""
    return major_units(minor, currency)


def minor_of(value: Any, currency: str) -> int | None:
    """A number of Medusa's in minor units, to the nearest one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number) > LARGEST_AMOUNT:
        return None
    minor = number.scaleb(exponent(currency))
    return int(minor.to_integral_value(rounding=ROUND_HALF_EVEN))


def whole(value: Any) -> int:
    """A count; 0 for anything that is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return 0
    return int(value) if value == int(value) else 0


def entries(value: Any) -> list[Json]:
    """The objects of a list; none for anything else."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def inner(value: Json, *names: str) -> Json:
    """The object below these keys, empty when one is missing."""
    for name in names:
        below = value.get(name)
        value = below if isinstance(below, dict) else {}
    return value


def text(value: Any) -> str:
    """A text or a whole number as text; empty for anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, dict):
        return "{" + ",".join(f"{_text(key)}:{_text(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_text(entry) for entry in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
