"""A store that takes payments at the sandbox's hosted page, and shoppers who pay there, or do not.

The provider has the test's clock. A wish for the larger parka costs `DUE`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx2
from sqlalchemy import select, update

from app.domain.collecting import Till
from app.domain.reasons import Reason
from app.models import Dispatch, Exchange, Movement, Order, Payment, PaymentState, Purpose, db
from app.sandbox import Sandbox, create_sandbox
from app.sandbox.payments import WEBHOOK_SECRET
from app.sandbox.serving import start
from app.services.baskets import VARIANT, load_basket
from app.services.connector_settings import Connections, connect_store
from app.services.leaving_payment import Left, leave_payment
from app.services.payment_attempts import payment_under_way
from app.services.payment_pages import Cashier, open_page
from app.services.payment_watch import look_at_all_due
from app.services.quotes import quote
from app.services.secret_box import SecretBox
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish
from tests.factories import Bought, make_order
from tests.faults.peer import Peer
from tests.services.dispatch_cases import SENDER, TO_XL, Acme, Clock, exchange_of

GOOD, DECLINED, ASKED = "4242 4242 4242 4242", "4000 0000 0000 0002", "4000 0025 0000 3155"
DUE = 1022
LEAST = 50
PAY_AT = "https://swap.example/acme/exchanges/here"
CHEAPER = Wish(Reason.DIFFERENT_COLOUR, VARIANT, {"Colour": "Moss", "Size": "M"})


@dataclass
class Provider:
    """The sandbox's card provider as the outside world sees it."""

    url: str
    app: Sandbox

    def configure(self, **settings: Any) -> None:
        """Have it behave otherwise; see `app.sandbox.payments.CardSettings`."""
        answer = httpx2.post(f"{self.url}/settings", json={"system": "cards", **settings}, trust_env=False)
        assert answer.status_code == 200, answer.text

    def will(self, kind: str, **more: Any) -> None:
        """Have the next request of the shop go wrong in this way."""
        answer = httpx2.post(
            f"{self.url}/faults", json={"system": "cards", "kind": kind, **more}, trust_env=False
        )
        assert answer.status_code == 201, answer.text

    def well(self) -> None:
        """Nothing goes wrong any more."""
        httpx2.delete(f"{self.url}/faults", trust_env=False)

    def record(self, page: str) -> dict[str, Any]:
        """What it has of a page."""
        found = self.app.ledger.record("cards", page.removeprefix("pg_"))
        assert found is not None
        return found

    def requests(self, word: str) -> list[str]:
        """The paths of the shop's requests with this word in them."""
        ledger = httpx2.get(f"{self.url}/ledger", trust_env=False).json()
        asked = [entry["path"] for entry in ledger["requests"] if entry["system"] == "cards"]
        return [path for path in asked if word in path]


@contextmanager
def running_provider(clock: Callable[[], datetime]) -> Iterator[Provider]:
    """The provider on loopback, for the length of a `with` block."""
    app = create_sandbox(now=clock, pause=lambda _seconds: None)
    server = start(app)
    try:
        yield Provider(server.url, app)
    finally:
        server.stop()
        app.close()


