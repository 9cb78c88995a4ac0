"""Programs that call the API of the store `acme`, with keys, on the day of the factories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.models import db, store_scope
from app.services.api_keys import Scope, make_key
from tests.factories import NOW, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, exchange_of


@dataclass
class Program:
    """A program with a key of its own. Nothing is kept between its calls, cookies least of all."""

    client: FlaskClient
    token: str
    base: str = "/api/v1/stores/acme"
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
        """`Idempotency_Key="…"` is the header Idempotency-Key."""
        given = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): text for name, text in (self.headers | headers).items() if text
        }
        options: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        if body is None:
            options = {}
        return self.client.open(f"{self.base}{path}", method=method, headers=given, **options)

    def put(self, path: str, body: Any, **headers: str) -> TestResponse:
        return self.call("PUT", path, body, **headers)

    def get(self, path: str) -> TestResponse:
        return self.call("GET", path)


@pytest.fixture
def today() -> Iterator[time_machine.Traveller]:
    """The factories' day; the clock stands still unless it is moved."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def store_id(app: Flask, today: time_machine.Traveller) -> int:
    with app.app_context():
        made = make_store()
        db.session.remove()
    return made


def token_for(app: Flask, store_id: int, *scopes: Scope) -> str:
    """The text of a new key of this store; all scopes unless some are named."""
    with app.app_context():
        made = make_key(store_id, "till", scopes or tuple(Scope), NOW)
        db.session.remove()
    return made.token


@pytest.fixture
def program(app: Flask, store_id: int) -> Program:
    """A program that may do everything."""
    return Program(app.test_client(use_cookies=False), token_for(app, store_id))


@pytest.fixture
def placed(app: Flask, store_id: int) -> Callable[[str], str]:
    """Makes an exchange of an order with this number that the platform has placed; gives its reference."""

    def make(number: str = "AC-1001") -> str:
        with app.app_context(), store_scope(store_id), Peer() as peer:
            shop = Acme(store_id, peer)
            shop.connect()
            exchange_id = shop.confirm(number)
            shop.send()
            row = exchange_of(exchange_id)
            assert row.status == "placed"
            reference = row.reference or ""
            db.session.remove()
        return reference

    return make
