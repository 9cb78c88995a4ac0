"""One Medusa for all tests against it, with a shop in it; and the portal beside it, anew for each test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from app.models import db, store_scope
from app.services.connector_settings import connect_store
from app.services.mailing import turn_on
from app.web.mails import writer_of
from tests.factories import make_store
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer
from tests.medusa_live import server
from tests.medusa_live.portal import Portal, settings_for
from tests.medusa_live.shop import LiveShop
from tests.services.dispatch_cases import Clock


@pytest.fixture(scope="session")
def shop() -> Iterator[LiveShop]:
    with server.medusa() as running:
        shop = LiveShop(running)
        shop.furnish()
        yield shop
        shop.close()


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def store(app: Flask, shop: LiveShop) -> Iterator[Portal]:
    with app.app_context(), Peer() as nobody, MailServer() as post:
        store_id, write = make_store(), writer_of(app, "https://exchanges.acme.example")
        with store_scope(store_id):
            store = Portal(store_id, nobody, Clock(datetime.now(UTC)), mail=post, write=write)
            turn_on(db.engine)
            password, now = shop.running.password, store.clock()
            connect_store(store.connections, store_id, "medusa", settings_for(shop), password, now)
            yield store
