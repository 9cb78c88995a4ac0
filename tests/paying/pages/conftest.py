"""A store with its till, an order of Ada's and her browser; the test sets the clock of the machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask import Flask

from app.models import db, store_scope
from tests.factories import NOW, Bought, make_order, make_store
from tests.faults.peer import Peer
from tests.paying.pages.at_the_till import Now
from tests.paying.shop_with_till import PayingShop, Provider, new_shop, running_provider
from tests.web.browsing import Browser


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def provider(today: time_machine.Traveller) -> Iterator[Provider]:
    with running_provider(Now()) as running:
        yield running


@pytest.fixture
def till(app: Flask, peer: Peer, provider: Provider) -> PayingShop:
    """The store with its till, and order AC-1001 of ada@example.com."""
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            shop = new_shop(store_id, peer, provider, Now(), app.extensions["evenly.connections"].box)
            make_order(store_id, Bought(shop.acme.parka["Navy / M"], discount=1290, tax=958))
        db.session.remove()
    return shop


@pytest.fixture
def ada(app: Flask, till: PayingShop) -> Browser:
    return Browser(app)
