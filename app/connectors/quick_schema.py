"""A quick yes to a body that fits its JSON Schema: most do, and the full check is slow.

A schema is made into one function, once. It knows the keywords that our own schemas use, as draft 2020-12 has
them; anything else it says no to. A no is no verdict: `body_schema.fault_in` then asks the full validator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

Fits = Callable[[Any], bool]
TYPES: Mapping[str, Fits] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float | Decimal) and not isinstance(value, bool),
}
# What goes with another keyword and is read there.
BESIDE = frozenset({"additionalProperties", "then", "else", "minContains", "maxContains"})


def fitting(schema: Any) -> Fits:
    """The function for this schema, which is an object of JSON or nothing that it knows."""
    if not isinstance(schema, Mapping):
        return _never(schema, {})
    tests = [MAKERS.get(name, _never)(value, schema) for name, value in schema.items() if name not in BESIDE]
    return lambda value: all(test(value) for test in tests)


def _never(_value: Any, _schema: Mapping[str, Any]) -> Fits:
    return lambda _body: False


def _type(name: Any, schema: Mapping[str, Any]) -> Fits:
    return TYPES[name] if isinstance(name, str) and name in TYPES else _never(name, schema)


def _pattern(pattern: str, _schema: Mapping[str, Any]) -> Fits:
    search = re.compile(pattern).search
    return lambda value: not isinstance(value, str) or search(value) is not None


def _among(known: list[Any], _schema: Mapping[str, Any]) -> Fits:
    # 1 equals True here and not in JSON: only texts are compared quickly.
    return lambda value: isinstance(value, str) and value in known


def _const(wanted: Any, _schema: Mapping[str, Any]) -> Fits:
    return lambda value: type(value) is type(wanted) and value == wanted


def _minimum(least: int, _schema: Mapping[str, Any]) -> Fits:
    return lambda value: TYPES["integer"](value) and value >= least


def _maximum(most: int, _schema: Mapping[str, Any]) -> Fits:
    return lambda value: TYPES["integer"](value) and value <= most


def _properties(known: Mapping[str, Any], schema: Mapping[str, Any]) -> Fits:
    tests = {name: fitting(each) for name, each in known.items()}
    open_ended = schema.get("additionalProperties", True)
    if not isinstance(open_ended, bool):
        return _never(known, schema)

    def fits(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        return all(tests[name](each) if name in tests else open_ended for name, each in value.items())

    return fits


def _required(names: list[str], _schema: Mapping[str, Any]) -> Fits:
    return lambda value: isinstance(value, dict) and _has(value, names)


def _items(each: Mapping[str, Any], _schema: Mapping[str, Any]) -> Fits:
    test = fitting(each)
    return lambda value: isinstance(value, list) and all(map(test, value))


def _min_items(least: int, _schema: Mapping[str, Any]) -> Fits:
    return lambda value: isinstance(value, list) and len(value) >= least


def _contains(each: Mapping[str, Any], schema: Mapping[str, Any]) -> Fits:
    names, most = _only_required(each), schema.get("maxContains")
    if names is None or most is None or schema.get("minContains") != 0:
        return _never(each, schema)
    return lambda value: _are_objects(value) and sum(_has(one, names) for one in value) <= most


def _if(condition: Mapping[str, Any], schema: Mapping[str, Any]) -> Fits:
    names = _only_required(condition)
    if names is None or not {"then", "else"} <= set(schema):
        return _never(condition, schema)
    then, otherwise = fitting(schema["then"]), fitting(schema["else"])
    return lambda value: isinstance(value, dict) and (then(value) if _has(value, names) else otherwise(value))


def _only_required(condition: Any) -> list[str] | None:
    """The names of a condition that asks for fields and no more: of those a no is certain, too."""
    asks = isinstance(condition, Mapping) and set(condition) == {"required"}
    return list(condition["required"]) if asks else None


def _has(value: Mapping[str, Any], names: list[str]) -> bool:
    return all(name in value for name in names)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


MAKERS: Mapping[str, Callable[[Any, Mapping[str, Any]], Fits]] = {
    "type": _type,
    "pattern": _pattern,
    "enum": _among,
    "const": _const,
    "minimum": _minimum,
    "maximum": _maximum,
    "properties": _properties,
    "required": _required,
    "items": _items,
    "minItems": _min_items,
    "contains": _contains,
    "if": _if,
}
