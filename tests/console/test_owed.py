"""The list of what shoppers owe, its file, and the act that takes a line off it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Exchange, MovementKind, db, store_scope
from app.services.payment_ledger import note_movement
from tests.console.cases import connect, make_exchange
from tests.console.desk import Desk
from tests.factories import NOW
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop


@pytest.fixture
def reference(app: Flask, shop: Shop) -> str:
    """Placed, and 10.22 is owed."""
    connect(app, shop.store_id)
    made = make_exchange(app, shop.store_id, "AC-7001")
    with app.app_context(), store_scope(shop.store_id):
        exchange = db.session.scalars(select(Exchange).where(Exchange.reference == made)).one()
        exchange.status = "placed"
        note_movement(exchange, MovementKind.OWED, 1022, "due", NOW)
        db.session.commit()
    return made


def test_the_console_lists_it_and_marks_it(desk: Desk, reference: str, html_pages: HtmlPages) -> None:
    page = desk.get("/console/owed").text
    assert "$10.22" in page
    assert_page(page)
    html_pages.add("owed", page)
    assert f'"{reference}","AC-7001","10.22","USD"' in desk.get("/console/owed.csv").text
    path = f"/console/exchanges/{reference}"
    shown = desk.get(path).text
    assert "$10.22 was collected" in shown
    assert_page(shown)
    html_pages.add("owed-exchange", shown)
    assert desk.send(path, {}, to=f"{path}/collected").status_code == 422
    for _ in range(2):
        told = desk.send(path, {"collected-reason": "cash at the counter"}, to=f"{path}/collected")
        assert told.status_code == 303
    assert "Nothing is owed." in desk.get("/console/owed").text
    assert "cash at the counter" in desk.get(path).text
