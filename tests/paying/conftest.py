"""A store that takes payments, with its platform and its provider on loopback."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.models import store_scope
from tests.factories import make_store
from tests.faults.peer import Peer
from tests.paying.shop_with_till import PayingShop, Provider, new_shop, running_provider
from tests.services.dispatch_cases import Clock


@pytest.fixture
def clock() -> Clock:
    """The one clock of store and provider."""
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> Iterator[Provider]:
    with running_provider(clock) as running:
        yield running


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A platform on loopback that answers as it is told to."""
    with Peer() as peer:
        yield peer


@pytest.fixture
def shop(app: Flask, peer: Peer, provider: Provider, clock: Clock) -> Iterator[PayingShop]:
    """The store `acme`, in scope within the application's context."""
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            yield new_shop(store_id, peer, provider, clock)
