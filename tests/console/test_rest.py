"""An exchange that was placed in part, on its page: the rest is sent, or given back, with a reason."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.flags import FlagKind
from app.models import Dispatch, DispatchState, Exchange, LineItem, Purpose, db, store_scope
from tests.console.cases import connect, flag, make_exchange
from tests.console.desk import Desk
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

WORDS = "Placed, but only a part of it: placed are A as ord_1; not placed are B: The platform answered 422."


@pytest.fixture
def reference(app: Flask, shop: Shop) -> str:
    """Placed, but for its one parka."""
    connect(app, shop.store_id)
    made = make_exchange(app, shop.store_id, "AC-7101")
    with app.app_context(), store_scope(shop.store_id):
        exchange = db.session.scalars(select(Exchange).where(Exchange.reference == made)).one()
        exchange.status = "placed"
        placing = placing_of(exchange.id)
        placing.state = DispatchState.DELIVERED
        placing.result = {"order": "ord_1", "part": {"units": [0], "difference": 0}}
        db.session.commit()
    flag(app, shop.store_id, made, WORDS, FlagKind.PLACED)
    return made


def placing_of(exchange_id: int) -> Dispatch:
    placing = select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.PLACE)
    return db.session.scalars(placing).one()


def test_the_rest_is_given_back(
    app: Flask, shop: Shop, desk: Desk, reference: str, html_pages: HtmlPages
) -> None:
    path = f"/console/exchanges/{reference}"
    page = desk.get(path).text
    assert "What was not placed" in page
    assert_page(page)
    html_pages.add("rest", page)
    assert desk.send(path, {}, to=f"{path}/rest/give-back").status_code == 422
    for _ in range(2):
        told = desk.send(path, {"keep-rest-reason": "Out of print"}, to=f"{path}/rest/give-back")
        assert told.status_code == 303
    after = desk.get(path).text
    assert "What was not placed" not in after
    assert "1 × Ridge Parka. The shop could not send what you chose for it." in after
    assert "Out of print" in after
    assert desk.send(path, {"send-rest-reason": "so"}, to=f"{path}/rest/send").status_code == 409
    with app.app_context(), store_scope(shop.store_id):
        assert sum(db.session.scalars(select(LineItem.committed))) == 0


def test_the_rest_is_sent(app: Flask, shop: Shop, desk: Desk, reference: str) -> None:
    path = f"/console/exchanges/{reference}"
    assert desk.send(path, {"send-rest-reason": ""}, to=f"{path}/rest/send").status_code == 422
    for _ in range(2):
        told = desk.send(path, {"send-rest-reason": "It is back"}, to=f"{path}/rest/send")
        assert told.status_code == 303
    page = desk.get(path).text
    assert "The shop's system is being asked for the rest." in page
    assert_page(page)
    with app.app_context(), store_scope(shop.store_id):
        exchange = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
        assert placing_of(exchange.id).state == DispatchState.WAITING
        assert exchange.attention is None
