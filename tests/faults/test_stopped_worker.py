"""A worker that sleeps past its lease, a platform that hangs: others go on, nothing is doubled (R11, R14)."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.cli.worker import run_worker
from app.domain.exchange_status import Status
from app.models import Dispatch, Exchange, db, store_scope, writing
from app.services import audit
from tests.factories import make_store
from tests.faults import behaviours as does
from tests.faults.killing import SECONDS, Processes
from tests.faults.peer import Call, Peer, honest
from tests.services.dispatch_cases import Acme, attempts_of, exchange_of


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "VAR_DIR": str(tmp_path),
        "ALLOW_LOOPBACK_CONNECTORS": "1",
        "REPLY_SECONDS": "4",
    }


@pytest.fixture
def shop(app: Flask) -> Iterator[Acme]:
    with Peer() as peer, app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            shop = Acme(store_id, peer, box=app.extensions["evenly.connections"].box)
            shop.connect()
            yield shop


def stop_between_transactions(pid: int) -> None:
    """Another thread of it may be writing just now, and would keep SQLite's one lock while it sleeps."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        if db.engine.dialect.name != "sqlite":
            return
        probe = sqlite3.connect(db.engine.url.database or "", timeout=0)
        try:
            probe.execute("BEGIN IMMEDIATE")
            return
        except sqlite3.OperationalError:
            os.kill(pid, signal.SIGCONT)
        finally:
            probe.close()


def test_a_worker_stopped_past_its_lease_changes_nothing_when_it_goes_on(
    shop: Acme, environ: dict[str, str]
) -> None:
    answer_now = threading.Event()

    def slow(call: Call) -> None:
        body = call.place()
        answer_now.wait(SECONDS)
        call.answer(200, body)

    shop.peer.script.append(slow)
    exchange_id = shop.confirm()
    processes = Processes(environ)
    try:
        sleeper = processes.worker()
        shop.peer.wait_for_request()
        stop_between_transactions(sleeper.pid)
        with writing():
            past = datetime.now(UTC) - timedelta(seconds=1)
            db.session.execute(update(Dispatch).values(leased_until=past))
        assert processes.worker().wait(SECONDS) == 0
        placed = exchange_of(exchange_id)
        assert placed.state is Status.PLACED
        answer_now.set()
        os.kill(sleeper.pid, signal.SIGCONT)
        assert sleeper.wait(SECONDS) == 0
    finally:
        processes.end()
    again = exchange_of(exchange_id)
    assert (again.updated_at, again.attention) == (placed.updated_at, None)
    assert [(attempt.fence, attempt.late) for attempt in attempts_of(exchange_id) if attempt.worker] == [
        (2, False),
        (1, True),
    ]
    assert list(shop.peer.orders) == ["AC-1001"]
    assert len({heard.body for heard in shop.peer.requests}) == 1
    assert audit.verify(f"exchange:{exchange_id}").whole


def placed_in(store_id: int) -> int:
    db.session.rollback()
    placed = select(func.count()).where(Exchange.status == Status.PLACED, Exchange.store_id == store_id)
    return db.session.scalar(placed.execution_options(all_stores=True)) or 0


def test_a_platform_that_hangs_does_not_hold_another_store_up(app: Flask, shop: Acme) -> None:
    """Five seconds is what another store's message may wait at most; here for all of them together."""
    shop.peer.otherwise = does.silence
    for number in range(12):
        shop.confirm(f"AC-{number}")
    other_id = make_store("globex")
    with Peer(otherwise=honest) as peer, store_scope(other_id):
        other = Acme(other_id, peer, shop.clock, shop.box)
        other.connect()
        for number in range(6):
            other.confirm(f"GX-{number}")
        stop = threading.Event()
        worker = threading.Thread(target=run_worker, args=(app, 3, stop))
        began = time.monotonic()
        worker.start()
        for _ in range(6):
            peer.wait_for_request()
        waited = time.monotonic() - began
        stop.set()
        worker.join(SECONDS)
    assert waited < 5
    assert placed_in(other_id) == 6
    assert placed_in(shop.store_id) == 0
