"""The queue: of one kind, one's own, page by page, with few queries; and finding from every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.flags import FlagKind
from app.models import Order, Role, db, store_scope
from app.queries import console_queue
from tests.console.cases import connect, flag, make_desk_draft, make_exchange
from tests.console.desk import Desk
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop
from tests.web.counting import queries

MOST_QUERIES = 10


@pytest.fixture
def waiting(app: Flask, shop: Shop) -> dict[str, str]:
    """One to decide and one whose mail did not go out: their references."""
    connect(app, shop.store_id)
    judged = make_exchange(app, shop.store_id, "AC-2001", review=True)
    flagged = make_exchange(app, shop.store_id, "AC-2002")
    flag(app, shop.store_id, flagged, "The mail did not go out.", FlagKind.MAIL)
    return {"decide": judged, "mail": flagged}


@pytest.mark.parametrize("kind", ["decide", "mail", "exceptions"])
def test_one_kind_alone(
    app: Flask, shop: Shop, desk: Desk, waiting: dict[str, str], kind: str, html_pages: HtmlPages
) -> None:
    make_desk_draft(app, shop.store_id, "AC-4101")
    page = desk.get(f"/console/?kind={kind}").text
    assert_page(page)
    html_pages.add(f"queue of {kind}", page)
    assert [name for name, reference in waiting.items() if reference in page] == [
        name for name in waiting if name == kind
    ]
    assert ("AC-4101" in page) is (kind == "exceptions")
    assert all(reference in desk.get("/console/?kind=nonsense").text for reference in waiting.values())


def test_what_is_mine_until_the_claim_lapses(
    app: Flask, shop: Shop, desk: Desk, new_desk: Callable[..., Desk], waiting: dict[str, str]
) -> None:
    path = f"/console/exchanges/{waiting['mail']}"
    assert "Nothing waits here." in desk.get("/console/?mine=1").text
    assert desk.send(path, {}, to=f"{path}/claim").status_code == 303
    page = desk.get("/console/?mine=1").text
    assert waiting["mail"] in page
    assert waiting["decide"] not in page
    assert waiting["mail"] not in new_desk("bo@acme.example").get("/console/?mine=1").text


def test_page_by_page(
    app: Flask, shop: Shop, desk: Desk, waiting: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console_queue, "PAGE", 1)
    first, second, third = (desk.get(f"/console/?page={page}").text for page in (1, 2, 3))
    assert [reference in first for reference in waiting.values()] == [True, False]
    assert [reference in second for reference in waiting.values()] == [False, True]
    assert "Nothing waits here." in third
    links = [(text.count('rel="prev"'), text.count('rel="next"')) for text in (first, second, third)]
    assert links == [(0, 1), (1, 0), (1, 0)]
    for nonsense in ("0", "-1", "x", "9" * 40, "²"):
        assert waiting["decide"] in desk.get(f"/console/?page={nonsense}").text


def test_somebody_looks_at_an_exception(
    app: Flask, shop: Shop, desk: Desk, new_desk: Callable[..., Desk], waiting: dict[str, str]
) -> None:
    draft = make_desk_draft(app, shop.store_id, "AC-4101")
    path = f"/console/exceptions/{draft['override_id']}"
    bo, lea = new_desk("bo@acme.example"), new_desk("lea@acme.example", Role.LEAD)
    for _ in range(2):
        assert desk.send(path, {}, to=f"{path}/claim").status_code == 303
    assert "AC-4101" in desk.get("/console/?mine=1").text
    assert bo.get("/console/").text.count('<td data-label="Who">Ana</td>') == 1
    assert bo.send(path, {}, to=f"{path}/claim").status_code == 409
    assert bo.send(path, {}, to=f"{path}/release").status_code == 409
    assert lea.send(path, {}, to=f"{path}/release").status_code == 303
    assert "AC-4101" not in desk.get("/console/?mine=1").text


def test_few_queries(app: Flask, shop: Shop, desk: Desk, waiting: dict[str, str]) -> None:
    make_desk_draft(app, shop.store_id, "AC-4101")
    with app.app_context(), store_scope(shop.store_id):
        order_id = db.session.scalars(select(Order.id).where(Order.number == "AC-2001")).one()
        db.session.remove()
    for path in (
        "/console/",
        "/console/?kind=mail&mine=1",
        f"/console/orders/{order_id}",
        desk.get("/console/search?q=ac").location,
    ):
        desk.get(path)
        with queries(app) as asked:
            assert desk.get(path).status_code == 200
        reads = [statement for statement in asked if statement.startswith("SELECT")]
        assert len(reads) <= MOST_QUERIES, (
            path,
            len(reads),
            "\n".join(" ".join(each.split())[-150:] for each in reads),
        )


def test_the_other_orders_of_the_shopper_stand_on_the_order_page(
    app: Flask, shop: Shop, desk: Desk, waiting: dict[str, str], html_pages: HtmlPages
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        order_id = db.session.scalars(select(Order.id).where(Order.number == "AC-2001")).one()
        db.session.remove()
    page = desk.get(f"/console/orders/{order_id}").text
    assert_page(page)
    html_pages.add("order with others", page)
    assert "Other orders of this shopper" in page
    assert "AC-2002" in page
    assert waiting["mail"] in page


def test_every_page_can_find(desk: Desk, waiting: dict[str, str]) -> None:
    for path in (
        "/console/",
        "/console/overview",
        "/console/account",
        f"/console/exchanges/{waiting['mail']}",
    ):
        assert 'id="find-anything"' in desk.get(path).text
    assert "find-anything" not in desk.get("/console/search").text
