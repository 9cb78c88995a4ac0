"""Ravelin's end of the callback: an exchange that a person there is to look at, and what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.connectors.registry import SCREENERS
from app.models import Exchange, db, store_scope
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.callback_tokens import make_callback_token
from app.services.connector_settings import connect_store
from tests.factories import NOW, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, exchange_of

AT = 1_780_000_000_000


@pytest.fixture(scope="module")
def ravelin() -> Iterator[str]:
    """A pretend Ravelin that wants a person to look at everything."""
    app = create_sandbox()
    running = start(app)
    httpx2.post(f"{running.url}/settings", json={"system": "ravelin", "action": "REVIEW"}, trust_env=False)
    yield running.url
    running.stop()
    app.close()


@dataclass
class Caller:
    """Ravelin's end of the callback, for the store `acme` and an exchange of it."""

    client: FlaskClient
    token: str
    shop: Acme
    exchange_id: int
    reference: str

    def says(self, label: str, at: int | None = AT, **changes: Any) -> TestResponse:
        body = {"refundId": self.reference, "label": label, "timestamp": at} | changes
        return self.post(json.dumps(body).encode())

    def post(
        self, body: bytes, authorization: str | None = None, path: str = "/hooks/v1/acme/decisions/ravelin"
    ) -> TestResponse:
        given = f"token {self.token}" if authorization is None else authorization
        send = partial(self.client.post, path, data=body, headers={"Authorization": given})
        db.session.rollback()  # the test's own view of things ends here
        return Context().run(send)  # with a session of its own, as any call has

    def exchange(self) -> Exchange:
        return exchange_of(self.exchange_id)


@pytest.fixture
def caller(app: Flask, ravelin: str, today: object) -> Iterator[Caller]:
    """An exchange that Ravelin wants a person to look at."""
    with app.app_context(), Peer() as peer:
        store_id = make_store()
        with store_scope(store_id):
            shop = Acme(store_id, peer, screeners=SCREENERS)
            shop.connect()
            settings = {"url": f"{ravelin}/ravelin", "refund_abuse": "yes"}
            connect_store(shop.connections, store_id, "ravelin", settings, "sk_test_example", NOW)
            token = make_callback_token(app.extensions["evenly.connections"].box, store_id, "ravelin", NOW)
            exchange_id = shop.confirm()
            shop.send()
            exchange = exchange_of(exchange_id)
            assert exchange.waits_for_a_person
            yield Caller(
                app.test_client(use_cookies=False), token, shop, exchange_id, exchange.reference or ""
            )
