"""kill -9 of a worker that has sent and not yet recorded: nothing is lost, nothing is doubled (R3, R4)."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.domain.exchange_status import Status
from app.models import DispatchState, store_scope
from app.services.dispatch_claims import LEASE
from tests.factories import make_store
from tests.faults import behaviours as does
from tests.faults.killing import SECONDS, Processes
from tests.faults.peer import Peer, honest
from tests.services.dispatch_cases import Acme, attempts_of, dispatch_of, exchange_of


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "VAR_DIR": str(tmp_path), "ALLOW_LOOPBACK_CONNECTORS": "1"}


@pytest.fixture
def shop(app: Flask) -> Iterator[Acme]:
    with Peer(otherwise=does.silence) as peer, app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            shop = Acme(store_id, peer, box=app.extensions["evenly.connections"].box)
            shop.connect()
            yield shop


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_ends_while_the_platform_thinks(
    shop: Acme, environ: dict[str, str], end: signal.Signals
) -> None:
    exchange_id = shop.confirm()
    processes = Processes(environ | {"REPLY_SECONDS": "2"})
    worker = processes.worker(until_idle=False)
    try:
        shop.peer.wait_for_request()
        os.kill(worker.pid, end)
        worker.wait(SECONDS)
    finally:
        processes.end()
    dispatch = dispatch_of(exchange_id)
    assert dispatch.state == DispatchState.WAITING
    assert list(shop.peer.orders) == ["AC-1001"]
    # Killed, it left its lease behind; told to end, it waited for the answer and recorded its absence.
    killed = end == signal.SIGKILL
    assert (dispatch.leased_until is not None) == killed
    assert len(attempts_of(exchange_id)) == (0 if killed else 1)

    shop.peer.otherwise = honest
    shop.clock.now = (dispatch.leased_until or dispatch.due_at) + LEASE
    shop.send()

    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.platform_order) == (Status.PLACED, "AC-1001-X1")
    first, second = shop.peer.requests
    assert (first.body, first.headers) == (second.body, second.headers)
    assert list(shop.peer.orders) == ["AC-1001"]
    assert [attempt.outcome for attempt in attempts_of(exchange_id)] == ["unknown", "delivered"]
