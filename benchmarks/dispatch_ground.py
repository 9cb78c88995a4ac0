"""What the rate of dispatch is measured on: slow platforms, and databases of confirmed exchanges to copy."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import flask_migrate
import httpx2
from flask import Flask
from sqlalchemy import select, text, update

from app import Settings, create_app
from app.models import Dispatch, Store, db, store_scope
from app.services.connector_settings import connect_store, disconnect_store
from benchmarks.servers import free_port, wait_until_up
from tests.factories import Bought, make_order, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, Clock
from tests.setup import postgres
from tests.setup.databases import address, copy_sqlite, sqlite_address

SLOW_MESSAGES = 16
LATER = timedelta(days=1)
NUMBERS = count(1)
Copy = Callable[[], AbstractContextManager[str]]


@contextmanager
def on_sqlite(folder: str) -> Iterator[tuple[str, Copy | None]]:
    """A database file in this folder, and what copies it."""
    orders, work = Path(folder, "orders.db"), Path(folder, "run.db")

    @contextmanager
    def copy() -> Iterator[str]:
        copy_sqlite(orders, work)
        yield sqlite_address(work)
        for left in Path(folder).glob("run.db*"):
            left.unlink()

    yield sqlite_address(orders), copy


@contextmanager
def on_postgres(_folder: str) -> Iterator[tuple[str, Copy | None]]:
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
def portal(folder: str, url: str) -> Iterator[Flask]:
    """The application on this database, with its keys in this folder."""
    environment = {"VAR_DIR": folder, "ALLOW_LOOPBACK_CONNECTORS": "1", "DATABASE_URL": url}
    app = create_app(Settings.from_environ(environment))
    yield app
    with app.app_context():
        db.engine.dispose()


@contextmanager
def sandbox(delay_ms: int) -> Iterator[str]:
    """A platform in a process of its own that takes so long for an answer."""
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


def queue_orders(folder: str, url: str, fast: str, slow: str, messages: int) -> None:
    """Two stores with confirmed exchanges that are due tomorrow; the slow one is not connected yet."""
    with portal(folder, url) as app, app.app_context():
        flask_migrate.upgrade()
        for slug, platform, number in (("slow", slow, SLOW_MESSAGES), ("fast", fast, messages)):
            store_id = make_store(slug)
            connect(app, slug, platform)
            with store_scope(store_id):
                _confirm(Acme(store_id, Peer(), Clock(datetime.now(UTC))), number)
        if db.engine.dialect.name == "postgresql":
            db.session.execute(text("ANALYZE"))  # as a server's own upkeep does within a minute
        later = update(Dispatch).values(due_at=datetime.now(UTC) + LATER)
        db.session.execute(later, execution_options={"all_stores": True})
        db.session.commit()
        disconnect_store(store_of("slow"), "optoro", datetime.now(UTC))


def _confirm(shop: Acme, number: int) -> None:
    for _ in range(number):
        bought, today = Bought(shop.parka["Navy / M"]), datetime.now(UTC)
        shop.confirm_order(make_order(shop.store_id, bought, number=f"B-{next(NUMBERS)}", delivered_at=today))


def connect(app: Flask, slug: str, url: str) -> None:
    """Connect the store to the platform at this address."""
    with app.app_context():
        settings = {"url": url, "optiturn_id": slug}
        connections = app.extensions["evenly.connections"]
        connect_store(connections, store_of(slug), "optoro", settings, None, datetime.now(UTC))


def make_due(app: Flask, slug: str, number: int) -> None:
    """Let so many of the store's messages be due now."""
    with app.app_context(), store_scope(store_of(slug)):
        first = select(Dispatch.id).order_by(Dispatch.id).limit(number)
        ids = db.session.scalars(first).all()
        db.session.execute(update(Dispatch).where(Dispatch.id.in_(ids)).values(due_at=datetime.now(UTC)))
        db.session.commit()


def store_of(slug: str) -> int:
    return db.session.scalars(select(Store.id).where(Store.slug == slug)).one()
