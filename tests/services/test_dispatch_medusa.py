"""The whole way of an exchange into a pretend Medusa: confirmed, sent by our worker, an order of its own."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Order, Variant, db
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.connector_settings import connect_store
from app.services.dispatch_claims import claim_due
from app.services.dispatching import send_claimed
from tests.factories import NOW, Bought, make_order
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_L, TO_XL, Acme, attempts_of, exchange_of

SECRET = "sk_sandbox"
MOST_TRIES = 40


@pytest.fixture(scope="module")
def sandbox() -> Iterator[str]:
    app = create_sandbox()
    running = start(app)
    yield running.url
    running.stop()
    app.close()


@pytest.fixture
def medusa(sandbox: str) -> Iterator[httpx2.Client]:
    """A shop without orders, and a key to it."""
    with httpx2.Client(base_url=sandbox, trust_env=False, auth=(SECRET, "")) as client:
        assert client.delete("/settings").status_code == 204
        yield client


@pytest.fixture
def store(acme: int, peer: Peer, medusa: httpx2.Client) -> Acme:
    """Acme with its parkas, in Medusa too."""
    store = Acme(acme, peer)
    settings = {"url": f"{str(medusa.base_url).rstrip('/')}/medusa", "shipping_option_id": "so_standard"}
    connect_store(store.connections, acme, "medusa", settings, SECRET, NOW)
    sell_parkas(medusa)
    return store


def sell_parkas(medusa: httpx2.Client) -> None:
    """Have Medusa know every variant that the store has."""
    rows = db.session.scalars(select(Variant)).all()
    variants = [{"id": row.platform_id, "sku": row.sku, "price_cents": row.price} for row in rows]
    configure(medusa, variants=variants)


def configure(medusa: httpx2.Client, **settings: object) -> None:
    reply = medusa.post("/settings", json={"system": "medusa", **settings})
    assert reply.status_code == 200, reply.text


def bought(store: Acme, medusa: httpx2.Client) -> int:
    """Order 7 of one parka at 129.00, in the portal and in Medusa: its id here."""
    item = {"variant_id": "RIDGE-PARKA-0", "quantity": 1}
    configure(medusa, orders=[{"display_id": 7, "email": "ada@example.com", "items": [item]}])
    return make_order(store.store_id, Bought(store.parka["Navy / M"]), number="7", platform_id="order_000007")


def test_a_dearer_replacement_is_placed_and_owed(store: Acme, medusa: httpx2.Client) -> None:
    exchange_id = store.confirm_order(bought(store, medusa), TO_XL)
    assert store.send() == 9
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    assert (exchange.platform_order, exchange.drift, exchange.attention) == ("7-E1", 0, None)
    order = medusa.get("/medusa/admin/orders/order_000007").json()["order"]
    assert [item["variant_sku"] for item in order["items"]] == ["RIDGE-PARKA-NAVY-M", "RIDGE-PARKA-NAVY-XL"]
    assert order["summary"]["pending_difference"] == 10.5


def test_no_attempt_holds_the_key(store: Acme, medusa: httpx2.Client) -> None:
    exchange_id = store.confirm_order(bought(store, medusa), TO_L)
    store.send()
    kept = [(one.request_headers, one.reply_body) for one in attempts_of(exchange_id)]
    assert len(kept) == 9
    assert SECRET not in repr(kept)
    assert "c2tfc2FuZGJveDo" not in repr(kept)


def test_the_exchange_is_exchanged_in_turn_on_the_same_order(store: Acme, medusa: httpx2.Client) -> None:
    store.confirm_order(bought(store, medusa), TO_XL)
    store.send()
    child = db.session.scalars(select(Order).where(Order.number == "7-E1")).one()
    child.shipped_at = child.delivered_at = NOW
    child.lines[0].shipped = 1
    db.session.commit()
    line = medusa.get("/medusa/admin/orders/order_000007").json()["order"]["items"][-1]["id"]
    body = {"location_id": "sloc_harbour", "items": [{"id": line, "quantity": 1}]}
    assert medusa.post("/medusa/admin/orders/order_000007/fulfillments", json=body).status_code == 200

    again = store.confirm_order(child.id, TO_L)
    store.send()

    assert exchange_of(again).state is Status.PLACED
    order = medusa.get("/medusa/admin/orders/order_000007").json()["order"]
    assert [item["variant_sku"][-1] for item in order["items"]] == ["M", "L", "L"]


@pytest.mark.parametrize("step", range(9))
@pytest.mark.parametrize("kind", ["lost_answer", "reset", "status"])
def test_a_fault_at_each_step_ends_in_one_exchange(
    store: Acme, medusa: httpx2.Client, step: int, kind: str
) -> None:
    exchange_id = store.confirm_order(bought(store, medusa), TO_XL)
    for count in range(MOST_TRIES):
        if count == step:
            assert medusa.post("/faults", json={"system": "medusa", "kind": kind}).status_code == 201
        claims = claim_due("worker-1", 1, store.clock())
        if not claims:
            store.clock.forward(minutes=10)
            claims = claim_due("worker-1", 1, store.clock())
        if not claims:
            break
        send_claimed(store.dispatcher(), claims[0])
    assert exchange_of(exchange_id).state is Status.PLACED
    order = medusa.get("/medusa/admin/orders/order_000007").json()["order"]
    assert [item["variant_sku"] for item in order["items"]] == ["RIDGE-PARKA-NAVY-M", "RIDGE-PARKA-NAVY-XL"]
    assert order["summary"]["pending_difference"] == 10.5
