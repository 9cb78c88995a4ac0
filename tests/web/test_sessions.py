"""T12: who a browser is, what it may see, and how long. T2, T3: what is not yours is not there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import Engine, event, func, select

from app.models import AccessGrant, BrowserSession, Exchange, db, store_scope
from app.web.sessions import new_token
from tests.factories import Bought, make_order, make_store
from tests.web.browsing import Browser
from tests.web.conftest import Shop

NewBrowser = Callable[..., Browser]


def draft_of(shopper: Browser, number: str = "AC-1001", store: str = "acme") -> str:
    """Look an order up and say where its draft is."""
    answer = shopper.find(number, store=store)
    assert answer.status_code == 303, answer.text
    return answer.location


def sessions(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(BrowserSession.id)))


def test_looking_at_a_form_gives_an_id_and_writes_no_row(app: Flask, shopper: Browser) -> None:
    cookie = shopper.get("/acme/").headers["Set-Cookie"]
    assert cookie.startswith("evenly=")
    assert {part.strip() for part in cookie.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Lax"}
    assert sessions(app) == []
    assert "Set-Cookie" not in shopper.get("/acme/").headers


def test_plain_http_accepts_no_session_either(shopper: Browser, new_browser: NewBrowser) -> None:
    draft = draft_of(shopper)
    other = new_browser("http://swap.example")
    other.carry(shopper.cookie or "")
    assert other.get(draft).status_code == 403


def test_https_does_not_accept_the_cookie_of_plain_http(shopper: Browser, new_browser: NewBrowser) -> None:
    draft = draft_of(shopper)
    secure = new_browser("https://localhost")
    secure.carry(shopper.cookie or "")
    assert secure.get(draft).status_code == 404


def test_gaining_access_gives_a_new_id_that_the_database_knows_by_its_hash_only(
    app: Flask, shopper: Browser
) -> None:
    shopper.get("/acme/")
    before = shopper.cookie
    draft = draft_of(shopper)
    after = shopper.cookie
    assert before
    assert after
    assert before != after
    assert shopper.get(draft).status_code == 200
    assert sessions(app) == [hashlib.sha256(after.encode()).hexdigest()]


def test_the_id_from_before_opens_nothing(shopper: Browser, new_browser: NewBrowser) -> None:
    planted = new_token()
    shopper.carry(planted)
    draft = draft_of(shopper)
    attacker = new_browser()
    attacker.carry(planted)
    assert attacker.get(draft).status_code == 404
    assert shopper.get(draft).status_code == 200


def test_a_second_look_up_changes_the_id_and_keeps_what_was_open(
    app: Flask, shop: Shop, shopper: Browser, new_browser: NewBrowser
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(shop.variants["Navy / L"]), number="AC-1002")
    first = draft_of(shopper)
    old_cookie = shopper.cookie or ""
    second = draft_of(shopper, "AC-1002")
    assert shopper.get(first).status_code == shopper.get(second).status_code == 200
    thief = new_browser()
    thief.carry(old_cookie)
    assert thief.get(first).status_code == 404
    assert len(sessions(app)) == 1


def test_leaving_ends_the_session_for_every_copy_of_the_cookie(
    app: Flask, shopper: Browser, new_browser: NewBrowser
) -> None:
    draft = draft_of(shopper)
    copied = shopper.cookie or ""
    left = shopper.send(draft, {}, to="/acme/leave")
    assert left.status_code == 303
    assert shopper.cookie is None
    copy = new_browser()
    copy.carry(copied)
    assert copy.get(draft).status_code == 404
    assert sessions(app) == []
    with app.app_context():
        count = select(func.count()).select_from(AccessGrant)
        assert db.session.scalar(count, execution_options={"all_stores": True}) == 0


def test_pages_offer_to_leave_only_where_something_is_open(shopper: Browser) -> None:
    assert "Leave this order" not in shopper.get("/acme/").text
    assert "Leave this order" in shopper.get(draft_of(shopper)).text


def test_access_ends_after_the_hours_of_the_setting(
    app: Flask, shop: Shop, shopper: Browser, today: time_machine.Traveller
) -> None:
    hours = app.extensions["evenly.settings"].session_hours
    draft = draft_of(shopper)
    today.shift(timedelta(hours=hours, minutes=-1))
    assert shopper.get(draft).status_code == 200
    kept = shopper.cookie or ""
    today.shift(timedelta(minutes=2))
    shopper.carry(kept)
    assert shopper.get(draft).status_code == 404


def test_a_later_look_up_does_not_prolong_an_earlier_one(
    app: Flask, shop: Shop, shopper: Browser, today: time_machine.Traveller
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(shop.variants["Navy / L"]), number="AC-1002")
    first = draft_of(shopper)
    today.shift(timedelta(hours=app.extensions["evenly.settings"].session_hours - 1))
    second = draft_of(shopper, "AC-1002")
    today.shift(timedelta(hours=2))
    assert shopper.get(first).status_code == 404
    assert shopper.get(second).status_code == 200


def test_sessions_past_their_time_are_swept_out(
    app: Flask, shopper: Browser, new_browser: NewBrowser, today: time_machine.Traveller
) -> None:
    draft_of(shopper)
    today.shift(timedelta(days=3))
    other = new_browser()
    draft_of(other)
    assert len(sessions(app)) == 1


def test_a_draft_is_seen_only_where_it_was_begun(shopper: Browser, new_browser: NewBrowser) -> None:
    mine = draft_of(shopper)
    other = new_browser(address="203.0.113.9")
    theirs = draft_of(other)
    assert mine != theirs
    assert other.get(mine).status_code == shopper.get(theirs).status_code == 404


def test_an_exchange_is_seen_wherever_its_order_was_opened_and_nowhere_else(
    app: Flask, shop: Shop, shopper: Browser, new_browser: NewBrowser
) -> None:
    mine = draft_of(shopper)
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(), number="AC-1002")
        exchange = db.session.scalars(select(Exchange)).one()
        exchange.status, exchange.submitted_at = "cancelled", exchange.created_at
        exchange.reference = "EX-7K3M9Q"
        db.session.commit()
    stranger, neighbour = new_browser(), new_browser()
    assert stranger.get(mine).status_code == 404
    stranger.get("/acme/")
    assert stranger.get(mine).status_code == 404
    draft_of(neighbour, "AC-1002")
    assert neighbour.get(mine).status_code == 404
    draft_of(stranger)
    assert stranger.get(mine).status_code == shopper.get(mine).status_code == 303


@pytest.mark.parametrize("store", ["kaze", "acme"])
def test_another_store_knows_nothing_of_it(app: Flask, shopper: Browser, shop: Shop, store: str) -> None:
    with app.app_context():
        other = make_store("kaze", currency="JPY")
        with store_scope(other):
            make_order(other, Bought(), number="KZ-1", email="other@example.com")
    own = draft_of(shopper)
    foreign = Browser(shopper.client.application).send(
        "/kaze/", {"order_number": "KZ-1", "email_or_postcode": "other@example.com"}
    )
    for path in (own.replace("/acme/", "/kaze/"), foreign.location.replace("/kaze/", f"/{store}/")):
        assert shopper.get(path).status_code == 404


def test_a_session_keeps_no_data(app: Flask) -> None:
    with app.test_request_context("http://localhost/") as context:
        with pytest.raises(TypeError, match="keeps no data"):
            context.session["cart"] = 1
        with pytest.raises(KeyError):
            context.session["cart"]
        assert list(context.session) == ["csrf_token"]


def test_session_and_grants_are_one_query(app: Flask, shopper: Browser) -> None:
    draft = draft_of(shopper)
    with app.app_context(), counted(db.engine) as statements:
        shopper.get(draft)
    assert sum("browser_session" in text for text in statements) == 1
    assert sum("access_grant" in text for text in statements) == 1


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
