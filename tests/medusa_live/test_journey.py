"""A shopper's whole way with Medusa itself: looked up, read, quoted, placed, printed, cancelled, as before.

The portal signs in with e-mail and password. Its services and its worker are those of every other run; here
nothing is pretended.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.connectors.http import HttpSender, Limits
from app.domain.exchange_status import Status
from app.models import LineItem, Variant, db, store_scope
from app.services.agent_decisions import Decision
from app.services.baskets import load_basket
from app.services.cancelling_placed import cancel_placed
from app.services.connector_settings import connect_store
from app.services.dispatching import Dispatcher
from app.services.find_order import NoMatch, find_order
from app.services.platform_reading import Reader
from app.services.quotes import quote
from app.services.refreshing import refresh_for_look_up
from tests.factories import make_store
from tests.faults.peer import Peer
from tests.medusa_live.shop import LiveShop
from tests.services.dispatch_cases import Acme, Clock, exchange_of
from tests.services.medusa_store import TO_L, Outside

pytestmark = pytest.mark.medusa_live

EMAIL = "cleo@example.test"
PATIENT = HttpSender(Limits(total_seconds=30), allow_loopback=True)


class Portal(Acme):
    """The portal, which waits as long as Medusa takes on a busy machine."""

    def dispatcher(self, worker: str = "worker-1", draw: Callable[[], float] = lambda: 0.5) -> Dispatcher:
        return Dispatcher(self.connections, PATIENT, worker, self.clock, draw)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def store(app: Flask, shop: LiveShop) -> Iterator[Portal]:
    """A store that reads from Medusa and places there, by the password of its admin."""
    with app.app_context(), Peer() as nobody:
        store_id = make_store()
        with store_scope(store_id):
            store = Portal(store_id, nobody, Clock(datetime.now(UTC)))
            settings = {
                "url": shop.running.url,
                "shipping_option_id": shop.ids["standard"],
                "return_shipping_option_id": shop.ids["return"],
                "location_id": shop.ids["location"],
                "sign_in": "password",
                "email": shop.running.email,
                "read_orders": True,
                "publishable": shop.publishable,
                "region_id": shop.ids["region"],
            }
            connections = store.connections
            connect_store(connections, store_id, "medusa", settings, shop.running.password, store.clock())
            yield store


def stocked(sku: str) -> int | None:
    db.session.rollback()
    return db.session.scalars(select(Variant.stock).where(Variant.sku == sku)).one()


def line_of(order_id: int) -> LineItem:
    db.session.expunge_all()
    db.session.rollback()
    return db.session.scalars(select(LineItem).where(LineItem.order_id == order_id)).one()


def test_an_exchange_from_look_up_to_cancelling(store: Portal, shop: LiveShop) -> None:
    there = shop.order(EMAIL)
    shop.deliver(there["id"])
    store.clock.now = datetime.now(UTC)
    number, reader = str(there["display_id"]), Reader(store.connections, lambda: Outside(PATIENT), 30)

    def look_up(email: str = EMAIL) -> int:
        store.clock.forward(minutes=2)
        assert refresh_for_look_up(reader, number, email, store.clock())
        return find_order(number, email)

    with pytest.raises(NoMatch):
        look_up("ann@example.test")
    order_id = look_up()
    line, before = line_of(order_id), stocked("TEE-L")
    assert (line.sku, line.product, line.quantity, line.shipped, line.refunded) == ("TEE-S", 4000, 2, 2, 0)
    assert line.order.delivered_at is not None
    assert before is not None

    draft = store.draft_of(order_id, TO_L)
    shown = quote(load_basket(draft, store.clock()))
    assert shown is not None
    assert (shown.amount_due, shown.refund_due) == (500, 0)
    exchange_id = store.confirm_order(order_id, TO_L)
    store.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.drift, exchange.attention) == (Status.PLACED, 0, None)
    assert exchange.platform_order == f"{number}-E{said(shop, there['id'])}"

    cancel_placed(store.connections, exchange_id, Decision("sam", "a try"), store.clock())
    store.send()
    assert exchange_of(exchange_id).state is Status.CANCELLED
    after = shop.read(there["id"])
    assert after["summary"]["pending_difference"] == 0
    assert [item["detail"]["return_requested_quantity"] for item in after["items"]] == [0]
    assert look_up() == order_id
    line = line_of(order_id)
    assert (line.committed, line.refunded, stocked("TEE-L")) == (0, 0, before)


def said(shop: LiveShop, order_id: str) -> str:
    """Medusa's count of the one exchange of the order; what it says of both is printed (`pytest -s`)."""
    fields = "fields=id,display_id,+metadata,*additional_items,*return"
    (made,) = shop.get(f"/admin/exchanges?order_id={order_id}&{fields}")["exchanges"]
    order = shop.read(order_id)
    print(f"\nexchange {made['id']}, number {made['display_id']}, {made['metadata']}")  # noqa: T201
    for item in order["items"]:
        units = item["detail"]
        asked = units["return_requested_quantity"]
        print(f"  {item['variant_sku']}: {item['quantity']} at {item['unit_price']}, {asked} to come back")  # noqa: T201
    print(f"  pending {order['summary']['pending_difference']}, return {made['return']['status']}")  # noqa: T201
    assert order["summary"]["pending_difference"] == 5
    return str(made["display_id"])
