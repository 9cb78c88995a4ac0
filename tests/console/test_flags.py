"""What was flagged, on the pages: whom it names is masked, a person settles it, every reason stays."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.domain.flags import FlagKind
from app.models import Dispatch, Exchange, MovementKind, Purpose, db, store_scope, writing
from app.services.payment_ledger import note_movement
from app.services.refund_by_hand import ask_to_pay_back
from tests.console.cases import connect, flag, make_exchange, make_stuck
from tests.console.desk import Desk
from tests.console.loopback import peer, settings
from tests.factories import NOW
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

__all__ = ["peer", "settings"]


PEOPLE = ("Ada", "Moss", "ada@example.com", "9 Quay St")


@pytest.fixture
def reference(app: Flask, shop: Shop) -> str:
    connect(app, shop.store_id)
    return make_exchange(app, shop.store_id, "AC-7001")


def test_what_was_flagged_is_settled_with_a_reason(
    app: Flask, shop: Shop, desk: Desk, reference: str, html_pages: HtmlPages
) -> None:
    path = f"/console/exchanges/{reference}"
    first = flag(app, shop.store_id, reference, "A person at ravelin rejected it.", FlagKind.FRAUD)
    flag(app, shop.store_id, reference, "The books differ.", FlagKind.BOOKS)
    asked = desk.send(path, {"how": "accept"}, to=f"{path}/flags/{first}")
    assert asked.status_code == 422
    assert "Say how it was settled" in asked.text
    assert_page(asked.text)
    html_pages.add("flags", asked.text)
    reason = {f"settle-{first}": "called her, all is well"}
    assert desk.send(path, reason, to=f"{path}/flags/{first}").status_code == 422
    for _ in range(2):
        assert desk.send(path, {**reason, "how": "accept"}, to=f"{path}/flags/{first}").status_code == 303
    page = desk.get(path).text
    assert "rejected it." not in page
    assert "called her, all is well" in page
    assert "The books differ." in desk.get("/console/").text
    assert desk.send(path, {**reason, "how": "refund"}, to=f"{path}/flags/{first + 1}").status_code == 422


def test_a_refund_that_the_shop_paid_is_said_to_be_paid(
    app: Flask, shop: Shop, desk: Desk, reference: str
) -> None:
    path = f"/console/exchanges/{reference}"
    with app.app_context(), store_scope(shop.store_id), writing():
        exchange = db.session.scalars(select(Exchange)).one()
        exchange.status = "placed"
        note_movement(exchange, MovementKind.REFUND_OWED, 1250, "original", NOW)
        ask_to_pay_back(exchange, 1250, "its payment is not known here", NOW)
        asked = exchange.open_flags[-1].id
    page = desk.get(path).text
    assert_page(page)
    assert "Pay back $12.50" in page
    assert f'id="settle-{asked}-paid"' in page
    fields = {f"settle-{asked}": "by bank transfer", "how": "accept"}
    assert desk.send(path, fields, to=f"{path}/flags/{asked}").status_code == 409
    for _ in range(2):
        answer = desk.send(path, {**fields, "how": "paid"}, to=f"{path}/flags/{asked}")
        assert answer.status_code == 303
    page = desk.get(path).text
    assert page.count("Paid back") == 1
    assert "It was paid back" not in page


def test_what_ends_by_itself_cannot_be_settled(app: Flask, shop: Shop, desk: Desk, reference: str) -> None:
    path = f"/console/exchanges/{reference}"
    waits = flag(app, shop.store_id, reference, "Not connected.", FlagKind.CONNECTION)
    fields = {f"settle-{waits}": "no", "how": "accept"}
    assert "It ends by itself" in desk.get(path).text
    assert desk.send(path, fields, to=f"{path}/flags/{waits}").status_code == 409


def test_the_platforms_words_name_nobody_until_asked(app: Flask, shop: Shop, desk: Desk, peer: Peer) -> None:
    said = {"message": "Customer ada@example.com (Ada Moss) of 9 Quay St is blocked", "pad": "x" * 5000}
    reference = make_stuck(app, shop.store_id, peer, "AC-7002", does.status(422, json.dumps(said).encode()))
    path = f"/console/exchanges/{reference}"
    for place in (path, "/console/", "/console/overview", "/console/overview.csv"):
        shown = desk.get(place).text
        assert ("is blocked" if "overview" not in place else "It answered 422.") in shown
        for secret in PEOPLE:
            assert secret not in shown, (place, secret)
    assert "(Ada Moss) of 9 Quay St is blocked" in desk.send(path, {}, to=f"{path}/show").text


def test_every_reason_stays_on_the_page(app: Flask, shop: Shop, desk: Desk) -> None:
    connect(app, shop.store_id)
    reference = make_exchange(app, shop.store_id, "AC-7003", review=True)
    path = f"/console/exchanges/{reference}"
    assert desk.send(path, {"approve-reason": "a good customer"}, to=f"{path}/approve").status_code == 303
    with app.app_context(), store_scope(shop.store_id):
        placing = Dispatch.purpose == Purpose.PLACE
        db.session.execute(update(Dispatch).where(placing).values(state="failed", last_error="503"))
        db.session.execute(update(Exchange).where(Exchange.reference == reference).values(status="placing"))
        db.session.commit()
    for reason in ("they said try again", "and once more"):
        with app.app_context(), store_scope(shop.store_id):
            db.session.execute(update(Dispatch).where(placing).values(state="failed"))
            db.session.commit()
        assert desk.send(path, {"retry-reason": reason}, to=f"{path}/retry").status_code == 303
    page = desk.get(path).text
    for reason in ("a good customer", "they said try again", "and once more"):
        assert reason in page
    with app.app_context(), store_scope(shop.store_id):
        exchange = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
        assert exchange.decision_reason == "and once more"
