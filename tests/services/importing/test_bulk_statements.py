"""Statements below the ORM's guard carry the store themselves."""

from __future__ import annotations

import pytest

from app.models import store_scope
from app.services.importing.bulk_statements import LINE_ITEMS, ORDERS, delete_rows, update_rows
from tests.factories import make_store
from tests.services.importing import stored
from tests.services.importing.files import order_rows
from tests.services.importing.loading import OrderLoader


@pytest.mark.parametrize("stranger", [True, False])
def test_rows_of_another_store_cannot_be_reached(load_orders: OrderLoader, acme: int, stranger: bool) -> None:
    load_orders(order_rows({}, {}))
    order = stored.orders()["AP1001"]
    store_id = make_store("kaze") if stranger else acme
    with store_scope(store_id):
        update_rows(ORDERS, store_id, [{"id": order.id, "email": "changed@example.com"}])
        delete_rows(LINE_ITEMS, store_id, [order.lines[0].id])
    found = stored.orders()["AP1001"]
    assert found.email == ("ada@example.com" if stranger else "changed@example.com")
    assert len(found.lines) == (2 if stranger else 1)
