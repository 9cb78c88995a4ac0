"""What every test may ask for. The fixtures themselves stand in tests/setup and tests/pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import Settings, create_app
from app.models import db

pytest_plugins = [
    "pytester",
    "tests.pages.html_checker",
    "tests.setup.databases",
    "tests.setup.backups",
    "tests.setup.routes",
    "tests.setup.shared_data",
    "tests.setup.skips",
    "tests.shopper.fixtures",
]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings as a fresh machine has them, on a database of the test's own."""
    return Settings.from_environ({"DATABASE_URL": database_url, "VAR_DIR": str(tmp_path / "var")})


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application. Asked for without more, it runs on SQLite and on PostgreSQL."""
    app = create_app(settings)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without a screen."""
    return app.test_client()
