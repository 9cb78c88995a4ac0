"""How many exchange orders a worker places in a second, and what a slow platform takes from a fast one.

    .venv/bin/python -m benchmarks.dispatch_rate [--messages 128] [--delay-ms 50] [--runs 2]

The platforms are sandboxes, each told to take so long for an answer and in a process of its own; the worker
is the command's own loop, on SQLite and on PostgreSQL where a server is found. The orders are confirmed once
a database, and every run places those of a fresh copy of it. What counts: 16 at once are at least 8 times as
fast as one at a time, and beside a store whose platform takes two seconds a store keeps at least 80 % of its
rate. The best of so many runs counts, as whatever else runs on the machine only slows down.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import flask_migrate
import httpx2
from flask import Flask
from sqlalchemy import event, func, select, text, update

from app import Settings, create_app
from app.cli.worker import run_worker
from app.models import Dispatch, DispatchState, Exchange, Store, db, store_scope
from app.services.connector_settings import connect_store, disconnect_store
from benchmarks.servers import free_port, wait_until_up
from tests.factories import Bought, make_order, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, Clock
from tests.setup import postgres
from tests.setup.databases import address, copy_sqlite, sqlite_address

AT_ONCE = (1, 4, 16)
FASTER = 8.0
KEPT = 0.8
SLOW_MS = 2000
SLOW_MESSAGES = 16
LATER = timedelta(days=1)
NUMBERS = count(1)
Copy = Callable[[], AbstractContextManager[str]]


@dataclass(frozen=True)
class Rate:
    """What a run came to: placed in a second; for each, milliseconds of this process's CPU and statements."""

    a_second: float
    cpu_ms: float
    statements: float


