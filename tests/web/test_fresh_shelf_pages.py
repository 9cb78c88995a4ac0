"""What the shop says of its shelf reaches the shopper who is choosing, and its silence is in nobody's way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from app import Settings
from app.connectors.http import HttpSender, Limits
from app.models import db, store_scope
from app.services.connector_settings import connect_store
from app.services.platform_reading import Reader
from tests.factories import NOW, Bought, make_order
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour, Peer
from tests.web.browsing import Browser
from tests.web.conftest import Shop


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, allow_loopback_connectors=True)


@pytest.fixture
def merchant(app: Flask, shop: Shop) -> Iterator[Peer]:
    """Whoever says what is on the shelf of acme."""
    with Peer() as peer:
        # However busy this machine is: how long a shopper waits is not what is tried here.
        connections = app.extensions["evenly.connections"]
        patient = HttpSender(Limits(10, 30), allow_loopback=True)
        app.extensions["evenly.reader"] = Reader(connections, lambda: patient, 30)
        with app.app_context():
            settings = {"url": peer.url, "optiturn_id": "acme", "fresh_seconds": "0"}
            connect_store(connections, shop.store_id, "optoro-variants", settings, None, NOW)
            db.session.remove()
        yield peer


def shelf(**stock: int) -> Behaviour:
    """Parkas at 129.00 in these sizes."""
    variants = [
        {
            "attributes": [],
            "unit_price_amount_cents": 12900,
            "quantity_in_stock": count,
            "sku": f"RIDGE-PARKA-NAVY-{size}",
            "title": size,
        }
        for size, count in stock.items()
    ]
    return does.status(200, json.dumps({"variants": variants}).encode())


def choose_the_line(browser: Browser, draft: str) -> str:
    line = browser.get(draft).text.partition('name="line" value="')[2].partition('"')[0]
    return browser.send(draft, {"line": line, f"quantity-{line}": "1"}).location


def test_the_page_to_choose_from_shows_what_there_is_now(merchant: Peer, shopper: Browser) -> None:
    merchant.otherwise = shelf(M=0, L=4, XL=0)
    draft = shopper.find().location
    assert merchant.requests == []
    item = choose_the_line(shopper, draft)
    assert [heard.path for heard in merchant.requests] == ["/merchant/sku/RIDGE-PARKA/variants"]
    page = shopper.get(item).text
    assert len(merchant.requests) == 1  # a look changes nothing and asks nobody
    assert "sold out" in page.lower()
    merchant.otherwise = shelf(M=0, L=0, XL=4)
    wish = {"reason": "too_small", "outcome": "variant", "option-0": "Navy", "option-1": "L"}
    refused = shopper.send(item, wish | {"action": "continue"})
    assert refused.status_code == 422
    assert "sold out" in refused.text
    assert shopper.send(item, wish | {"option-1": "XL", "action": "continue"}).status_code == 303


@pytest.mark.parametrize("fault", [does.status(500), does.reset], ids=["error", "cut off"])
def test_a_shop_that_does_not_answer_is_in_nobodys_way(
    merchant: Peer, shopper: Browser, fault: Behaviour
) -> None:
    merchant.otherwise = fault
    item = choose_the_line(shopper, shopper.find().location)
    wish = {"reason": "too_small", "outcome": "variant", "option-0": "Navy", "option-1": "L"}
    review = shopper.send(item, wish | {"action": "continue"})
    assert review.status_code == 303
    assert shopper.get(review.location).status_code == 200
    assert len(merchant.requests) == 1  # left alone for a while


def test_a_gift_is_chosen_from_the_same_shelf(
    app: Flask, shop: Shop, merchant: Peer, shopper: Browser
) -> None:
    with app.app_context(), store_scope(shop.store_id):
        gift = Bought(shop.variants["Navy / M"])
        make_order(shop.store_id, gift, number="GF-1", is_gift=True)
        db.session.remove()
    merchant.otherwise = shelf(M=1, L=1)
    answer = shopper.send("/acme/gift", {"order_number": "GF-1", "postcode": "97701"})
    assert answer.status_code == 303, answer.text
    item = choose_the_line(shopper, answer.location)
    assert len(merchant.requests) == 1
    wish = {"reason": "too_small", "outcome": "variant", "option-0": "Navy", "option-1": "XL"}
    refused = shopper.send(item, wish | {"action": "continue"})
    assert refused.status_code == 422
    assert len(merchant.requests) == 2
