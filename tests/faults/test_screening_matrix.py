"""The fault matrix at the second endpoint: whatever a screener does, nothing goes on unseen (R21)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.connectors.http import HttpSender, Limits
from app.domain.exchange_status import Status
from app.models import Purpose, store_scope
from app.services import connected_systems
from app.services.dispatching import Dispatcher, send_all_due
from tests.factories import make_store
from tests.faults.matrix import MATRIX
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.other_systems import Watchful

IMPATIENT = HttpSender(Limits(connect_seconds=1, total_seconds=0.1, reply_bytes=100_000), allow_loopback=True)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def shop(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acme]:
    monkeypatch.setattr(connected_systems, "SCREENERS", {"watchful": Watchful})
    with Peer() as peer, app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            shop = Acme(store_id, peer, screeners={"watchful": Watchful})
            shop.connect()
            yield shop


@pytest.mark.parametrize("name", MATRIX)
def test_no_fault_of_a_screener_lets_an_exchange_go_on(shop: Acme, name: str) -> None:
    """None of them says "allow", so under the default policy each ends with a person, within minutes."""
    with Peer(otherwise=MATRIX[name].behaviour) as screener:
        shop.connect_to("watchful", screener)
        exchange_id = shop.confirm("NW-1001")
        dispatcher = Dispatcher(shop.connections, IMPATIENT, "worker-1", shop.clock, lambda: 0.99)
        for _ in range(6):
            send_all_due(dispatcher)
            shop.clock.forward(minutes=3)
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.IN_REVIEW
    assert [doubt["code"] for doubt in exchange.doubts] == ["screening"]
    assert (dispatch_of(exchange_id, Purpose.SCREEN).result or {})["advice"] == "none"
    assert shop.peer.requests == []
