"""Holding a body against a JSON Schema before it is sent, and saying what is wrong in words.

The schemas themselves stand with their connectors. A refusal names the field and why, for an agent to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from app.connectors.quick_schema import fitting

MOST_FAULTS_NAMED = 3

FILLED = {"type": "string", "pattern": r"\S"}
ANY_TEXT = {"type": "string"}
# Whole numbers past 2⁵³ do not survive every JSON reader (RFC 8259, section 6).
AMOUNT = {"type": "integer", "minimum": 0, "maximum": 2**53 - 1}


def record(required: Mapping[str, Any], optional: Mapping[str, Any]) -> dict[str, Any]:
    """An object with these keys and no others."""
    return {
        "type": "object",
        "properties": {**required, **optional},
        "required": list(required),
        "additionalProperties": False,
    }


class BodySchema:
    """A schema, made ready once to hold many bodies against."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self.full = Draft202012Validator(schema)
        self.fits = fitting(schema)


def fault_in(schema: BodySchema, body: Mapping[str, Any], system: str) -> str:
    """What keeps this body from being sent to `system`, in words; empty when nothing does."""
    if schema.fits(body):
        return ""
    faults = sorted(schema.full.iter_errors(body), key=lambda fault: fault.json_path)
    return _sentence([_words(fault, system) for fault in faults])


def _sentence(faults: Iterable[str]) -> str:
    distinct = list(dict.fromkeys(faults))
    more = len(distinct) - MOST_FAULTS_NAMED
    return "; ".join(distinct[:MOST_FAULTS_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _words(fault: ValidationError, system: str) -> str:
    where = _where(fault.absolute_path)
    limit: Any = fault.validator_value
    found: Any = fault.instance
    match fault.validator:
        case "required":
            return f"{where} lacks {', '.join(sorted(set(limit) - set(found)))}"
        case "pattern" if not str(found).strip():
            return f"{where} is empty"
        case "minItems":
            return f"{where} has no line"
        case "maxContains":
            return f"{where} has more than one gift card line"
        case "maximum" | "const":
            return f"{where} is {found}, more than {limit}"
        case "minimum":
            return f"{where} is {found}, less than {limit}"
        case "additionalProperties":
            return f"{where} has a field that {system} does not know"
    return f"{where} has the wrong form"


def _where(path: Iterable[str | int]) -> str:
    """items[0].sku reads as "items 1, sku"."""
    words: list[str] = []
    for part in path:
        if isinstance(part, int) and words:
            words[-1] += f" {part + 1}"
        else:
            words.append(str(part))
    return ", ".join(words) or "the exchange order"