@dataclass(frozen=True)
class Ground:
    """What runs are made on: a folder with the keys, the platforms' addresses, and copies of the orders."""

    folder: str
    fast: str
    slow: str
    copy: Copy
    asked: argparse.Namespace

    def best(self, threads: int, *, beside: int | None = None) -> Rate:
        """The best of some runs, each on a copy of its own; see `_rate`."""
        rates = (self._run(threads, beside) for _ in range(self.asked.runs))
        return max(rates, key=lambda rate: rate.a_second)

    def _run(self, threads: int, beside: int | None) -> Rate:
        # One at a time needs no more than an eighth of them to show its rate.
        messages = max(self.asked.messages // 8, self.asked.messages * threads // 16)
        with self.copy() as url, _portal(self.folder, url) as app:
            _due(app, "fast", messages)
            if beside is not None:
                _connect(app, "slow", self.slow)
                _due(app, "slow", beside)
            return _rate(app, threads, messages)


def main() -> int:
    """Measure, print, and tell by the exit code whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=128)
    parser.add_argument("--delay-ms", type=int, default=50)
    parser.add_argument("--runs", type=int, default=2)
    asked = parser.parse_args()
    held = []
    with _sandbox(asked.delay_ms) as fast, _sandbox(SLOW_MS) as slow:
        for name, made in {"SQLite": _on_sqlite, "PostgreSQL": _on_postgres}.items():
            with tempfile.TemporaryDirectory() as folder, made(folder) as (url, copy):
                if copy is None:
                    print(postgres.MISSING)
                    continue
                _queue(folder, url, fast, slow, asked.messages)
                print(name)
                ground = Ground(folder, fast, slow, copy, asked)
                held += [_more_at_once(ground), _beside_a_slow_one(ground)]
    return 0 if all(held) else 1


def _more_at_once(ground: Ground) -> bool:
    rates = {threads: ground.best(threads) for threads in AT_ONCE}
    for threads, rate in rates.items():
        print(f"  {threads:>2} at once: {rate.a_second:6.1f} placed a second;", end=" ")
        print(f"{rate.cpu_ms:4.1f} ms CPU, {rate.statements:4.1f} statements each")
    ratio = rates[16].a_second / rates[1].a_second
    print(f"  16 : 1 = {ratio:.1f} (at least {FASTER:.0f})")
    return ratio >= FASTER


def _beside_a_slow_one(ground: Ground) -> bool:
    alone, beside = ground.best(16, beside=0), ground.best(16, beside=SLOW_MESSAGES)
    kept = beside.a_second / alone.a_second
    print(f"  alone {alone.a_second:.1f}, beside a slow one {beside.a_second:.1f} placed a second:", end=" ")
    print(f"{kept:.0%} (at least {KEPT:.0%})")
    return kept >= KEPT


@contextmanager
def _on_sqlite(folder: str) -> Iterator[tuple[str, Copy | None]]:
    orders, work = Path(folder, "orders.db"), Path(folder, "run.db")

    @contextmanager
    def copy() -> Iterator[str]:
        copy_sqlite(orders, work)
        yield sqlite_address(work)
        for left in Path(folder).glob("run.db*"):
            left.unlink()

    yield sqlite_address(orders), copy


@contextmanager
def _on_postgres(_folder: str) -> Iterator[tuple[str, Copy | None]]:
    """A database on a server, and what copies it; no copy where there is no server."""
    with postgres.server() as server:
        if server is None:
            yield "", None
            return
        with postgres.fresh_database(server) as orders:

            @contextmanager
            def copy() -> Iterator[str]:
                with postgres.fresh_database(server, orders.database or "") as url:
                    yield address(url)

            yield address(orders), copy


@contextmanager
def _portal(folder: str, url: str) -> Iterator[Flask]:
    environment = {"VAR_DIR": folder, "ALLOW_LOOPBACK_CONNECTORS": "1", "DATABASE_URL": url}
    app = create_app(Settings.from_environ(environment))
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def _sandbox(delay_ms: int) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "app.sandbox", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    try:
        wait_until_up(url)
        fault = {"system": "optoro", "kind": "delay", "delay_ms": delay_ms, "times": 1000}
        for _ in range(10):
            httpx2.post(f"{url}/faults", json=fault).raise_for_status()
        yield f"{url}/optoro"
    finally:
        process.terminate()
        process.wait(20)


def _queue(folder: str, url: str, fast: str, slow: str, messages: int) -> None:
    """Two stores with confirmed exchanges that are due tomorrow; the slow one is not connected yet."""
    with _portal(folder, url) as app, app.app_context():
        flask_migrate.upgrade()
        for slug, platform, number in (("slow", slow, SLOW_MESSAGES), ("fast", fast, messages)):
            store_id = make_store(slug)
            _connect(app, slug, platform)
            with store_scope(store_id):
                _confirm(Acme(store_id, Peer(), Clock(datetime.now(UTC))), number)
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ANALYZE"))  # as a server's own upkeep does within a minute
        later = update(Dispatch).values(due_at=datetime.now(UTC) + LATER)
        db.session.execute(later, execution_options={"all_stores": True})
        db.session.commit()
        disconnect_store(_store_of("slow"), "optoro", datetime.now(UTC))


def _confirm(shop: Acme, number: int) -> None:
    for _ in range(number):
        bought, today = Bought(shop.parka["Navy / M"]), datetime.now(UTC)
        shop.confirm_order(make_order(shop.store_id, bought, number=f"B-{next(NUMBERS)}", delivered_at=today))


def _connect(app: Flask, slug: str, url: str) -> None:
    with app.app_context():
        settings = {"url": url, "optiturn_id": slug}
        connections = app.extensions["evenly.connections"]
        connect_store(connections, _store_of(slug), "optoro", settings, None, datetime.now(UTC))


def _due(app: Flask, slug: str, number: int) -> None:
    """Let so many of the store's messages be due now."""
    with app.app_context(), store_scope(_store_of(slug)):
        first = select(Dispatch.id).order_by(Dispatch.id).limit(number)
        ids = db.session.scalars(first).all()
        db.session.execute(update(Dispatch).where(Dispatch.id.in_(ids)).values(due_at=datetime.now(UTC)))
        db.session.commit()


def _rate(app: Flask, threads: int, messages: int) -> Rate:
    """Let a worker with so many threads place all that is due; how fast those of the fast store went."""
    seen = count()
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *_: next(seen))
    began, cpu = datetime.now(UTC), time.process_time()
    run_worker(app, threads, threading.Event(), until_idle=True)
    cpu_ms = 1000 * (time.process_time() - cpu) / messages
    with app.app_context(), store_scope(_store_of("fast")):
        placed, last = db.session.execute(
            select(func.count(Exchange.placed_at), func.max(Exchange.placed_at))
        ).one()
        left = select(Dispatch.id).where(
            Dispatch.state != DispatchState.DELIVERED, Dispatch.due_at < datetime.now(UTC)
        )
        waits = db.session.scalars(left.execution_options(all_stores=True)).all()
    if waits or placed != messages or last is None:
        raise RuntimeError(f"{placed} of {messages} were placed, and {len(waits)} dispatches wait")
    return Rate(messages / (last - began).total_seconds(), cpu_ms, next(seen) / messages)


def _store_of(slug: str) -> int:
    return db.session.scalars(select(Store.id).where(Store.slug == slug)).one()


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    sys.exit(main())
