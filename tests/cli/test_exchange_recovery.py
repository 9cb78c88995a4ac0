"""`exchange retry|delivered|cancel|settle|unexpected`: a person's word from the command line."""

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


def test_it_is_not_there(app: Flask, shop: Acme) -> None:
    exchange_id, reference = refused_at_the_platform(shop)
    both = run(app, "cancel", reference, "--not-there", "--done-there", *WHO)
    assert (both.exit_code, "say different things" in both.stderr) == (2, True)
    for _ in range(2):
        told = run(app, "cancel", reference, "--not-there", *WHO)
        assert told.output == f"{reference} is cancelled.\n"
    with store_scope(shop.store_id):
        ended = exchange_of(exchange_id)
        assert (ended.state, ended.occupies_order) == (Status.CANCELLED, False)
        assert (ended.decided_by, ended.open_flags) == ("M. Ruiz", [])


def test_what_has_not_left_is_cancelled_at_once_and_what_was_placed_is_not_said_to_be_gone(
    app: Flask, shop: Acme
) -> None:
    shop.set_policy(undo_minutes=15)
    waits = exchange_of(shop.confirm()).reference or ""
    for _ in range(2):
        told = run(app, "cancel", waits, *WHO)
        assert told.output == f"{waits} is cancelled.\n"
    placed = exchange_of(shop.confirm("AC-1002")).reference or ""
    shop.clock.forward(days=1)
    shop.send()
    refused = run(app, "cancel", placed, "--not-there", *WHO)
    assert (refused.exit_code, "is placed" in refused.stderr) == (2, True)


def test_what_came_back_is_flagged_and_settled(app: Flask, shop: Acme) -> None:
    exchange_id = shop.confirm()
    reference = exchange_of(exchange_id).reference or ""
    nothing = run(app, "settle", reference, *WHO)
    assert (nothing.exit_code, "Nothing is flagged" in nothing.stderr) == (2, True)
    for _ in range(2):
        told = run(app, "unexpected", reference, "--what", "an empty box", "--by", "M. Ruiz")
        assert told.exit_code == 0
    with store_scope(shop.store_id):
        (flag,) = exchange_of(exchange_id).open_flags
    assert f"an empty box (flag {flag.id})" in run(app, "show", reference).output
    wrong = run(app, "settle", reference, "--how", "refund", *WHO)
    assert (wrong.exit_code, "--how accept or otherwise" in wrong.stderr) == (2, True)
    for _ in range(2):
        done = run(app, "settle", reference, "--flag", str(flag.id), *WHO)
        assert done.output == f"Flag {flag.id} of {reference} is settled.\n"
    with store_scope(shop.store_id):
        settled = exchange_of(exchange_id)
        assert (settled.open_flags, settled.parcel_received_at is not None) == ([], True)


def test_of_several_flags_one_is_named(app: Flask, shop: Acme) -> None:
    exchange_id, reference = refused_at_the_platform(shop)
    run(app, "unexpected", reference, "--what", "an empty box", "--by", "M. Ruiz")
    asked = run(app, "settle", reference, *WHO)
    assert (asked.exit_code, "add --flag" in asked.stderr, "an empty box" in asked.stderr) == (2, True, True)
    with store_scope(shop.store_id):
        flags = exchange_of(exchange_id).open_flags
    foreign = run(app, "settle", reference, "--flag", str(flags[-1].id + 1), *WHO)
    assert (foreign.exit_code, "has no flag" in foreign.stderr) == (2, True)
