"""`exchange retry` and `exchange delivered`: a person's word from the command line, and refusals in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app import Settings
from app.domain.exchange_status import Status
from app.models import store_scope
from tests.factories import make_store
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, exchange_of

WHO = ("--by", "M. Ruiz", "--reason", "looked at the platform")


@pytest.fixture
def settings(sqlite_database_url: str, tmp_path: Path) -> Settings:
    environ = {
        "DATABASE_URL": sqlite_database_url,
        "VAR_DIR": str(tmp_path),
        "ALLOW_LOOPBACK_CONNECTORS": "1",
    }
    return Settings.from_environ(environ)


@pytest.fixture
def shop(app: Flask) -> Iterator[Acme]:
    with Peer() as peer, app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            shop = Acme(store_id, peer, box=app.extensions["evenly.connections"].box)
            shop.connect()
            yield shop


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["exchange", *arguments])


def refused_at_the_platform(shop: Acme) -> tuple[int, str]:
    shop.peer.script.append(does.status(422))
    exchange_id = shop.confirm()
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.IN_REVIEW
    return exchange_id, exchange.reference or ""


def test_sent_again(app: Flask, shop: Acme) -> None:
    exchange_id, reference = refused_at_the_platform(shop)
    for _ in range(2):
        told = run(app, "retry", reference, *WHO)
        assert told.output == f"{reference} is being sent: place at optoro.\n"
    shop.clock.forward(days=1)
    with store_scope(shop.store_id):
        assert exchange_of(exchange_id).state is Status.PLACING


def test_named(app: Flask, shop: Acme) -> None:
    exchange_id, reference = refused_at_the_platform(shop)
    for _ in range(2):
        told = run(app, "delivered", reference, "--order", "X-77", *WHO)
        assert told.output == f"{reference} is placed as X-77.\n"
    other = run(app, "delivered", reference, "--order", "X-78", *WHO)
    assert (other.exit_code, "is placed as X-77 already" in other.stderr) == (2, True)
    again = run(app, "retry", reference, *WHO)
    assert (again.exit_code, "nothing of it has failed" in again.stderr) == (2, True)
    with store_scope(shop.store_id):
        assert exchange_of(exchange_id).platform_order == "X-77"
