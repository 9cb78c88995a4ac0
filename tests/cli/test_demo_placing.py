"""Every order of the demo that can be exchanged is placed at the real sandbox, sums agreeing to the unit."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from flask import Flask

from app import Settings, create_app
from app.cli.demo.cases import Case
from app.cli.demo.listing import Entry, entries
from app.cli.demo.seeding import seed
from app.cli.demo.stores import STORES
from app.cli.worker import run_worker
from app.domain.facts import LineFacts
from app.domain.flags import FlagKind
from app.domain.policy import Policy
from app.domain.reasons import Reason
from app.domain.replacements import refusal
from app.models import Dispatch, Exchange, ExchangeFlag, db, store_scope
from app.queries.stores import store_with
from app.sandbox.serving import start
from app.sandbox.wsgi import create_sandbox
from app.services.baskets import GIFT_CARD, VARIANT, load_basket
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.find_order import find_order
from app.services.quotes import quote
from app.services.shelf import variants_of
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish

BLOCKED = {
    Case.OUTSIDE_WINDOW,
    Case.NOT_SHIPPED,
    Case.NOT_DELIVERED,
    Case.CANCELLED,
    Case.REFUNDED,
    Case.EXCHANGED,
    Case.REVIEW,
}


@pytest.fixture
def sandbox_url() -> Iterator[str]:
    sandbox = create_sandbox(None)
    running = start(sandbox)
    yield running.url
    running.stop()
    sandbox.close()


@pytest.fixture
def demo(sqlite_database_url: str, tmp_path: Path, sandbox_url: str) -> Flask:
    """The demo's stores, connected to a sandbox that listens."""
    environ = {"DATABASE_URL": sqlite_database_url, "VAR_DIR": str(tmp_path)}
    app = create_app(Settings.from_environ(environ | {"ALLOW_LOOPBACK_CONNECTORS": "1"}))
    with app.app_context():
        for store in STORES:
            seed(store, app.extensions["evenly.connections"], sandbox_url, datetime.now(UTC))
        db.session.remove()
    return app


def wish_for(line: LineFacts, units: int) -> Wish:
    """The last variant that can be had, which is often the dearest; a gift card where there is none."""
    had = [
        v
        for v in variants_of([line.product_id], datetime.now(UTC)).values()
        if refusal(line, v, units, Reason.OTHER, Policy()) is None
    ]
    if had:
        return Wish(Reason.OTHER, VARIANT, dict(had[-1].options))
    return Wish(Reason.OTHER, GIFT_CARD, {})


def exchange(entry: Entry) -> None:
    """Exchange everything of an order that can be exchanged; the store must be in scope."""
    now = datetime.now(UTC)
    public_id = open_draft(find_order(entry.number, entry.email), "tester", now)
    draft_id = db.session.query(Exchange.id).filter_by(public_id=public_id).scalar()
    basket = load_basket(draft_id, now)
    wanted = {line.id: line.open_units for line in basket.order.lines if basket.eligibility(line).allowed}
    choose_items(draft_id, wanted, now)
    for item in load_basket(draft_id, now).items:
        wish = wish_for(item.line, item.quantity)
        if entry.case in (Case.GIFT_CARD, Case.MIXED) and item.line.id == list(wanted)[-1]:
            wish = Wish(Reason.OTHER, GIFT_CARD, {})
        choose_replacement(draft_id, item.id, wish, now)
    seen = quote(load_basket(draft_id, now))
    assert seen is not None
    submit(Confirmation(draft_id, seen.version, "shopper"), now)


def test_every_order_is_placed_without_drift(demo: Flask, sandbox_url: str) -> None:
    tried = [entry for entry, _ in entries(STORES) if entry.case not in BLOCKED]
    with demo.app_context():
        for entry in tried:
            row = store_with(entry.store)
            assert row is not None
            with store_scope(row.id):
                exchange(entry)
        db.session.remove()
    run_worker(demo, 2, threading.Event(), until_idle=True)
    with demo.app_context():
        everywhere = {"all_stores": True}
        failed = db.session.query(Dispatch.key, Dispatch.last_error).filter(Dispatch.state != "delivered")
        assert failed.execution_options(**everywhere).all() == []
        drifted = db.session.query(Exchange.platform_order).filter(Exchange.drift != 0)
        assert drifted.execution_options(**everywhere).all() == []
        # Nobody is connected here who could pay back what is due; a person is told of that.
        doubtful = db.session.query(ExchangeFlag.words).filter(ExchangeFlag.kind != FlagKind.MONEY)
        assert doubtful.execution_options(**everywhere).all() == []
        db.session.remove()
        db.engine.dispose()
    sent = httpx2.get(f"{sandbox_url}/ledger").json()["requests"]
    assert [request["status"] for request in sent] == [200] * len(tried)
    assert sorted(r["body"]["original_order_id"] for r in sent) == sorted(entry.number for entry in tried)
