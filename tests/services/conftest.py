"""A store in scope, for use cases; and the same store connected to a platform, for dispatch."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from flask import Flask

from app.models import store_scope
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.platform_reading import Reader
from tests.factories import make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme
from tests.services.medusa_store import SECRET, TWO_TEES, Outside, configure, connect


@pytest.fixture
def acme(app: Flask) -> Iterator[int]:
    """The store `acme`, in scope within the application's context."""
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            yield store_id


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A platform on loopback that answers as it is told to."""
    with Peer() as peer:
        yield peer


@pytest.fixture
def shop(acme: int, peer: Peer) -> Acme:
    """The store `acme` with parkas on the shelf, connected to the platform."""
    shop = Acme(acme, peer)
    shop.connect()
    return shop


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    app = create_sandbox()
    running = start(app)
    yield running.url
    running.stop()
    app.close()


@pytest.fixture
def medusa(sandbox: str) -> Iterator[httpx2.Client]:
    """A shop with one order of two small tees."""
    with httpx2.Client(base_url=sandbox, trust_env=False, auth=(SECRET, "")) as client:
        assert client.delete("/settings").status_code == 204
        assert client.delete("/ledger").status_code == 204
        assert client.delete("/faults").status_code == 204
        configure(client, orders=[TWO_TEES])
        yield client


@pytest.fixture
def store(acme: int, peer: Peer, medusa: httpx2.Client) -> Acme:
    """Acme, which reads from Medusa."""
    store = Acme(acme, peer)
    connect(store, f"{str(medusa.base_url).rstrip('/')}/medusa")
    return store


@pytest.fixture
def reader(store: Acme) -> Reader:
    return Reader(store.connections, Outside, 30)  # however slow the machine is
