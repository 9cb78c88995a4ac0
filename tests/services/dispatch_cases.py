"""A store that is connected to a peer on loopback, and exchanges of it that wait to be placed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.connectors.base import Listener, OrderPlacer, Screener
from app.connectors.http import HttpSender, Limits
from app.connectors.registry import PLATFORMS
from app.domain.reasons import Reason
from app.models import Attempt, Dispatch, Exchange, Purpose, Store, db
from app.services.baskets import GIFT_CARD, VARIANT, load_basket
from app.services.connector_settings import Connections, connect_store
from app.services.dispatch_claims import Claim, claim_due
from app.services.dispatch_steps import Ready, prepare
from app.services.dispatching import Dispatcher, send_all_due
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.quotes import quote
from app.services.secret_box import SecretBox
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish
from tests.factories import NOW, PARKA, Bought, line_ids, make_order, make_product
from tests.faults.peer import Peer

SENDER = HttpSender(Limits(connect_seconds=2, total_seconds=3), allow_loopback=True)
PLENTY = replace(PARKA, variants={words: (price, None) for words, (price, _) in PARKA.variants.items()})
TO_L = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "L"})
TO_XL = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "XL"})
TO_CARD = Wish(Reason.CHANGED_MIND, GIFT_CARD, {})


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Acme:
    """The store acme with parkas on the shelf. The systems it can be connected to may be the test's own."""

    store_id: int
    peer: Peer
    clock: Clock = field(default_factory=Clock)
    box: SecretBox = field(default_factory=lambda: SecretBox(Fernet.generate_key().decode()))
    platforms: Mapping[str, type[OrderPlacer]] = field(default_factory=lambda: PLATFORMS)
    screeners: Mapping[str, type[Screener]] = field(default_factory=dict)
    listeners: Mapping[str, type[Listener]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parka = make_product(self.store_id, PLENTY)

    @property
    def connections(self) -> Connections:
        return Connections(self.box, True, self.platforms, self.screeners, self.listeners)

    def connect_to(self, system: str, peer: Peer) -> None:
        """Connect a system of the test's own."""
        connect_store(self.connections, self.store_id, system, {"url": peer.url}, None, self.clock())

    def connect(self, system: str = "optoro", secret: str | None = None, **settings: str) -> None:
        known = {"url": self.peer.url, "optiturn_id": "Modrno"}
        connect_store(self.connections, self.store_id, system, known | settings, secret, self.clock())

    def dispatcher(self, worker: str = "worker-1", draw: Callable[[], float] = lambda: 0.5) -> Dispatcher:
        return Dispatcher(self.connections, SENDER, worker, self.clock, draw)

    def confirm(self, number: str = "AC-1001", *wishes: Wish) -> int:
        """An order bought, a parka of it (and a cap) exchanged and confirmed: the exchange's id."""
        bought = Bought(self.parka["Navy / M"], discount=1290, tax=958)
        order_id = make_order(self.store_id, bought, Bought(None, product=4500, tax=371), number=number)
        return self.confirm_order(order_id, *wishes)

    def draft_of(self, order_id: int, *wishes: Wish, units: int = 1) -> int:
        """So many units of each of the order's first lines, chosen as wished: the draft's id."""
        public_id = open_draft(order_id, "browser", self.clock())
        draft = db.session.scalar(select(Exchange.id).where(Exchange.public_id == public_id))
        assert draft is not None
        wishes = wishes or (TO_L,)
        choose_items(draft, dict.fromkeys(line_ids(order_id)[: len(wishes)], units), self.clock())
        for item, wish in zip(load_basket(draft, self.clock()).items, wishes, strict=True):
            choose_replacement(draft, item.id, wish, self.clock())
        return draft

    def confirm_order(self, order_id: int, *wishes: Wish, units: int = 1) -> int:
        """The same confirmed: the exchange's id."""
        draft = self.draft_of(order_id, *wishes, units=units)
        current = quote(load_basket(draft, self.clock()))
        assert current is not None
        submit(Confirmation(draft, current.version, "shopper"), self.clock())
        return draft

    def send(self) -> int:
        """Let one worker send all that is due: the number of tries."""
        return send_all_due(self.dispatcher())

    def claim(self, worker: str = "worker-1") -> Claim:
        (claim,) = claim_due(worker, 1, self.clock())
        return claim

    def prepare(self, claim: Claim | None = None) -> Ready | None:
        """Store the bytes for this claim, or for what is due next; None where nothing is to be sent."""
        claim = claim or self.claim()
        return prepare(self.connections, [claim], self.clock(), lambda: 0.5).get(claim)

    def set_policy(self, **policy: Any) -> None:
        store = db.session.get_one(Store, self.store_id)
        store.policy_data = dict(store.policy_data) | policy
        db.session.commit()


def exchange_of(exchange_id: int) -> Exchange:
    """The exchange as the database has it now; what was loaded before keeps its values."""
    _look_anew()
    return db.session.get_one(Exchange, exchange_id, options=[selectinload(Exchange.flags)])


def dispatch_of(exchange_id: int, purpose: Purpose = Purpose.PLACE, system: str | None = None) -> Dispatch:
    """Its one dispatch of this purpose, at this system where there may be several."""
    _look_anew()
    found = select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == purpose)
    return db.session.scalars(found.where(Dispatch.system == system) if system else found).one()


def attempts_of(exchange_id: int, purpose: Purpose = Purpose.PLACE) -> list[Attempt]:
    return [attempt for step in dispatch_of(exchange_id, purpose).steps for attempt in step.attempts]


def _look_anew() -> None:
    db.session.expunge_all()
    db.session.rollback()
