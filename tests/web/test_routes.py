"""Promises of every route, those added later included: looking changes nothing, what is not yours is 404."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.models import db, store_scope
from app.services.stores import RESERVED
from tests.factories import Bought, make_order, make_store
from tests.pages.html_checker import HtmlPages
from tests.pages.rules import assert_fragment, assert_page
from tests.web.browsing import Browser
from tests.web.conftest import Shop
from tests.web.every_route import Place, examples, places
from tests.web.snapshots import everything

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
SEEN = frozenset({"audit_entry"})  # looking may leave a trace there, and nowhere else
# No order behind them.
OPEN = frozenset({"front", "health", "static", "brand_stylesheet", "sheet", "shopper.front"})
OPEN |= {"shopper.lost_number", "shopper.ask_for_order_links", "shopper.links_asked"}
# The link itself is the right.
BY_LINK = frozenset({"shopper.link", "shopper.open_link", "console.reset", "console.choose_password"})

# A recipient's entrance, and the address that leads everybody else there.
GIFT_ENTRANCE = frozenset({"shopper.gift", "shopper.find_gift_order", "shopper.gift_status"})

# The one page of an order that asks a stranger for a fact: see `test_status_elsewhere`.
ASKING = frozenset({"shopper.status", "shopper.open_exchange"})

NewBrowser = Callable[..., Browser]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def known(app: Flask, shop: Shop, shopper: Browser) -> dict[str, str | int]:
    """Parts of addresses that exist and that the shopper may see."""
    return examples(app, shop, shopper)


def test_looking_changes_nothing(app: Flask, shopper: Browser, known: dict[str, str | int]) -> None:
    before = everything(app, but=SEEN)
    seen = 0
    for place in places(app, known, "GET"):
        for method in ("GET", "HEAD", "OPTIONS"):
            for headers in ({}, PARTIAL):
                answer = shopper._open(method, place.path, headers=headers)
                assert answer.status_code < 400, place
                seen += 1
        assert everything(app, but=SEEN) == before, place
    assert seen >= 60


def test_a_get_that_looks_like_a_form_changes_nothing(
    app: Flask, shopper: Browser, known: dict[str, str | int]
) -> None:
    before = everything(app, but=SEEN)
    token = shopper.token("/acme/")
    fields = {
        "csrf_token": token,
        "action": "continue",
        "reason": "too_small",
        "line": "1",
        "_method": "POST",
    }
    for place in places(app, known, "GET"):
        override = {"X-HTTP-Method-Override": "POST"}
        assert shopper.get(place.path, query_string=fields, headers=override).status_code < 500, place
    assert everything(app, but=SEEN) == before


def test_every_page_keeps_the_rules_of_pages(
    app: Flask, shopper: Browser, known: dict[str, str | int], html_pages: HtmlPages
) -> None:
    for place in places(app, known, "GET"):
        page = shopper.get(place.path)
        if page.status_code != 200 or page.mimetype != "text/html":
            continue
        assert_page(page.text)
        html_pages.add(place.endpoint, page.text)
        part = shopper.get(place.path, headers=PARTIAL)
        (assert_page if "<html" in part.text else assert_fragment)(part.text)


def order_pages(app: Flask, known: dict[str, str | int]) -> list[Place]:
    """Every route that shows or changes an order, with every method it takes."""
    found = [
        place
        for place in places(app, known, "GET", "POST", "PUT", "PATCH", "DELETE")
        if place.endpoint not in OPEN | BY_LINK | GIFT_ENTRANCE | {"shopper.find", "shopper.leave"}
        and not place.endpoint.startswith("console.")  # see tests/console/test_matrix.py
    ]
    assert len(found) >= 9
    return found


def refused(browser: Browser, place: Place) -> bool:
    """Whether this browser gets 404, also with a form token of its own."""
    data = {"csrf_token": browser.token("/acme/")} if place.method != "GET" else None
    answer = browser._open(place.method, place.path, data=data)
    if place.endpoint in ASKING and answer.status_code in (200, 422):
        return "Show your exchange" in answer.text and "AC-1001" not in answer.text
    return answer.status_code == 404 and "AC-1001" not in answer.text


def test_a_stranger_finds_nothing(app: Flask, new_browser: NewBrowser, known: dict[str, str | int]) -> None:
    stranger = new_browser()
    before = everything(app)
    for place in order_pages(app, known):
        assert refused(stranger, place), place
    assert everything(app) == before


def test_somebody_with_another_order_finds_nothing(
    app: Flask, shop: Shop, new_browser: NewBrowser, known: dict[str, str | int]
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        make_order(shop.store_id, Bought(shop.variants["Navy / L"]), number="AC-7", email="bo@example.com")
        db.session.remove()
    neighbour = new_browser()
    assert neighbour.find("AC-7", "bo@example.com").status_code == 303
    before = everything(app)
    for place in order_pages(app, known):
        assert refused(neighbour, place), place
    assert everything(app) == before


def test_the_customer_of_another_store_finds_nothing(
    app: Flask, new_browser: NewBrowser, known: dict[str, str | int]
) -> None:
    with app.app_context():
        kaze = make_store("kaze")
        with store_scope(kaze):
            make_order(kaze, Bought(), number="KZ-7", email="bo@example.com")
        db.session.remove()
    neighbour = new_browser()
    assert neighbour.find("KZ-7", "bo@example.com", store="kaze").status_code == 303
    before = everything(app)
    for slug in ("acme", "kaze"):
        for place in order_pages(app, known | {"store_slug": slug}):
            assert refused(neighbour, place), place
    assert everything(app) == before


def test_the_shopper_itself_finds_nothing_under_another_store(
    app: Flask, shopper: Browser, known: dict[str, str | int]
) -> None:
    with app.app_context():
        make_store("kaze")
        db.session.remove()
    for place in order_pages(app, known | {"store_slug": "kaze"}):
        assert refused(shopper, place), place


def test_no_store_can_be_named_like_a_page_of_the_portal(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        first = rule.rule.split("/")[1]
        assert first in RESERVED or first.startswith("<") or first == "", rule
