"""The demo's stores in a test's database, and as many fresh orders of each case as tests want.

A test must not share an order with another, since an order is exchanged once. `Shop.order` therefore
copies the demo's first order of a case under a number of its own. Prices and stock can be changed for
the length of a `with` block.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.cli.demo.cases import Case
from app.cli.demo.seeding import CARDS_SECRET, seed
from app.cli.demo.stores import ACME, STORES
from app.cli.demo.tables import DemoOrder, DemoStore
from app.domain.order_number import number_key
from app.models import Store, Variant, db, store_scope, writing
from app.services import portal_links
from app.services.connector_settings import connect_store, disconnect_store
from app.services.find_order import order_by_number
from app.services.policies import change_policy
from app.services.portal_links import Purpose
from app.settings import Settings
from app.web import throttles
from tests.factories import line_ids

NUMBERS = count(5001)
SOURCES = count(1)
# A store that chose nothing: no logo, no colour, no help address, no gift cards, the address stays.
PLAIN = replace(
    ACME,
    slug="plain",
    name="Plain & Daughters, Purveyors of Everyday Clothing since 1894",
    branding={},
    policy={"undo_minutes": 0, "gift_card": False, "address_editable": False},
    optoro={"optiturn_id": "plain", "api_version": "2"},
    orders=(),
)
NOWHERE = "http://127.0.0.1:9"  # a port that nobody listens on


@dataclass(frozen=True)
class Ticket:
    """What a shopper knows of an order."""

    store: str
    number: str
    email: str
    postcode: str

    @property
    def front(self) -> str:
        return f"/{self.store}/"


class Shop:
    """Everything a test changes behind the shopper's back goes through here."""

    def __init__(self, app: Flask, sandbox_url: str = NOWHERE) -> None:
        self.app = app
        self._sandbox_url = sandbox_url
        for store in (*STORES, PLAIN):
            self._seed(store)

    def order(self, case: Case, store: str = "acme", **changes: Any) -> Ticket:
        """A fresh order like the demo's first of this case, but for `changes` of its fields."""
        demo = next(demo for demo in (*STORES, PLAIN) if demo.slug == store)
        like = next(order for order in demo.orders or ACME.orders if order.case is case)
        number = f"{like.number.partition('-')[0]}-{next(NUMBERS)}"
        order = replace(like, number=number, **changes)
        self._seed(replace(demo, orders=(order,)))
        return _ticket(demo, order)

    def link(self, ticket: Ticket, days: int = 30) -> str:
        """The path of a signed link to the order; with negative `days` one that has expired."""
        box = self.app.extensions["evenly.connections"].box
        with self.app.app_context():
            store_id = _store_id(ticket.store)
            if not portal_links.keys_of(store_id):
                portal_links.make_key(box, store_id, datetime.now(UTC))
            until = datetime.now(UTC) + timedelta(days=days)
            token = portal_links.sign(box, store_id, ticket.number, Purpose.BUYER, until)
        return portal_links.address_of("", ticket.store, token)

    def order_id(self, ticket: Ticket) -> int:
        with self.app.app_context(), store_scope(_store_id(ticket.store)):
            return order_by_number(ticket.number)

    def line_ids(self, ticket: Ticket) -> list[int]:
        """Ids of the order's lines, in their order."""
        with self.app.app_context(), store_scope(_store_id(ticket.store)):
            return line_ids(order_by_number(ticket.number))

    def use_up_tries(self, ticket: Ticket) -> None:
        """Guess at this order, from elsewhere, as often as is allowed."""
        settings: Settings = self.app.extensions["evenly.settings"]
        source = f"2001:db8:{next(SOURCES):x}::1"
        with self.app.app_context():
            for _ in range(settings.lookup_tries):
                throttles.take(_store_id(ticket.store), number_key(ticket.number), source)

    @contextlib.contextmanager
    def changed(self, sku: str, **values: Any) -> Iterator[None]:
        """A variant of acme's with another price, stock and so on; put back afterwards."""
        before = self._set(sku, values)
        try:
            yield
        finally:
            self._set(sku, before)

    @contextlib.contextmanager
    def policy(self, **fields: Any) -> Iterator[None]:
        """Acme with other policy fields; put back afterwards, as one more version."""
        with self.app.app_context():
            done = change_policy("acme", fields, "test", datetime.now(UTC))
        try:
            yield
        finally:
            before = {name: was for name, (was, _) in done.changed.items()}
            with self.app.app_context():
                change_policy("acme", before, "test", datetime.now(UTC))

    def connect_cards(self) -> None:
        """Have acme take payments at the sandbox's card provider."""
        connections = self.app.extensions["evenly.connections"]
        settings = {"url": f"{self._sandbox_url}/cards"}
        with self.app.app_context():
            store_id, now = _store_id("acme"), datetime.now(UTC)
            connect_store(connections, store_id, "cards", settings, CARDS_SECRET, now)

    def disconnect_cards(self) -> None:
        with self.app.app_context():
            disconnect_store(_store_id("acme"), "cards", datetime.now(UTC))

    def _set(self, sku: str, values: dict[str, Any]) -> dict[str, Any]:
        with self.app.app_context(), store_scope(_store_id("acme")), writing():
            variant = db.session.scalars(select(Variant).where(Variant.sku == sku)).one()
            before = {name: getattr(variant, name) for name in values}
            for name, value in values.items():
                setattr(variant, name, value)
        return before

    def _seed(self, store: DemoStore) -> None:
        with self.app.app_context():
            seed(store, self.app.extensions["evenly.connections"], self._sandbox_url, datetime.now(UTC))


def demo_ticket(number: str) -> Ticket:
    """One of the demo's own orders."""
    store, order = next(
        (store, order) for store in STORES for order in store.orders if order.number == number
    )
    return _ticket(store, order)


def _ticket(store: DemoStore, order: DemoOrder) -> Ticket:
    receiver = order.gift_for or order.buyer
    return Ticket(store.slug, order.number, order.buyer.email, receiver.place.postal_code)


def _store_id(slug: str) -> int:
    return db.session.scalars(select(Store.id).where(Store.slug == slug)).one()
