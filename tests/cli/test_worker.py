"""The worker command: sends what is due, ends when idle or told to, and outlives what goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import Settings
from app.cli.worker import run_worker
from app.domain.exchange_status import Status
from app.models import BrowserSession, Dispatch, Exchange, ExchangeFlag, Order, db, store_scope
from app.services.sweeping import sweep
from tests.factories import NOW, make_store
from tests.faults import behaviours as does
from tests.faults.peer import Call, Peer
from tests.services.dispatch_cases import Acme, Clock


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    environ = {"DATABASE_URL": database_url, "VAR_DIR": str(tmp_path), "ALLOW_LOOPBACK_CONNECTORS": "1"}
    return Settings.from_environ(environ)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with Peer() as peer:
        yield peer


@pytest.fixture
def shop(app: Flask, peer: Peer) -> Acme:
    """A connected store; its times are today's, as the command looks at the clock itself."""
    with app.app_context():
        store_id = make_store()
        with store_scope(store_id):
            shop = Acme(store_id, peer, Clock(NOW), app.extensions["evenly.connections"].box)
            shop.connect()
            return shop


def confirm(app: Flask, shop: Acme, *numbers: str) -> None:
    with app.app_context(), store_scope(shop.store_id):
        for number in numbers:
            shop.confirm(number)


def states(app: Flask, shop: Acme) -> dict[str, str]:
    with app.app_context(), store_scope(shop.store_id):
        rows = db.session.execute(select(Exchange.order_id, Exchange.status).order_by(Exchange.id))
        return {str(order_id): status for order_id, status in rows}


def until_idle(app: Flask, *options: str) -> None:
    result = app.test_cli_runner().invoke(args=["worker", "--until-idle", *options])
    assert result.exception is None, result.output
    assert result.exit_code == 0


def test_it_sends_all_that_is_due_and_ends(app: Flask, shop: Acme, peer: Peer) -> None:
    confirm(app, shop, "AC-1", "AC-2", "AC-3", "AC-4", "AC-5")
    until_idle(app, "--threads", "3")
    assert set(states(app, shop).values()) == {Status.PLACED}
    assert len(peer.requests) == 5


def test_it_does_not_wait_for_what_is_due_later(app: Flask, shop: Acme, peer: Peer) -> None:
    confirm(app, shop, "AC-1", "AC-2")
    peer.script.append(does.status(503, b"", {"Retry-After": "3600"}))
    with app.app_context(), store_scope(shop.store_id):
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        last = db.session.scalars(select(Dispatch.id).order_by(Dispatch.id.desc())).first()
        db.session.execute(update(Dispatch).where(Dispatch.id == last).values(due_at=tomorrow))
        db.session.commit()
    until_idle(app)
    assert list(states(app, shop).values()) == [Status.PLACING, Status.SUBMITTED]
    assert len(peer.requests) == 1


def test_nothing_to_do_is_no_error(app: Flask) -> None:
    until_idle(app)


def test_one_slow_merchant_holds_nobody_up(app: Flask, shop: Acme, peer: Peer) -> None:
    """The first message is only answered once all others are through."""
    others_are_through = threading.Event()

    def waits_for_the_others(call: Call) -> None:
        assert others_are_through.wait(10)
        call.answer(200, call.place())

    confirm(app, shop, "AC-1", "AC-2", "AC-3", "AC-4")
    peer.script.append(waits_for_the_others)
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(app, 2, stop), kwargs={"until_idle": True})
    worker.start()
    for _ in range(4):
        peer.wait_for_request()
    others_are_through.set()
    worker.join(30)
    assert not worker.is_alive()
    assert set(states(app, shop).values()) == {Status.PLACED}


@pytest.mark.postgres
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_an_order_that_somebody_holds_keeps_nobody_else_waiting(app: Flask, shop: Acme, peer: Peer) -> None:
    """Its answer is there and cannot be recorded; the one thread sends the next meanwhile."""
    confirm(app, shop, "AC-1", "AC-2")
    with app.app_context():
        engine = db.engine
    with engine.connect() as other:

        def locks_its_order_and_answers(call: Call) -> None:
            other.execute(select(Order.id).where(Order.number == "AC-1").with_for_update())
            call.answer(200, call.place())

        peer.script.append(locks_its_order_and_answers)
        stop = threading.Event()
        worker = threading.Thread(target=run_worker, args=(app, 1, stop), kwargs={"until_idle": True})
        worker.start()
        for _ in range(2):
            peer.wait_for_request()
        assert Status.PLACING in states(app, shop).values()
        other.rollback()
        worker.join(30)
    assert set(states(app, shop).values()) == {Status.PLACED}
    assert len(peer.requests) == 2


def test_told_to_stop_it_ends_what_is_under_way(app: Flask, shop: Acme, peer: Peer) -> None:
    stop = threading.Event()

    def stops_the_worker(call: Call) -> None:
        stop.set()
        call.answer(200, call.place())

    confirm(app, shop, "AC-1", "AC-2")
    peer.otherwise = stops_the_worker
    run_worker(app, 1, stop)
    assert sorted(states(app, shop).values()) == [Status.PLACED, Status.SUBMITTED]


def test_a_message_that_cannot_be_read_does_not_stop_the_rest(
    app: Flask, shop: Acme, caplog: pytest.LogCaptureFixture
) -> None:
    confirm(app, shop, "AC-1", "AC-2")
    with app.app_context(), store_scope(shop.store_id):
        first = db.session.scalars(select(Dispatch.id).order_by(Dispatch.id)).first()
        db.session.execute(update(Dispatch).where(Dispatch.id == first).values(message={"nothing": 1}))
        db.session.commit()
    until_idle(app)
    assert list(states(app, shop).values()) == [Status.SUBMITTED, Status.PLACED]
    assert "could not be carried out" in caplog.text
    with app.app_context(), store_scope(shop.store_id):
        flagged = db.session.scalars(select(ExchangeFlag.words)).one()
    assert flagged.startswith("A fault of this portal")


def test_what_expired_is_cleared_away(app: Flask) -> None:
    with app.app_context():
        for name, hours in (("old", -1), ("new", 1)):
            expires = NOW + timedelta(hours=hours)
            db.session.add(BrowserSession(id=name, data={}, created_at=NOW, expires_at=expires))
        db.session.commit()
        sweep(NOW)
        assert list(db.session.scalars(select(BrowserSession.id))) == ["new"]
