"""A store with an order, and browsers to look at it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
import time_machine
from flask import Flask

from app.models import db, store_scope
from tests.factories import NOW, Bought, make_order, make_product, make_store
from tests.web.browsing import Browser


@dataclass(frozen=True)
class Shop:
    """Ids of the store `acme` with order AC-1001 of ada@example.com (a parka), and its product."""

    store_id: int
    order_id: int
    variants: dict[str, int]


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """The day the factories speak of; the clock goes on from there and can be moved."""
    with time_machine.travel(NOW, tick=True) as clock:
        yield clock


@pytest.fixture
def shop(app: Flask, today: time_machine.Traveller) -> Shop:
    """A store where something was bought."""
    with app.app_context():
        store_id = make_store(image_hosts=["cdn.acme.example"])
        with store_scope(store_id):
            variants = make_product(store_id)
            order_id = make_order(store_id, Bought(variants["Navy / M"], quantity=2, product=25800))
        db.session.remove()
    return Shop(store_id, order_id, variants)


@pytest.fixture
def shopper(app: Flask, shop: Shop) -> Browser:
    """A shopper's browser on loopback HTTP."""
    return Browser(app)


@pytest.fixture
def new_browser(app: Flask, shop: Shop) -> Callable[..., Browser]:
    """Any number of other browsers."""

    def made(base_url: str = "http://localhost", address: str = "203.0.113.7") -> Browser:
        return Browser(app, base_url, address)

    return made
