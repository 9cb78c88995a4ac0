"""A store with something in every corner of the console, marked so that it is known wherever it turns up.

Two stores made by this have the same numbers, e-mail addresses, SKUs and names; only their marks differ.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from sqlalchemy import String, select, update

from app.connectors.mail.connector import Post
from app.connectors.mail.server import MailServer as ServerAddress
from app.domain.flags import FlagKind
from app.models import (
    Agent,
    Connector,
    DeskDraft,
    Dispatch,
    Exchange,
    ExchangeDecision,
    ExchangeFlag,
    ExchangeNote,
    GiftCard,
    GiftCardCode,
    LineItem,
    Membership,
    MovementKind,
    Order,
    Payment,
    PaymentState,
    Product,
    Role,
    RuleOverride,
    Store,
    Variant,
    db,
    store_scope,
)
from app.services.agent_decisions import Decision, decline
from app.services.cancelling import cancel_exchange
from app.services.desk_work import add_note
from app.services.mailing import turn_on
from app.services.payment_ledger import note_movement
from app.services.search_keys import index_orders
from app.web.mails import writer_of
from tests.console.cases import TO_L, connect, flag, make_desk_draft, make_exchange, make_gift_draft, send
from tests.console.desk import make_agent
from tests.factories import ADA, Bought, make_order, make_product, make_store
from tests.faults import behaviours as does
from tests.faults.mail_server import MailServer
from tests.faults.peer import Peer

# What people and other systems wrote: each gets the store's mark and its own name behind what stood there.
WORDS = {
    Order: ("last_name", "phone", "gift_code"),
    LineItem: ("title", "variant_words"),
    Product: ("title", "vendor"),
    Exchange: ("shopper_note", "decision_words", "recipient_email", "tracking_number", "carrier"),
    ExchangeNote: ("text",),
    ExchangeDecision: ("reason",),
    ExchangeFlag: ("words", "settled_why"),
    DeskDraft: ("reason",),
    RuleOverride: ("reason", "decision_reason"),
    Dispatch: ("last_error",),
    Payment: ("declined", "problem", "payment"),
    Connector: ("problem",),
}


@dataclass(frozen=True)
class Marked:
    """One of the stores: its mark, its people's secrets by role, and the numbers that are its alone."""

    slug: str
    store_id: int
    mark: str
    secrets: dict[Role, str]
    numbers: tuple[str, ...]

    def email(self, role: Role) -> str:
        return f"{role}@{self.slug}.example"

    def marks_of(self, text: str) -> set[str]:
        """What of this store stands in a text: its mark, or one of its own numbers."""
        return {known for known in (self.mark, *self.numbers) if known in text}


def make_marked(app: Flask, slug: str) -> Marked:
    """Exchanges in several states, drafts, a card, payments, mails and people, and a mark on all of it."""
    mark = f"zq{slug}"
    with app.app_context():
        turn_on(db.engine)
        store_id = make_store(slug)
        with store_scope(store_id):
            variants = make_product(store_id)
            _write(update(Variant).values(stock=50))
            make_order(store_id, Bought(variants["Navy / M"]), platform_id="gid-7")
        db.session.remove()
    secrets = {role: make_agent(app, store_id, f"{role}@{slug}.example", role) for role in Role}
    with Peer() as peer, MailServer() as mails:
        _fill(app, store_id, peer, f"no {mark}-answer")
        address = ServerAddress.from_url(mails.url())
        send(app, Post(address, "exchanges@shop.example", writer_of(app, "http://localhost")))
    make_desk_draft(app, store_id, f"{mark}-1")
    make_gift_draft(app, store_id, f"{mark}-2")
    with app.app_context(), store_scope(store_id):
        _mark(store_id, mark)
        numbers = tuple(
            number
            for row in db.session.scalars(select(Exchange))
            for number in (row.reference, row.public_id)
            if number
        )
        db.session.remove()
    return Marked(slug, store_id, mark, secrets, numbers)


