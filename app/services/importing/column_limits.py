"""Whether texts fit their columns, found out before a database refuses a whole batch for one."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import String, Table


def too_long(table: Table, values: dict[str, Any]) -> str | None:
    """A plain sentence about the first text that is too long, None when all fit."""
    for name, limit in _limits(table).items():
        text = values.get(name)
        if text is not None and len(text) > limit:
            return f"{name.replace('_', ' ')} is longer than {limit:,} characters"
    return None


@cache
def _limits(table: Table) -> dict[str, int]:
    return {
        column.name: column.type.length
        for column in table.columns
        if isinstance(column.type, String) and column.type.length
    }
