"""What became of the goods, said on the exchange page: shipped under a number, come back, or not so."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.models import Exchange, db, store_scope
from tests.console.desk import Desk
from tests.console.loopback import peer, settings
from tests.console.test_taking_back import placed
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

__all__ = ["peer", "placed", "settings"]


def row(app: Flask, shop: Shop) -> Exchange:
    with app.app_context(), store_scope(shop.store_id):
        found = db.session.scalars(select(Exchange)).one()
        db.session.remove()
        return found


def test_shipped_under_a_number_that_can_be_told_later(
    app: Flask, shop: Shop, desk: Desk, placed: str
) -> None:
    assert desk.send(placed, {"tracking": "9" * 101}, to=f"{placed}/shipped").status_code == 422
    wrong = desk.send(placed, {"carrier": "U" * 61}, to=f"{placed}/shipped")
    assert (wrong.status_code, "At most 60 characters." in wrong.text) == (422, True)
    assert row(app, shop).status == "placed"
    for number, carrier in (("", ""), ("1Z 999", " Blue  Van "), ("", "")):
        fields = {"tracking": number, "carrier": carrier}
        assert desk.send(placed, fields, to=f"{placed}/shipped").status_code == 303
    found = row(app, shop)
    assert (found.status, found.tracking_number, found.carrier) == ("shipped", "1Z 999", "Blue Van")
    page = desk.get(placed).text
    assert_page(page)
    for shown in ("Now 1Z 999", "Now Blue Van"):
        assert shown in page


def test_the_return_came_back(app: Flask, shop: Shop, desk: Desk, placed: str) -> None:
    for what in ("in_transit", "received"):
        for _ in range(2):
            assert desk.send(placed, {"what": what}, to=f"{placed}/mark").status_code == 303
    assert row(app, shop).parcel_received_at
    assert "What comes back" not in desk.get(placed).text


def test_something_else_came_back(
    app: Flask, shop: Shop, desk: Desk, placed: str, html_pages: HtmlPages
) -> None:
    missing = desk.send(placed, {}, to=f"{placed}/unexpected")
    assert (missing.status_code, "Say what is different." in missing.text) == (422, True)
    fields = {"unexpected": "one glove"}
    assert desk.send(placed, fields, to=f"{placed}/unexpected").status_code == 303
    assert desk.send(placed, {"what": "received"}, to=f"{placed}/mark").status_code == 409
    page = desk.get(placed).text
    assert_page(page)
    html_pages.add("a wrong return", page)
    for shown in ("not what was expected: one glove", "Take it as it came", "Settled otherwise"):
        assert shown in page
    assert row(app, shop).parcel_received_at is None


@pytest.mark.parametrize("what", ["", "shipped", "eaten"])
def test_what_is_no_mark_is_refused(desk: Desk, placed: str, what: str) -> None:
    assert desk.send(placed, {"what": what}, to=f"{placed}/mark").status_code == 422
