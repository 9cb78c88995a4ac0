"""What was read once and holds until the transaction ends, so that it is not read for every message anew.

Nothing here is true for longer than one transaction: a commit, a rollback or a savepoint forgets it.
"""

from __future__ import annotations

from typing import Any

from app.models.base import db

KEPT = "remembered"


def remembered(what: str) -> dict[Any, Any]:
    """A dictionary of this name for the session's present transaction; empty at its start."""
    session = db.session()
    outer, inner = session.get_transaction(), session.get_nested_transaction()
    if outer is None:
        return {}
    kept: tuple[Any, Any, dict[str, dict[Any, Any]]] | None = session.info.get(KEPT)
    if kept is None or kept[0] is not outer or kept[1] is not inner:
        kept = session.info[KEPT] = (outer, inner, {})
    return kept[2].setdefault(what, {})


def forget(what: str) -> None:
    """Read it anew from here on: this transaction has changed it."""
    remembered(what).clear()
