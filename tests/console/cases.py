"""Exchanges to look at in the console: one that waits for a person, and one that is on its way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from app.domain.reasons import Reason
from app.models import Exchange, Store, Variant, db, store_scope
from app.services.baskets import VARIANT, load_basket
from app.services.connector_settings import Connections, connect_store
from app.services.dispatching import Dispatcher, send_all_due
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.quotes import quote
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish
from tests.factories import Bought, line_ids, make_order
from tests.faults.peer import Behaviour, Peer
from tests.services.dispatch_cases import SENDER

NOTE = "They came in the wrong box."


def make_exchange(app: Flask, store_id: int, number: str, *, review: bool = False, **values: object) -> str:
    """An order of this number with a parka of it exchanged and confirmed: its reference."""
    now = datetime.now(UTC)
    with app.app_context(), store_scope(store_id):
        store = db.session.get_one(Store, store_id)
        store.policy_data = {"undo_minutes": 15, "value_review_limit": 100 if review else 10_000_000}
        db.session.commit()
        variant = db.session.scalars(select(Variant).where(Variant.title == "Navy / M")).one()
        order_id = make_order(store_id, Bought(variant.id), number=number, **values)
        public_id = open_draft(order_id, "browser", now)
        draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
        choose_items(draft, dict.fromkeys(line_ids(order_id), 1), now)
        item = load_basket(draft, now).items[0]
        wish = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "L"})
        choose_replacement(draft, item.id, wish, now)
        seen = quote(load_basket(draft, now))
        assert seen is not None
        submit(Confirmation(draft, seen.version, "shopper", NOTE), now)
        reference = db.session.get_one(Exchange, draft).reference
        db.session.remove()
    assert reference
    return reference


def connect(app: Flask, store_id: int, url: str = "https://optoro.example") -> None:
    """Give the store a platform, so that something can be queued."""
    connections: Connections = app.extensions["evenly.connections"]
    with app.app_context():
        connect_store(
            connections, store_id, "optoro", {"url": url, "optiturn_id": "acme"}, None, datetime.now(UTC)
        )
        db.session.remove()


def send(app: Flask) -> int:
    """Let a worker send what is due once the undo window has passed: the number of tries."""
    later = datetime.now(UTC) + timedelta(minutes=16)
    connections: Connections = app.extensions["evenly.connections"]
    with app.app_context():
        dispatcher = Dispatcher(connections, SENDER, "worker-1", lambda: later, lambda: 0.5)
        tries = send_all_due(dispatcher)
        db.session.remove()
    return tries


def make_stuck(app: Flask, store_id: int, peer: Peer, number: str, behaviour: Behaviour) -> str:
    """An exchange whose message met this behaviour at the platform: its reference."""
    connect(app, store_id, peer.url)
    reference = make_exchange(app, store_id, number)
    peer.script.append(behaviour)
    assert send(app) == 1
    return reference
