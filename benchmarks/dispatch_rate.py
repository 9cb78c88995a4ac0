"""How many exchange orders a worker places in a second, with 1, 4 and 16 sent at once.

    .venv/bin/python -m benchmarks.dispatch_rate [--messages 96] [--delay-ms 50]

The platform is the sandbox, told to take so long for each answer, in a process of its own; the worker is the
command's own loop on SQLite. What counts: 16 at once are at least 8 times as fast as one at a time.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
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

AT_ONCE = (1, 4, 16)
BAR = 8.0
NUMBERS = count(1)


def main() -> int:
    """Measure, print, and tell by the exit code whether the bar holds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=96)
    parser.add_argument("--delay-ms", type=int, default=50)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, _sandbox(arguments.delay_ms) as url:
        environment = {"VAR_DIR": folder, "ALLOW_LOOPBACK_CONNECTORS": "1"}
        app = create_app(Settings.from_environ(environment))
        shop = _shop(app, url)
        rates = {threads: _rate(app, shop, threads, arguments.messages) for threads in AT_ONCE}
        with app.app_context(), store_scope(shop.store_id):
            left = db.session.scalar(select(func.count()).where(Exchange.status != Status.PLACED))
            db.engine.dispose()
    ratio = rates[16] / rates[1]
    for threads, rate in rates.items():
        print(f"{threads:>2} at once: {rate:6.1f} placed a second")
    print(f"16 : 1 = {ratio:.1f} (at least {BAR:.0f}), not placed: {left}")
    return 0 if ratio >= BAR and not left else 1


@contextmanager
def _sandbox(delay_ms: int) -> Iterator[str]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen([sys.executable, "-m", "app.sandbox", "--port", str(port)])
    try:
        wait_until_up(url)
        fault = {"system": "optoro", "kind": "delay", "delay_ms": delay_ms, "times": 1000}
        httpx2.post(f"{url}/faults", json=fault).raise_for_status()
        yield f"{url}/optoro"
    finally:
        process.terminate()
        process.wait(20)


def _shop(app: Flask, url: str) -> Acme:
    with app.app_context():
        flask_migrate.upgrade()
        store_id = make_store()
        with store_scope(store_id):
            box = app.extensions["evenly.connections"].box
            shop = Acme(store_id, Peer(), Clock(datetime.now(UTC)), box)
            settings = {"url": url, "optiturn_id": "bench"}
            connect_store(shop.connections, store_id, "optoro", settings, None, datetime.now(UTC))
            return shop


def _rate(app: Flask, shop: Acme, threads: int, messages: int) -> float:
    """Queue them, then let a worker with so many threads place them all."""
    with app.app_context(), store_scope(shop.store_id):
        for _ in range(messages):
            bought = Bought(shop.parka["Navy / M"])
            number = f"B-{next(NUMBERS)}"
            shop.confirm_order(
                make_order(shop.store_id, bought, number=number, delivered_at=datetime.now(UTC))
            )
    started = time.monotonic()
    run_worker(app, threads, threading.Event(), until_idle=True)
    return messages / (time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
