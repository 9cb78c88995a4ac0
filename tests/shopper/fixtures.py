"""The demo's shop with its platform, started once and shared: every test makes orders of its own in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort

from app import Settings, create_app
from app.models import ThrottleTry, db, writing
from tests.setup.databases import copy_sqlite, sqlite_address
from tests.shopper.platform import Platform, running_platform
from tests.shopper.shop import Shop


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """The sandbox platform."""
    with running_platform() as running:
        yield running


@pytest.fixture(scope="session")
def demo(
    _migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory, platform: Platform
) -> Iterator[Shop]:
    """The demo's stores on SQLite, connected to the platform."""
    folder = tmp_path_factory.mktemp("demo")
    copy_sqlite(_migrated_sqlite, folder / "demo.db")
    app = demo_app(sqlite_address(folder / "demo.db"), folder)
    yield Shop(app, platform.url)
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def nobody_has_guessed(request: pytest.FixtureRequest) -> None:
    """No look-up is counted against anybody: all tests come from one address, some of them within minutes."""
    shop = request.getfixturevalue("demo") if "demo" in request.fixturenames else None
    if isinstance(shop, Shop):  # some tests of commands have another demo
        with shop.app.app_context(), writing():
            db.session.query(ThrottleTry).delete()


def demo_app(database_url: str, folder: Path) -> Flask:
    """The whole application, allowed to call the sandbox on this machine."""
    environ = {"DATABASE_URL": database_url, "VAR_DIR": str(folder), "ALLOW_LOOPBACK_CONNECTORS": "1"}
    app = create_app(Settings.from_environ(environ))
    app.add_url_rule("/<store_slug>/fail/<int:code>", "fail", fail)
    return app


def fail(code: int) -> str:
    """One address that the product does not have: it fails with the status that it names."""
    if code == 500:
        raise RuntimeError("a mistake that nobody foresaw")
    abort(code)
