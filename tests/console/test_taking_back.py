"""An agent cancels what was placed: asked of the shop's system where it can, else said to be done by hand."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Dispatch, Exchange, Purpose, db, store_scope
from tests.console.cases import connect, make_exchange, send
from tests.console.desk import Desk
from tests.console.loopback import peer, settings
from tests.faults.peer import Peer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

__all__ = ["peer", "settings"]


TITLE = "Cancel what was placed"


@pytest.fixture
def placed(app: Flask, shop: Shop, peer: Peer, desk: Desk) -> str:
    """The page of an exchange that Optoro has placed."""
    connect(app, shop.store_id, peer.url)
    reference = make_exchange(app, shop.store_id, "AC-6101")
    send(app)
    assert exchange(app, shop).status == "placed"
    return f"/console/exchanges/{reference}"


def exchange(app: Flask, shop: Shop) -> Exchange:
    with app.app_context(), store_scope(shop.store_id):
        row = db.session.scalars(select(Exchange)).one()
        db.session.remove()
        return row


def test_where_nothing_is_taken_back_somebody_says_that_it_is_done(
    app: Flask, shop: Shop, desk: Desk, placed: str, html_pages: HtmlPages
) -> None:
    page = desk.get(placed).text
    assert_page(page)
    html_pages.add("taking back by hand", page)
    assert TITLE in page
    assert "cancel the order there first" in page
    empty = desk.send(placed, {"take-back-reason": " "}, to=f"{placed}/take-back")
    assert (empty.status_code, "Say why, for your colleagues." in empty.text) == (422, True)
    for _ in range(2):
        said = {"take-back-reason": "wrong address"}
        assert desk.send(placed, said, to=f"{placed}/take-back").status_code == 303
    row = exchange(app, shop)
    assert (row.status, row.decided_by, row.decision_reason) == ("cancelled", "agent:1", "wrong address")
    assert TITLE not in desk.get(placed).text


def test_where_it_can_be_taken_back_the_shops_system_is_asked(
    app: Flask, shop: Shop, desk: Desk, placed: str, html_pages: HtmlPages
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        db.session.scalars(select(Dispatch).where(Dispatch.purpose == Purpose.PLACE)).one().system = "medusa"
        db.session.commit()
        db.session.remove()
    assert "is asked to take it back" in desk.get(placed).text
    for _ in range(2):
        said = {"take-back-reason": "wrong address"}
        assert desk.send(placed, said, to=f"{placed}/take-back").status_code == 303
    page = desk.get(placed).text
    assert_page(page)
    html_pages.add("being taken back", page)
    assert "Until it says yes the exchange stays placed." in page
    assert exchange(app, shop).status == "placed"
    with app.app_context(), store_scope(shop.store_id):
        asked = db.session.scalars(select(Dispatch).where(Dispatch.purpose == Purpose.CANCEL)).all()
        assert [(row.system, row.state) for row in asked] == [("medusa", "waiting")]


def test_what_was_shipped_is_refused_with_its_reason(app: Flask, shop: Shop, desk: Desk, placed: str) -> None:
    assert desk.send(placed, {}, to=f"{placed}/shipped").status_code == 303
    assert TITLE not in desk.get(placed).text
    late = desk.send(placed, {"take-back-reason": "wrong address"}, to=f"{placed}/take-back")
    assert (late.status_code, "is shipped." in late.text) == (409, True)