@dataclass
class PayingShop:
    """The store acme, and everything that happens to a payment there."""

    acme: Acme
    provider: Provider
    gateway: str = "cards"

    @property
    def clock(self) -> Clock:
        return self.acme.clock

    @property
    def cashier(self) -> Cashier:
        return Cashier(Connections(self.acme.box, True), lambda: SENDER)

    def connect(self) -> None:
        settings = {"url": f"{self.provider.url}/cards"}
        secret = f"sk_test_key {WEBHOOK_SECRET}"
        connect_store(
            Connections(self.acme.box, True), self.acme.store_id, "cards", settings, secret, self.clock()
        )

    def order(self, number: str = "AC-1001") -> int:
        bought = Bought(self.acme.parka["Navy / M"], discount=1290, tax=958)
        return make_order(self.acme.store_id, bought, number=number)

    def confirm(self, number: str = "AC-1001", *wishes: Any) -> int:
        """A dearer exchange, confirmed: the exchange's id."""
        draft = self.acme.draft_of(self.order(number), *(wishes or (TO_XL,)))
        return self.confirm_draft(draft)

    def confirm_draft(self, draft: int, least: int = LEAST) -> int:
        current = quote(load_basket(draft, self.clock()))
        assert current is not None
        confirmation = Confirmation(
            draft, current.version, "shopper", till=Till(self.gateway, least), pay_at=PAY_AT
        )
        submit(confirmation, self.clock())
        return draft

    def open(self, exchange_id: int) -> str | None:
        payment = payment_under_way(exchange_id)
        assert payment is not None
        return open_page(self.cashier, payment.id, self.clock())

    def pay(self, url: str | None, card: str = GOOD) -> None:
        """Type in a card on the provider's page."""
        assert url
        answer = httpx2.post(url, data={"card": card}, trust_env=False)
        if answer.headers.get("location", "").endswith("/challenge"):
            httpx2.post(f"{url}/challenge", data={"answer": "yes"}, trust_env=False)

    def paid(self, number: str = "AC-1001", *wishes: Any) -> int:
        """Confirmed and paid for, as the provider has told by now."""
        exchange_id = self.confirm(number, *wishes)
        self.pay(self.open(exchange_id))
        self.watch()
        return exchange_id

    def watch(self, seconds: float = 6) -> int:
        """The worker's watch, once this much time has passed."""
        self.clock.forward(seconds=seconds)
        return look_at_all_due(self.cashier, self.clock())

    def leave(self, exchange_id: int) -> Left:
        return leave_payment(self.cashier, exchange_id, self.clock())

    def send(self) -> int:
        return self.acme.send()


def payment_of(exchange_id: int, attempt: int = 1) -> Payment:
    """The exchange's try with this number as the database has it now."""
    exchange_of(exchange_id)
    found = select(Payment).where(Payment.exchange_id == exchange_id, Payment.attempt == attempt)
    return db.session.scalars(found).one()


def states(exchange_id: int) -> tuple[str, PaymentState]:
    """Where the exchange and its latest try stand."""
    found = select(Payment).where(Payment.exchange_id == exchange_id).order_by(Payment.id.desc())
    exchange = exchange_of(exchange_id)
    return exchange.status, db.session.scalars(found).first().standing  # type: ignore[union-attr]


def ledger_of(exchange_id: int) -> list[tuple[str, int]]:
    """The ledger's lines: kind and amount."""
    rows = select(Movement).where(Movement.exchange_id == exchange_id).order_by(Movement.id)
    return [(row.kind, row.amount) for row in db.session.scalars(rows)]


def queued(exchange_id: int) -> list[tuple[str, str]]:
    """Purpose and state of everything in the queue for this exchange, in its order."""
    exchange: Exchange = exchange_of(exchange_id)
    rows = select(Dispatch).where(Dispatch.exchange_id == exchange.id).order_by(Dispatch.id)
    return [(Purpose(row.purpose).value, row.state) for row in db.session.scalars(rows)]


def mails(exchange_id: int) -> list[tuple[str, str | None]]:
    """The mails that were queued, in their order: their kind, and why a payment came to nothing."""
    rows = select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.MAIL)
    messages = [row.message for row in db.session.scalars(rows.order_by(Dispatch.id))]
    return [(message["kind"], message["facts"].get("why")) for message in messages]


def asked(shop: PayingShop, **policy: Any) -> int:
    """Confirmed unpaid, as a person must judge it first."""
    shop.acme.set_policy(value_review_limit=5000, **policy)
    exchange_id = shop.confirm()
    assert exchange_of(exchange_id).status == "in_review"
    assert ledger_of(exchange_id) == []
    return exchange_id


def cheaper(shop: PayingShop, reference: str = "past_AC-1001_12568_USD", **policy: Any) -> int:
    """A cheaper exchange of an order that was paid with this, confirmed."""
    shop.acme.set_policy(**policy)
    order_id = shop.order()
    db.session.execute(update(Order).where(Order.id == order_id).values(payment_reference=reference))
    db.session.commit()
    return shop.confirm_draft(shop.acme.draft_of(order_id, CHEAPER))


def new_shop(store_id: int, peer: Peer, provider: Provider, clock: Clock, box: SecretBox) -> PayingShop:
    """The store connected to a platform and to the provider."""
    acme = Acme(store_id, peer, clock, box)
    acme.connect()
    shop = PayingShop(acme, provider)
    shop.connect()
    return shop
