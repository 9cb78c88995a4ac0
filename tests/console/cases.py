"""Things to look at in the console: an exchange that waits, one on its way, a draft begun at the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from flask import Flask
from sqlalchemy import Update, func, select

from app.connectors.mail.connector import Post
from app.domain.flags import FlagKind
from app.domain.reasons import Reason
from app.models import AuditEntry, Exchange, Granting, Role, Store, Variant, db, store_scope, writing
from app.services.acting import begin
from app.services.agents.people import NewAgent, actor_for_shopper, create_agent
from app.services.baskets import VARIANT, load_basket
from app.services.connector_settings import Connections, connect_store
from app.services.dispatching import Dispatcher, send_all_due
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.moving import ask_for_attention
from app.services.overriding import Person, make_exception
from app.services.quotes import quote
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish
from tests.console.desk import PASSWORD
from tests.factories import Bought, line_ids, make_order
from tests.faults.peer import Behaviour, Peer
from tests.services.dispatch_cases import SENDER
from tests.web.conftest import Shop

NOTE = "They came in the wrong box."
TO_L = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "L"})


def make_exchange(
    app: Flask,
    store_id: int,
    number: str,
    *,
    review: bool = False,
    wish: Wish = TO_L,
    policy: Mapping[str, object] = MappingProxyType({}),
    lines: int = 1,
    **values: object,
) -> str:
    """An order of this number with a parka of it exchanged and confirmed: its reference.

    `policy` is what the store chooses otherwise; `values` are the order's, of as many `lines`, all exchanged.
    """
    now = datetime.now(UTC)
    with app.app_context(), store_scope(store_id):
        store = db.session.get_one(Store, store_id)
        limit = 100 if review else 10_000_000
        store.policy_data = {
            "undo_minutes": 15,
            "value_review_limit": limit,
            "exception_limit_agent": 10_000_000,
            **policy,
        }
        db.session.commit()
        variant = db.session.scalars(select(Variant).where(Variant.title == "Navy / M")).one()
        order_id = make_order(store_id, *[Bought(variant.id)] * lines, number=number, **values)
        public_id = open_draft(order_id, "browser", now)
        draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
        choose_items(draft, dict.fromkeys(line_ids(order_id), 1), now)
        for item in load_basket(draft, now).items:
            choose_replacement(draft, item.id, wish, now)
        seen = quote(load_basket(draft, now))
        assert seen is not None
        submit(Confirmation(draft, seen.version, "shopper", NOTE), now)
        reference = db.session.get_one(Exchange, draft).reference
        db.session.remove()
    assert reference
    return reference


def flag(app: Flask, store_id: int, reference: str, words: str, kind: FlagKind = FlagKind.SENDING) -> int:
    """Ask for attention to this exchange: the flag's id."""
    with app.app_context(), store_scope(store_id):
        with writing():
            exchange = db.session.scalars(select(Exchange).where(Exchange.reference == reference)).one()
            ask_for_attention(exchange, words, "worker", datetime.now(UTC), kind)
            db.session.flush()
            flag_id = exchange.open_flags[-1].id
        db.session.remove()
    return flag_id


def connect(app: Flask, store_id: int, url: str = "https://optoro.example") -> None:
    """Give the store a platform, so that something can be queued."""
    connections: Connections = app.extensions["evenly.connections"]
    with app.app_context():
        connect_store(
            connections, store_id, "optoro", {"url": url, "optiturn_id": "acme"}, None, datetime.now(UTC)
        )
        db.session.remove()


def make_desk_draft(app: Flask, store_id: int, number: str) -> dict[str, str | int]:
    """An order of this number with a hat on final sale, begun at the desk and one parka of it chosen.

    An agent who may grant nothing asked for an exception for the hat. The parts of addresses that lead there.
    """
    now = datetime.now(UTC)
    with app.app_context(), store_scope(store_id):
        agent_id = create_agent(
            store_id, NewAgent(f"{number}@acme.example", Role.AGENT, "Una", PASSWORD), now
        )
        store = db.session.get_one(Store, store_id)
        store.policy_data = {**store.policy_data, "exception_limit_agent": 0}
        db.session.commit()
        variant = db.session.scalars(select(Variant).where(Variant.title == "Navy / M")).one()
        hat = Bought(title="Field Cap", words="Red", tags=["final-sale"], product=3500)
        order_id = make_order(store_id, Bought(variant.id), hat, number=number)
        parka_line, hat_line = line_ids(order_id)
        public_id = begin(order_id, agent_id, "She called", now)
        draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
        choose_items(draft, {parka_line: 1}, now, actor=actor_for_shopper(agent_id))
        item_id = load_basket(draft, now).items[0].id
        asked = make_exception(draft, hat_line, Person(agent_id, Role.AGENT), "A gift that she got", now)
        assert asked is not None
        assert asked.state == Granting.ASKED
        parts: dict[str, str | int] = {
            "public_id": public_id,
            "item_id": item_id,
            "line_id": hat_line,
            "override_id": asked.id,
        }
        db.session.remove()
    return parts


def make_gift_draft(app: Flask, store_id: int, number: str) -> dict[str, str | int]:
    """The same for who received an order of this number as a gift: the parts of addresses that lead there."""
    now = datetime.now(UTC)
    with app.app_context(), store_scope(store_id):
        new = NewAgent(f"{number}@acme.example", Role.AGENT, "Una", PASSWORD)
        agent_id = create_agent(store_id, new, now)
        variant = db.session.scalars(select(Variant).where(Variant.title == "Navy / M")).one()
        order_id = make_order(store_id, Bought(variant.id), number=number, is_gift=True)
        public_id = begin(order_id, agent_id, "She called", now, gift=True)
        draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
        units = dict.fromkeys(line_ids(order_id), 1)
        choose_items(draft, units, now, actor=actor_for_shopper(agent_id))
        item_id = load_basket(draft, now).items[0].id
        parts: dict[str, str | int] = {"gift public_id": public_id, "gift item_id": item_id}
        db.session.remove()
    return parts


def send(app: Flask, post: Post | None = None) -> int:
    """Let a worker send what is due once the undo window has passed: the number of tries."""
    later = datetime.now(UTC) + timedelta(minutes=16)
    connections: Connections = replace(app.extensions["evenly.connections"], post=post)
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


def done(app: Flask, shop: Shop, chain: str, *acts: str) -> int:
    """How often one of these acts stands in the chain."""
    with app.app_context(), store_scope(shop.store_id):
        wanted = (AuditEntry.chain == chain, AuditEntry.act.in_(acts))
        return db.session.scalar(select(func.count(AuditEntry.id)).where(*wanted)) or 0


def change_all(app: Flask, shop: Shop, statement: Update) -> None:
    with app.app_context(), store_scope(shop.store_id), writing():
        db.session.execute(statement)
