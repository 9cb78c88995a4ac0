"""The status page of an exchange that waits for its parcel says so, and rests."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Exchange, Store, db, store_scope
from app.services.moving import move_exchange
from app.services.parcels import mark_in_transit
from tests.pages.rules import assert_page
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.test_status_elsewhere import confirmed


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def set_policy(app: Flask, shop: Shop, **policy: object) -> None:
    with app.app_context():
        store = db.session.get_one(Store, shop.store_id)
        store.policy_data = dict(store.policy_data) | policy
        db.session.commit()


@pytest.mark.parametrize(
    ("release", "once"),
    [
        ("first_scan", "as soon as it has been handed in, the shop prepares what you get instead"),
        ("received", "once it has arrived, the shop prepares what you get instead"),
    ],
)
def test_it_says_what_it_waits_for(app: Flask, shop: Shop, shopper: Browser, release: str, once: str) -> None:
    set_policy(app, shop, release=release, undo_minutes=0)
    page = shopper.get(confirmed(shopper))
    assert once in page.text
    assert "Once your parcel has" in page.text
    assert "data-hx-trigger" not in page.text.partition("<main")[2].partition("</main")[0]
    assert_page(page.text)


def test_what_was_screened_out_is_declined_in_plain_words(app: Flask, shop: Shop, shopper: Browser) -> None:
    path = confirmed(shopper)
    with app.app_context(), store_scope(shop.store_id):
        exchange = db.session.scalars(select(Exchange).where(Exchange.reference.is_not(None))).one()
        exchange.decision_reason = "watchful advised against it: known for empty boxes"
        for state in (Status.SCREENING, Status.DECLINED):
            move_exchange(exchange, state, "worker", datetime.now(UTC))
        db.session.commit()
    text = shopper.get(path).text
    assert "The shop could not accept this exchange" in text
    assert "It cannot be exchanged online" in text
    assert "A person at the shop looked at it" not in text
    assert "empty boxes" not in text


def test_a_parcel_on_its_way_is_told(app: Flask, shop: Shop, shopper: Browser) -> None:
    set_policy(app, shop, release="received", undo_minutes=0)
    path = confirmed(shopper)
    with app.app_context(), store_scope(shop.store_id):
        exchange_id = db.session.scalars(select(Exchange.id).where(Exchange.reference.is_not(None))).one()
        moment = datetime.now(UTC)
        mark_in_transit(exchange_id, moment, "carrier", moment)
    assert "It is on its way." in shopper.get(path).text