def _fill(app: Flask, store_id: int, peer: Peer, answer: str) -> None:
    connect(app, store_id, peer.url)
    make_exchange(app, store_id, "AC-2")
    peer.script.append(does.status(422, json.dumps({"message": answer}).encode()))
    send(app)
    placed = make_exchange(app, store_id, "AC-3", wish=TO_L)
    send(app)
    declined, cancelled, paying = (make_exchange(app, store_id, f"AC-{n}", review=True) for n in (4, 5, 6))
    judged = make_exchange(app, store_id, "AC-7", review=True, is_gift=True, gift_code="GC-1", phone="+1 541")
    flag(app, store_id, judged, "Look there.", FlagKind.MONEY)
    now = datetime.now(UTC)
    with app.app_context(), store_scope(store_id):
        ids = {row.reference: row.id for row in db.session.scalars(select(Exchange))}
        agent_id = db.session.scalars(select(Membership.agent_id)).first() or 0
        decline(ids[declined], Decision(f"agent:{agent_id}", "worn", "We cannot."), now)
        cancel_exchange(ids[cancelled], "shopper", now)
        add_note(ids[judged], agent_id, "She called.", "once", now)
        row = db.session.get_one(Exchange, ids[placed])
        note_movement(row, MovementKind.OWED, 1022, "due", now)
        row.status, row.tracking_number, row.carrier = "shipped", "1Z", "UPS"
        db.session.get_one(Exchange, ids[paying]).status = "awaiting_payment"
        gift = db.session.get_one(Exchange, ids[judged])
        gift.gift_view, gift.recipient_email = True, "bo@example.com"
        for reference, trouble in ((paying, {"problem": "no page"}), (judged, {"declined": "no money"})):
            db.session.add(_payment(store_id, ids[reference], now, **trouble))
        told = {"problem": "no such account", "problem_since": now}
        db.session.add(Connector(store_id=store_id, system="cards", created_at=now, **told))
        code = GiftCardCode(store_id=store_id, secret="s", tail="ABCD", imported_at=now, given_at=now)
        card = GiftCard(store_id=store_id, exchange_id=ids[placed], amount=500, owed_since=now, issued_at=now)
        db.session.add(code)
        db.session.flush()
        card.code_id = code.id
        db.session.add(card)
        db.session.commit()
        db.session.remove()


def _payment(store_id: int, exchange_id: int, now: datetime, **trouble: str) -> Payment:
    return Payment(
        store_id=store_id,
        exchange_id=exchange_id,
        attempt=1,
        gateway="cards",
        key=f"{exchange_id}",
        amount=500,
        currency="USD",
        state=PaymentState.CAPTURED,
        wish={},
        payment=f"pay_{exchange_id}",
        captured=500,
        created_at=now,
        expires_at=now,
        **trouble,
    )


def _mark(store_id: int, mark: str) -> None:
    """Write the mark behind every word that somebody wrote, and into the addresses and the people's names."""
    for model, names in WORDS.items():
        for name in names:
            column = getattr(model, name)
            assert isinstance(column.type, String)
            words = column.concat(f" {mark}-{model.__tablename__}-{name}")
            _write(update(model).values({name: words}).where(column.is_not(None), column != ""))
    address = ADA | {"street1": f"9 Quay St {mark}-street", "city": f"{mark}-city"}
    _write(update(Order).values(shipping_address=address, billing_address=address))
    _write(update(Exchange).values(shipping_address=address).where(Exchange.reference.is_not(None)))
    _write(update(Variant).values(option_values=["Navy", "M"]).where(Variant.title == "Navy / M"))
    _write(update(GiftCardCode).values(tail=mark[-4:]))
    people = select(Membership.agent_id).where(Membership.store_id == store_id)
    _write(update(Agent).values(name=Agent.name.concat(f" {mark}-agent")).where(Agent.id.in_(people)))
    _write(update(Store).values(name=f"Shop {mark}-store").where(Store.id == store_id))
    index_orders(list(db.session.scalars(select(Order.id))))
    db.session.commit()


def _write(statement: Any) -> None:
    db.session.execute(statement, execution_options={"synchronize_session": False})
