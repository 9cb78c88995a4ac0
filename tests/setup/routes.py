"""Werkzeug writes and compiles two small functions for each route of an application; here once a route.

Nearly every test makes an application of its own, and nine tenths of making one went into that. What is
compiled depends on the route's text alone, so tests share it. An application of users makes it once anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


def pytest_configure(config: pytest.Config) -> None:
    """Before the first application is made."""
    if not hasattr(Rule._compile_builder, "shared"):
        shared = _shared(Rule._compile_builder)
        shared.shared = True  # type: ignore[attr-defined]
        Rule._compile_builder = shared  # type: ignore[assignment, method-assign]


def _shared(compile_builder: Callable[[Rule, bool], Builder]) -> Callable[[Rule, bool], Builder]:
    known: dict[Any, Builder] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Builder:
        if rule.defaults:  # these are written into the function
            return compile_builder(rule, append_unknown)
        key = (*rule._trace, append_unknown)
        if key not in known:
            known[key] = compile_builder(rule, append_unknown)
        return known[key]

    return compile_once
