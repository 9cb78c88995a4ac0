"""How SQLite goes about a search: from the words to the orders, whatever else the store has sold."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.domain.search_words import asked
from app.models import db, store_scope
from app.queries.search import found_orders
from tests.web.conftest import Shop


@pytest.mark.parametrize("typed", ["ada", "ada moss", "ac 1001", "ada@example.com"])
def test_the_index_leads_to_the_orders_and_none_is_looked_at_besides(
    app: Flask, shop: Shop, typed: str
) -> None:
    said: list[tuple[str, tuple[object, ...]]] = []
    with app.app_context(), store_scope(shop.store_id):

        @event.listens_for(db.engine, "before_cursor_execute")
        def _note(_c: object, _cur: object, statement: str, values: Any, _ctx: object, _many: bool) -> None:
            said.append((statement, values))

        assert found_orders(asked(typed))
        statement, values = next(entry for entry in said if "search_key" in entry[0])
        with db.engine.connect() as connection:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    steps = [str(row[-1]) for row in plan]
    assert "SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)" in steps
    assert not [step for step in steps if step in ("SCAN orders", "SCAN search_key")]
    reads = [step for step in steps if " search_key " in step]
    assert reads
    assert all("(store_id=? AND key>? AND key<?)" in step for step in reads), reads
