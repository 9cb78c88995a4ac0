"""What is wrong for a whole store is said above the overview and the queue; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from app.models import Connector, Dispatch, GiftCardCode, db, store_scope, writing
from app.services.breaker import OPENS_AFTER
from app.services.gift_card_pool import fill_pool
from app.services.payment_trouble import note_trouble
from tests.console.cases import change_all, connect, make_exchange
from tests.console.desk import Desk
from tests.console.loopback import peer, settings
from tests.factories import NOW
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_page
from tests.web.conftest import Shop

__all__ = ["peer", "settings"]

pytestmark = pytest.mark.usefixtures("either")
ABOVE = ("/console/overview", "/console/")  # where trouble of the whole store stands


def test_that_nobody_can_pay_is_said_for_the_store(app: Flask, shop: Shop, desk: Desk) -> None:
    with app.app_context(), store_scope(shop.store_id):
        cards = Connector(store_id=shop.store_id, system="cards", settings={}, created_at=NOW)
        db.session.add(cards)
        db.session.commit()
    for path in ABOVE:
        assert "Shoppers cannot pay" not in desk.get(path).text
    with app.app_context(), store_scope(shop.store_id), writing():
        note_trouble("cards", "our credential was not accepted", NOW)
    for path in ABOVE:
        page = desk.get(path).text
        assert "Shoppers cannot pay" in page
        assert "our credential was not accepted" in page
        assert "at cards since " in page
        assert_page(page)
    change_all(app, shop, update(Connector).values(problem_since=None))
    for path in ABOVE:  # as a row says that somebody wrote by hand
        assert "could be opened at cards. The last reason: our credential" in desk.get(path).text
    told = app.test_cli_runner().invoke(args=["store", "connectors", "acme"])
    assert "  no payments   our credential was not accepted" in told.output


def test_that_nobody_sends_is_said_for_the_store(
    app: Flask, shop: Shop, desk: Desk, today: time_machine.Traveller, html_pages: HtmlPages
) -> None:
    connect(app, shop.store_id)
    make_exchange(app, shop.store_id, "AC-7301")
    today.shift(timedelta(minutes=19))  # due once the undo window of 15 minutes has passed
    assert 'id="unsent"' not in desk.get("/console/").text
    today.shift(timedelta(minutes=2))
    for path in ABOVE:
        page = desk.get(path).text
        assert "1 message has been due since" in page
        assert_page(page)
        html_pages.add(f"nobody sends, {path}", page)
    connectors, messages = update(Connector), update(Dispatch)
    for told, restored in (
        (connectors.values(failures=OPENS_AFTER), connectors.values(failures=0)),  # it does not answer
        (messages.values(fence=1), messages.values(fence=0)),  # it was tried, and waits for its next try
    ):
        change_all(app, shop, told)
        assert 'id="unsent"' not in desk.get("/console/").text
        change_all(app, shop, restored)
        assert 'id="unsent"' in desk.get("/console/").text
    make_exchange(app, shop.store_id, "AC-7302")
    newest = select(func.max(Dispatch.id)).scalar_subquery()
    at_work = {"leased_until": datetime.now(UTC) + timedelta(seconds=60), "due_at": datetime.now(UTC)}
    change_all(app, shop, messages.where(Dispatch.id == newest).values(at_work))
    assert 'id="unsent"' not in desk.get("/console/").text  # a worker is at it, and behind


def test_that_gift_card_codes_run_low_is_said(app: Flask, shop: Shop, desk: Desk) -> None:
    box = app.extensions["evenly.connections"].box

    def load(*codes: str) -> str:
        with app.app_context(), store_scope(shop.store_id):
            fill_pool(box, shop.store_id, "\n".join(codes), NOW)
            db.session.remove()
        pages = [desk.get(path).text for path in ABOVE]
        assert len({'id="codes-left"' in page for page in pages}) == 1
        return pages[0]

    assert 'id="codes-left"' not in load()  # no pool, and none is needed
    page = load(*(f"CODE-{number}" for number in range(10)))
    assert "10 codes are left in the pool." in page
    assert_page(page)
    assert 'id="codes-left"' not in load("CODE-11")
    with app.app_context(), store_scope(shop.store_id), writing():
        db.session.execute(update(GiftCardCode).values(given_at=NOW))
    assert "No gift card code is left" in load()
    with app.app_context(), store_scope(shop.store_id), writing():
        by_program = Connector(store_id=shop.store_id, system="gift-cards", settings={}, created_at=NOW)
        db.session.add(by_program)
    assert 'id="codes-left"' not in load()
