"""T5: signed links open the order they name; looking uses nothing up, and an end is said in words."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app.models import db, store_scope
from app.services.portal_links import LinkExpired, NewKey, Purpose
from tests.factories import NOW, Bought, make_order
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.link_cases import LATER, Desk, database_url, desk, key
from tests.web.snapshots import everything

__all__ = ["database_url", "desk", "key"]
NewBrowser = Callable[..., Browser]


def test_a_link_is_what_a_mail_template_computes(desk: Desk, key: NewKey) -> None:
    """Written out as in docs/links.md, with nothing of ours."""
    expiry = "1798000000"
    signed = "v1." + key.name + ".AC-1001.buyer." + expiry
    seal = hmac.new(key.secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    link = desk.read(f"{signed}.{seal}")
    assert (link.order_number, link.purpose, int(link.expires_at.timestamp())) == (
        "AC-1001",
        "buyer",
        1798000000,
    )
    assert desk.sign(until=link.expires_at) == f"{signed}.{seal}"


@pytest.mark.parametrize(
    "number",
    [
        "1002",
        "AC-1002",
        "#1002",
        "a.b",
        "1..2",
        "v1.k1.x.buyer.1",
        "A/B",
        "A B",
        "50%",
        "Ä-1",
        "注文１",
        "a+b",
        "?q=1&x",
    ],
)
def test_any_order_number_travels(
    app: Flask, shop: Shop, desk: Desk, key: NewKey, shopper: Browser, number: str
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(), number=number)
        db.session.remove()
    token = desk.sign(number)
    assert desk.read(token).order_number == number
    page = shopper.get(desk.path(token))
    assert page.status_code == 200
    action = re.search(r'<form method="post" action="([^"]+)"', page.text)
    assert action
    to = action[1].replace("&amp;", "&")
    assert shopper.send(desk.path(token), {}, to=to).status_code == 303


def test_opening_and_looking(app: Flask, desk: Desk, key: NewKey, shopper: Browser) -> None:
    path = desk.path(desk.sign())
    before = everything(app)
    for _ in range(50):
        page = shopper.get(path)
        assert page.status_code == 200
        assert "Exchange items from order AC-1001" in page.text
        assert key.secret not in page.text
    assert everything(app) == before
    opened = shopper.send(path, {})
    assert opened.status_code == 303
    assert "/l/" not in opened.location
    assert shopper.get(opened.location).status_code == 200


def test_a_link_opens_again_and_for_somebody_else_until_it_expires(
    desk: Desk, key: NewKey, shopper: Browser, new_browser: NewBrowser
) -> None:
    path = desk.path(desk.sign())
    for browser in (shopper, shopper, new_browser()):
        assert browser.send(path, {}).status_code == 303


def test_an_expired_link_says_so_and_how_to_go_on(
    desk: Desk, key: NewKey, shopper: Browser, today: time_machine.Traveller
) -> None:
    path = desk.path(desk.sign(until=NOW + timedelta(hours=1)))
    token = shopper.token(path)
    today.shift(timedelta(hours=2))
    for answer in (shopper.get(path), shopper.post(path, {"csrf_token": token})):
        assert answer.status_code == 410
        assert "This link has expired" in answer.text
        assert 'href="/acme/"' in answer.text
        assert "AC-1001" not in answer.text


@pytest.mark.parametrize(
    "token", ["x", "v1", "v1.k1.AC-1001.buyer.1798000000", "....", "v1.k1....." + "0" * 64]
)
def test_what_is_no_link_is_not_found(key: NewKey, desk: Desk, shopper: Browser, token: str) -> None:
    answer = shopper.get(desk.path(token))
    assert answer.status_code == 404
    assert "AC-1001" not in answer.text


def test_a_link_for_an_order_that_is_not_there(desk: Desk, key: NewKey, shopper: Browser) -> None:
    path = desk.path(desk.sign("AC-9999"))
    assert shopper.send(path, {}).status_code == 404


def test_a_gift_link_opens_the_recipients_view(desk: Desk, key: NewKey, shopper: Browser) -> None:
    token = desk.sign(purpose=Purpose.GIFT)
    assert desk.read(token).purpose is Purpose.GIFT
    assert "/gifts/" in shopper.send(desk.path(token), {}).location
    assert "/exchanges/" in shopper.send(desk.path(desk.sign()), {}).location


def test_the_exact_second_of_expiry(desk: Desk, key: NewKey) -> None:
    token = desk.sign()
    assert desk.read(token, LATER - timedelta(seconds=1)).order_number == "AC-1001"
    with pytest.raises(LinkExpired):
        desk.read(token, LATER)
