"""JSON whose numbers stay exact: decimals are written and read as `Decimal`, never as binary floats.

For the platforms that take amounts in major units. Keys keep their order, so that the same body gives the
same bytes. Converting amounts is each connector's own business.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

# A number of thousands of digits is no amount, and costs to read.
LONGEST_NUMBER = 100


def to_bytes(body: Mapping[str, Any]) -> bytes:
    """Compact JSON in UTF-8. Raises UnicodeEncodeError for half a surrogate pair, TypeError for a float."""
    return _text(body).encode("utf-8")


def read_exact(content: bytes) -> Any:
    """The value in the bytes, None where they are no JSON. Infinity and NaN are none."""
    try:
        return json.loads(content, parse_float=_decimal, parse_int=_integer, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def plain_number(value: Decimal) -> str:
    """Without exponent and without zeros that say nothing: 10.50 is 10.5, 20.00 is 20."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain_number(value)
    if isinstance(value, float):
        raise TypeError("a float is not exact")
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{_text(str(key))}:{_text(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(_text(inner) for inner in value) + "]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _decimal(digits: str) -> Decimal:
    """Raises ValueError for more digits, or a larger exponent, than any amount has."""
    value = Decimal(digits) if len(digits) <= LONGEST_NUMBER else Decimal("NaN")
    if not value.is_finite() or abs(value.adjusted()) > LONGEST_NUMBER:
        raise ValueError(digits[:LONGEST_NUMBER])
    return value


def _integer(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(digits[:LONGEST_NUMBER])
    return int(digits)


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
