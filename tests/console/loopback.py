"""A store whose platform is a peer of the test's own; a test module imports both fixtures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app import Settings
from tests.faults.peer import Peer


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    environ = {"DATABASE_URL": database_url, "VAR_DIR": str(tmp_path), "ALLOW_LOOPBACK_CONNECTORS": "1"}
    return Settings.from_environ(environ)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer
