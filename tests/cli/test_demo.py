"""Filling, listing and emptying the demo: nothing that a shopper did is lost, nothing foreign touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.cli.demo import emptying
from app.cli.demo.seeding import NotTheDemos, seed
from app.cli.demo.stores import ACME, KAZE, STORES
from app.models import (
    Base,
    Connector,
    Exchange,
    LineItem,
    MovementKind,
    Order,
    Store,
    db,
    store_scope,
    writing,
)
from app.queries.stores import store_with
from app.sandbox.serving import start
from app.sandbox.wsgi import create_sandbox
from app.services.connector_settings import Connections
from app.services.draft_exchange import choose_items, open_draft
from app.services.find_order import find_order
from app.services.payment_ledger import note_movement
from app.services.stores import NewStore, create_store
from app.settings import Settings

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SANDBOX = "http://127.0.0.1:1"
Filled = Callable[..., int]


@pytest.fixture
def filled(app: Flask) -> Filled:
    """Fill the database of this test, as often as one likes."""
    wired: Connections = app.extensions["evenly.connections"]
    connections = replace(wired, allow_loopback=True)

    def fill(now: datetime = NOW, url: str = SANDBOX) -> int:
        return sum(seed(store, connections, url, now) for store in STORES)

    return fill


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    connection = db.session.connection()
    return {
        table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))]
        for table in Base.metadata.sorted_tables
    }


def acme_id() -> int:
    row = store_with("acme")
    assert row is not None
    return row.id


def test_filling_again_changes_nothing_and_keeps_what_shoppers_did(app: Flask, filled: Filled) -> None:
    with app.app_context():
        assert filled() == sum(len(store.orders) for store in STORES)
        with store_scope(acme_id()):
            order_id = find_order("AC-1001", "maya.jones@example.com")
            open_draft(order_id, "a shopper", NOW)
            line_id = db.session.get_one(Order, order_id).lines[0].id
            exchange_id = db.session.query(Base.metadata.tables["exchange"].c.id).order_by("id").all()[-1][0]
            choose_items(exchange_id, {line_id: 1}, NOW)
            with writing():
                db.session.get_one(LineItem, line_id).committed = 1
        before = everything()
        assert filled(NOW + timedelta(days=9)) == 0
        assert everything() == before


def test_filling_goes_on_where_it_was_broken_off(app: Flask, filled: Filled) -> None:
    """An order that is missing comes back; the others keep their dates."""
    with app.app_context():
        filled()
        with store_scope(acme_id()), writing():
            db.session.delete(db.session.get_one(Order, find_order("AC-1002", "theo@example.com")))
        assert filled(NOW + timedelta(days=2)) == 1
        with store_scope(acme_id()):
            again = db.session.get_one(Order, find_order("AC-1002", "theo@example.com"))
            first = db.session.get_one(Order, find_order("AC-1001", "maya.jones@example.com"))
            assert (again.placed_at, first.placed_at) == (NOW - timedelta(days=7), NOW - timedelta(days=9))


def test_the_stores_follow_the_sandbox_to_another_port(app: Flask, filled: Filled) -> None:
    with app.app_context():
        filled()
        filled(url="http://127.0.0.1:2")
        rows = db.session.query(Connector).execution_options(all_stores=True).all()
        assert sorted((row.settings["url"], row.settings["api_version"]) for row in rows) == [
            ("http://127.0.0.1:2/optoro", "1"),
            ("http://127.0.0.1:2/optoro", "2"),
        ]


def test_a_merchants_store_of_the_same_name_is_left_alone(app: Flask, filled: Filled) -> None:
    with app.app_context():
        create_store(NewStore("acme", "Acme Anvils", "EUR", "de_DE", "Europe/Berlin"), NOW)
        before = everything()
        with pytest.raises(NotTheDemos):
            filled()
        with pytest.raises(NotTheDemos):
            emptying.remove(ACME)
        assert everything() == before


def test_removing_the_demo_takes_its_stores_and_nothing_else(app: Flask, filled: Filled) -> None:
    with app.app_context():
        create_store(NewStore("other", "Another store", "EUR", "de_DE", "Europe/Berlin"), NOW)
        before = everything()
        filled()
        assert [emptying.remove(store) for store in STORES] == [True, True]
        assert everything() == before
        assert emptying.remove(KAZE) is False


def test_the_ledger_goes_with_its_store_and_stays_otherwise(app: Flask, filled: Filled) -> None:
    with app.app_context():
        filled()
        for each in db.session.query(Store).all():
            with store_scope(each.id), writing():
                exchange = db.session.query(Exchange).first()
                assert exchange
                note_movement(exchange, MovementKind.OWED, 100, "of the demo", NOW)
        assert emptying.remove(ACME)
        with pytest.raises(DBAPIError, match="never deleted"):
            db.session.execute(text("DELETE FROM movement"))
        db.session.rollback()
        assert emptying.remove(KAZE)
        assert db.session.scalar(text("SELECT count(*) FROM movement")) == 0


def demo(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["demo", *words])


def test_orders_are_listed_as_json(app: Flask) -> None:
    listed = json.loads(demo(app, "orders", "--json").stdout)
    assert {tuple(entry) for entry in listed} == {
        ("store", "number", "email", "postcode", "case", "path", "gift_code")
    }
    assert {entry["path"] for entry in listed} == {"/acme/", "/kaze/"}
    assert len({entry["number"] for entry in listed}) == len(listed)
    assert listed[0] == {
        "store": "acme",
        "number": "AC-1001",
        "email": "maya.jones@example.com",
        "postcode": "94102",
        "case": "even swap",
        "path": "/acme/",
        "gift_code": None,
    }
    chained = [entry["number"] for entry in listed if entry["case"] == "exchange of an exchange"]
    assert chained == ["AC-1031-X1", "AC-1032-X1", "KZ-2021-X1"]


def test_orders_are_listed_as_a_table(app: Flask) -> None:
    lines = demo(app, "orders").stdout.splitlines()
    assert lines[0].split() == ["store", "number", "email", "postcode", "case", "try"]
    assert lines[1].split()[:4] == ["acme", "AC-1001", "maya.jones@example.com", "94102"]
    assert len({line.index("@") < lines[0].index("postcode") for line in lines[1:]}) == 1


def test_reset_makes_the_demo_anew_and_the_sandbox_forgets(app: Flask, settings: Settings) -> None:
    assert demo(app, "seed").exit_code == 0
    with app.app_context():
        with store_scope(acme_id()), writing():
            order = db.session.get_one(Order, find_order("AC-1001", "maya.jones@example.com"))
            order.placed_at -= timedelta(days=300)
        db.session.remove()
    state = Path(settings.var_dir) / "sandbox.db"
    state.write_text("what the sandbox was sent", encoding="utf-8")
    done = demo(app, "reset", "--yes")
    assert done.exit_code == 0, done.output
    assert not state.exists()
    with app.app_context(), store_scope(acme_id()):
        order = db.session.get_one(Order, find_order("AC-1001", "maya.jones@example.com"))
        assert datetime.now(UTC) - order.placed_at < timedelta(days=10)


def test_a_running_sandbox_is_asked_to_forget(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    sandbox = create_sandbox(state)
    running = start(sandbox)
    try:
        httpx2.post(f"{running.url}/optoro/exchange_orders", json={})
        assert len(httpx2.get(f"{running.url}/ledger").json()["requests"]) == 1
        emptying.forget(httpx2.URL(running.url).port or 0, state)
        assert httpx2.get(f"{running.url}/ledger").json()["requests"] == []
        assert state.exists()  # it is still in use
    finally:
        running.stop()
        sandbox.close()


def test_reset_asks_first(app: Flask) -> None:
    assert demo(app, "seed").exit_code == 0
    refused = app.test_cli_runner().invoke(args=["demo", "reset"], input="n\n")
    assert refused.exit_code == 1
    with app.app_context(), store_scope(acme_id()):
        assert find_order("AC-1001", "maya.jones@example.com")
