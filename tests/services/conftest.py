"""A store in scope, for use cases; and the same store connected to a platform, for dispatch."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.models import store_scope
from tests.factories import make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme


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
