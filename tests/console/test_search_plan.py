"""How SQLite goes about a search: from the words to the orders, whatever else the store has sold."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.domain.search_words import asked
from app.models import db, store_scope
from app.queries import search
from app.queries.search import found_orders
from tests.factories import Bought, make_order
from tests.web.conftest import Shop


@pytest.mark.parametrize("typed", ["ada", "ada moss", "ac-1001", "ada@example.com"])
def test_the_index_leads_to_the_orders_and_none_is_looked_at_besides(
    app: Flask, shop: Shop, typed: str
) -> None:
    said: list[tuple[str, Any]] = []
    with app.app_context(), store_scope(shop.store_id):

        @event.listens_for(db.engine, "before_cursor_execute")
        def _note(_c: object, _cur: object, statement: str, values: Any, _ctx: object, _many: bool) -> None:
            said.append((statement, values))

        assert found_orders(asked(typed)).orders
        asked_for = [entry for entry in said if "search_key" in entry[0]]
        with db.engine.connect() as connection:
            plans = [
                [
                    str(row[-1])
                    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                ]
                for statement, values in asked_for
            ]
    assert any("SEARCH orders USING INTEGER PRIMARY KEY (rowid=?)" in steps for steps in plans)
    steps = [step for plan in plans for step in plan]
    assert not [step for step in steps if step.startswith(("SCAN orders", "SCAN search_key"))]
    reads = [step for step in steps if " search_key " in step]
    assert reads
    of_a_word, of_an_order = (f"({column}=? AND key>? AND key<?)" for column in ("store_id", "order_id"))
    assert all(step.endswith((of_a_word, of_an_order)) for step in reads), reads
    assert any(step.endswith(of_an_order) for step in reads) is (typed == "ada moss")


def test_a_word_of_very_many_orders_costs_no_more(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The greatest keys are looked at, and a rare word beside a common one finds its order in any case."""
    for limit in ("MOST_OF_ONE", "MOST_OF_SEVERAL"):
        monkeypatch.setattr(search, limit, 20)
    with app.app_context(), store_scope(shop.store_id):
        for place in range(40):
            email = "rare@example.com" if place == 3 else "many@example.com"
            make_order(shop.store_id, Bought(), number=f"ZZ-{100 + place}", email=email)
        common = [order.number for order in found_orders(asked("zz")).orders]
        assert sorted(common) == [f"ZZ-{100 + place}" for place in range(20, 40)]
        for typed in ("zz rare", "rare zz", "rare@example.com zz-103"):
            assert [order.number for order in found_orders(asked(typed)).orders] == ["ZZ-103"], typed
        db.session.remove()
