"""Settings that processes of their own share with the test, and a store whose whole history is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from app import Settings
from app.models import store_scope
from tests.factories import make_store
from tests.faults.history import History
from tests.faults.killing import Processes
from tests.faults.peer import Peer
from tests.paying.shop_with_till import new_shop, running_provider
from tests.services.dispatch_cases import Clock


@pytest.fixture
def environ(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database_url,
        "VAR_DIR": str(tmp_path),
        "ALLOW_LOOPBACK_CONNECTORS": "1",
        "LOOKUP_TRIES": "1000",
    }


@pytest.fixture
def settings(environ: dict[str, str]) -> Settings:
    return Settings.from_environ(environ)


@pytest.fixture
def history(app: Flask, environ: dict[str, str], tmp_path: Path) -> Iterator[History]:
    processes = Processes(environ)
    with Peer() as peer, running_provider(lambda: datetime.now(UTC)) as provider, app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            # Half a minute ago: processes look at their own clock.
            clock = Clock(datetime.now(UTC) - timedelta(seconds=30))
            till = new_shop(store_id, peer, provider, clock, app.extensions["evenly.connections"].box)
            try:
                yield History(till, processes, tmp_path)
            finally:
                processes.end()
