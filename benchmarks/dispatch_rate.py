"""How many exchange orders a worker places in a second, and what a slow platform takes from a fast one.

    .venv/bin/python -m benchmarks.dispatch_rate [--messages 128] [--delay-ms 50]

The platforms are sandboxes, each told to take so long for an answer and in a process of its own; the worker
is the command's own loop, on SQLite and on PostgreSQL where a server is found. What counts: 16 at once are
at least 8 times as fast as one at a time, and beside a store whose platform takes two seconds a store keeps
at least 80 % of its rate. The best of so many runs counts, as whatever else runs on the machine only slows
down.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count

import flask_migrate
import httpx2
from flask import Flask
from sqlalchemy import func, select

from app import Settings, create_app
from app.cli.worker import run_worker
from app.domain.exchange_status import Status
from app.models import Exchange, db, store_scope
from app.services.connector_settings import connect_store
from benchmarks.servers import free_port, wait_until_up
from tests.factories import Bought, make_order, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, Clock
from tests.setup import postgres

AT_ONCE = (1, 4, 16)
FASTER = 8.0
KEPT = 0.8
SLOW_MS = 2000
SLOW_MESSAGES = 32
NUMBERS = count(1)


@dataclass(frozen=True)
class Rate:
    """What a run came to: placed in a second, and milliseconds of this process's CPU for each."""

    a_second: float
    cpu_ms: float


def main() -> int:
    """Measure, print, and tell by the exit code whether the bars hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--messages", type=int, default=128)
    parser.add_argument("--delay-ms", type=int, default=50)
    parser.add_argument("--runs", type=int, default=2)
    asked = parser.parse_args()
    held = []
    with _sandbox(asked.delay_ms) as fast, _sandbox(SLOW_MS) as slow:
        for name, url in _databases():
            with tempfile.TemporaryDirectory() as folder, _portal(folder, url) as app:
                print(name)
                held += [_more_at_once(app, fast, asked), _beside_a_slow_one(app, fast, slow, asked)]
    return 0 if all(held) else 1


def _more_at_once(app: Flask, url: str, asked: argparse.Namespace) -> bool:
    shop = _shop(app, "fast", url)
    rates = {threads: _best(app, shop, threads, asked) for threads in AT_ONCE}
    for threads, rate in rates.items():
        print(f"  {threads:>2} at once: {rate.a_second:6.1f} placed a second, {rate.cpu_ms:4.1f} ms CPU each")
    ratio = rates[16].a_second / rates[1].a_second
    print(f"  16 : 1 = {ratio:.1f} (at least {FASTER:.0f})")
    return ratio >= FASTER and not _left(app, shop)


def _beside_a_slow_one(app: Flask, fast_url: str, slow_url: str, asked: argparse.Namespace) -> bool:
    fast, slow = _shop(app, "quick", fast_url), _shop(app, "slow", slow_url)
    alone = _best(app, fast, 16, asked)
    _queue(app, slow, SLOW_MESSAGES)
    beside = _rate(app, fast, 16, asked.messages)
    kept = beside.a_second / alone.a_second
    print(f"  alone {alone.a_second:.1f}, beside a slow one {beside.a_second:.1f} placed a second:", end=" ")
    print(f"{kept:.0%} (at least {KEPT:.0%})")
    return kept >= KEPT and not _left(app, fast) and not _left(app, slow)


def _databases() -> Iterator[tuple[str, str | None]]:
    """SQLite in a file of the benchmark's own, and a fresh database on a server, where there is one."""
    yield "SQLite", None
    with postgres.server() as server:
        if server is None:
            print(postgres.MISSING)
            return
        with postgres.fresh_database(server) as url:
            yield "PostgreSQL", url.render_as_string(hide_password=False)


@contextmanager
def _portal(folder: str, url: str | None) -> Iterator[Flask]:
    environment = {"VAR_DIR": folder, "ALLOW_LOOPBACK_CONNECTORS": "1"} | (
        {"DATABASE_URL": url} if url else {}
    )
    app = create_app(Settings.from_environ(environment))
    with app.app_context():
        flask_migrate.upgrade()
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


def _shop(app: Flask, slug: str, url: str) -> Acme:
    with app.app_context():
        store_id = make_store(slug)
        with store_scope(store_id):
            box = app.extensions["evenly.connections"].box
            shop = Acme(store_id, Peer(), Clock(datetime.now(UTC)), box)
            settings = {"url": url, "optiturn_id": slug}
            connect_store(shop.connections, store_id, "optoro", settings, None, datetime.now(UTC))
            return shop


def _best(app: Flask, shop: Acme, threads: int, asked: argparse.Namespace) -> Rate:
    return max(
        (_rate(app, shop, threads, asked.messages) for _ in range(asked.runs)), key=lambda r: r.a_second
    )


def _rate(app: Flask, shop: Acme, threads: int, messages: int) -> Rate:
    """Queue them, then let a worker with so many threads place them all, and what else waits."""
    _queue(app, shop, messages)
    began, cpu, started = datetime.now(UTC), time.process_time(), time.monotonic()
    run_worker(app, threads, threading.Event(), until_idle=True)
    cpu_ms = 1000 * (time.process_time() - cpu) / messages
    with app.app_context(), store_scope(shop.store_id):
        last = db.session.scalar(select(func.max(Exchange.placed_at)))
    seconds = (last - began).total_seconds() if last else time.monotonic() - started
    return Rate(messages / seconds, cpu_ms)


def _queue(app: Flask, shop: Acme, messages: int) -> None:
    with app.app_context(), store_scope(shop.store_id):
        for _ in range(messages):
            bought = Bought(shop.parka["Navy / M"])
            number, today = f"B-{next(NUMBERS)}", datetime.now(UTC)
            shop.confirm_order(make_order(shop.store_id, bought, number=number, delivered_at=today))


def _left(app: Flask, shop: Acme) -> int:
    """How many of the store are not placed."""
    with app.app_context(), store_scope(shop.store_id):
        return db.session.scalar(select(func.count()).where(Exchange.status != Status.PLACED)) or 0


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    sys.exit(main())
