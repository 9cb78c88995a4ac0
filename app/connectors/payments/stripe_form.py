"""Parameters as Stripe takes them: form fields whose names say where in a structure they stand.

`{"a": {"b": 1}}` is `a[b]=1`, a list counts from 0, yes and no are `true` and `false`. Source: Stripe's own
client, whose bytes ours are compared with in the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode


def to_body(parameters: Mapping[str, Any]) -> bytes:
    """The fields of a form, in their order."""
    return "&".join(f"{name}={quote_plus(value)}" for name, value in _fields(parameters)).encode("ascii")


def to_query(parameters: Mapping[str, Any]) -> str:
    """The same as a query, whose brackets are escaped."""
    return urlencode(list(_fields(parameters)))


def _fields(parameters: Mapping[str, Any], inside: str = "") -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        yield from _field(f"{inside}[{name}]" if inside else name, value)


def _field(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        yield from _fields(value, name)
    elif isinstance(value, (list, tuple)):
        for place, entry in enumerate(value):
            yield from _field(f"{name}[{place}]", entry)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    else:
        yield name, str(value)
