"""Reading JSON the way a careful receiver does.

What is here: one reader that refuses what Python's own lets through: repeated keys, NaN and Infinity, text
that is not UTF-8, numbers thousands of digits long and towers of brackets. What is not: any opinion on the
content.
"""

import json
from collections.abc import Callable
from typing import NoReturn

DEEPEST_NESTING = 32


class NotJsonError(Exception):
    """The bytes are not one sound JSON value; the message says why in plain words."""


def read_json(body: bytes, *, fractions: Callable[[str], object] | None = None) -> object:
    """The value in the bytes. `fractions` reads numbers with a point, for those who count money in them.

    Raises:
        NotJsonError: for anything that is not one well-formed JSON value in UTF-8.
    """
    try:
        value: object = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_constant,
            parse_float=fractions,
        )
    except UnicodeDecodeError as error:
        raise NotJsonError("The body is not UTF-8.") from error
    except RecursionError as error:
        raise NotJsonError("The body is nested too deeply.") from error
    except ValueError as error:
        raise NotJsonError(f"The body is not JSON: {error}.") from error
    if _is_deeper_than(value, DEEPEST_NESTING):
        raise NotJsonError("The body is nested too deeply.")
    return value


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Two readers may pick different ones of two equal keys, so neither is picked."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotJsonError("The body names a key twice.")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise NotJsonError(f"The body is not JSON: {name} is not a number.")


def _is_deeper_than(value: object, limit: int) -> bool:
    """Level by level rather than by recursion, so that the depth itself can do no harm."""
    level = [value]
    for _ in range(limit):
        level = [inner for outer in level for inner in _children(outer)]
        if not level:
            return False
    return True


def _children(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
