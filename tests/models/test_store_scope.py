"""No statement on rows of a store runs without its store: it is narrowed, or refused where that cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Executable, event, exists, func, select, union_all, update

from app.models import Dispatch, Exchange, ReturnItem, UnscopedQuery, db, store_scope

WAITS = Exchange.status == "in_review"
NARROWED: dict[str, Executable] = {
    "rows": select(Exchange),
    "a count": select(func.count(Exchange.id)).where(WAITS),
    "a sum": select(func.sum(ReturnItem.quantity)),
    "a filtered count": select(func.count(Exchange.id).filter(WAITS)).select_from(Exchange),
    "an update": update(Exchange).where(WAITS).values(status="draft"),
}
OUT_OF_REACH: dict[str, Executable] = {
    "a count of nothing": select(func.count()).where(WAITS),
    "a filtered count of nowhere": select(func.count(Exchange.id).filter(WAITS)),
    "a bare exists": select(exists().where(WAITS)),
    "a subquery": select(select(Exchange.id).subquery()),
    "a union": union_all(select(Exchange.id), select(Dispatch.id)),
}


@pytest.fixture
def said(app: Flask) -> list[str]:
    """What reaches the database."""
    statements: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    return statements


def run(app: Flask, statement: Executable, **options: Any) -> None:
    with app.app_context(), store_scope(7):
        db.session.execute(statement, execution_options=options)
        db.session.rollback()


@pytest.mark.parametrize("name", NARROWED)
def test_it_is_narrowed_to_the_store(app: Flask, said: list[str], name: str) -> None:
    run(app, NARROWED[name])
    assert any("store_id = " in statement for statement in said)


@pytest.mark.parametrize("name", OUT_OF_REACH)
def test_what_cannot_be_narrowed_is_refused(app: Flask, said: list[str], name: str) -> None:
    with pytest.raises(UnscopedQuery):
        run(app, OUT_OF_REACH[name])
    assert not any("exchange" in statement for statement in said)
    run(app, OUT_OF_REACH[name], all_stores=True)


@pytest.mark.parametrize("name", NARROWED)
def test_without_a_store_nothing_is_read(app: Flask, name: str) -> None:
    with app.app_context(), pytest.raises(UnscopedQuery):
        db.session.execute(NARROWED[name])
