"""Ravelin beside a platform, by the worker and over real HTTP: its advice before, the news after."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest
from sqlalchemy import select

from app.connectors.registry import LISTENERS, SCREENERS
from app.domain.exchange_status import Status
from app.models import Dispatch, Order, db
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.connector_settings import connect_store
from app.services.tracking import Outgoing, mark_delivered, mark_shipped
from tests.factories import NOW
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_XL, Acme, exchange_of


@pytest.fixture(scope="module")
def ravelin() -> Iterator[httpx2.Client]:
    """The pretend Ravelin, and the way to steer it."""
    sandbox = create_sandbox()
    running = start(sandbox)
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield client
    running.stop()
    sandbox.close()


def connected(acme: int, peer: Peer, ravelin: httpx2.Client, refund_abuse: str = "yes") -> Acme:
    """The store `acme`, with Optoro's end at the peer and Ravelin in the sandbox."""
    for path in ("/ledger", "/faults", "/settings"):
        ravelin.delete(path)
    shop = Acme(acme, peer, screeners=SCREENERS, listeners=LISTENERS)
    shop.connect()
    settings = {"url": f"{str(ravelin.base_url).rstrip('/')}/ravelin", "refund_abuse": refund_abuse}
    connect_store(shop.connections, acme, "ravelin", settings, "sk_test_example", shop.clock())
    return shop


def told(ravelin: httpx2.Client) -> list[tuple[str, int]]:
    requests = ravelin.get("/ledger").json()["requests"]
    return [(request["path"].removeprefix("/ravelin"), request["status"]) for request in requests]


def test_what_ravelin_allows_is_placed_and_told(acme: int, peer: Peer, ravelin: httpx2.Client) -> None:
    shop = connected(acme, peer, ravelin)
    exchange_id = shop.confirm("AC-1001", TO_XL)
    shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert told(ravelin) == [("/v2/refund?score=refundRequest", 200), ("/v2/checkout", 200)]
    checkout = ravelin.get("/ledger").json()["requests"][-1]["body"]
    assert checkout["order"]["exchange"] == {"isExchange": True, "parentOrderId": "AC-1001"}
    assert "transaction" not in checkout


def test_that_it_left_the_shop_is_told_once(acme: int, peer: Peer, ravelin: httpx2.Client) -> None:
    shop = connected(acme, peer, ravelin, refund_abuse="no")
    exchange_id = shop.confirm()
    shop.send()
    for number in ("1Z", "1Z", "2Z"):
        mark_shipped(exchange_id, NOW, "warehouse", NOW, Outgoing(number))
        shop.send()
    mark_delivered(exchange_id, NOW, "warehouse", NOW)
    shop.send()
    placed, shipped = (entry["body"]["order"] for entry in ravelin.get("/ledger").json()["requests"])
    assert shipped["orderId"] == placed["orderId"]
    assert [order["status"]["stage"] for order in (placed, shipped)] == ["accepted", "fulfilled"]
    assert shipped["exchange"] == placed["exchange"]


def test_what_ravelin_prevents_is_declined_and_not_told(
    acme: int, peer: Peer, ravelin: httpx2.Client
) -> None:
    shop = connected(acme, peer, ravelin)
    ravelin.post("/settings", json={"system": "ravelin", "action": "PREVENT"})
    exchange_id = shop.confirm()
    shop.send()
    assert exchange_of(exchange_id).state is Status.DECLINED
    assert len(told(ravelin)) == 1
    assert peer.requests == []


def test_without_refund_abuse_nobody_is_asked_and_all_is_told(
    acme: int, peer: Peer, ravelin: httpx2.Client
) -> None:
    shop = connected(acme, peer, ravelin, refund_abuse="no")
    exchange_id = shop.confirm()
    shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert exchange_of(exchange_id).attention is None
    assert told(ravelin) == [("/v2/checkout", 200)]
    states = db.session.scalars(select(Dispatch.state).where(Dispatch.exchange_id == exchange_id))
    assert set(states) == {"delivered"}


def test_the_exchange_of_an_exchange_names_the_order_before_it(
    acme: int, peer: Peer, ravelin: httpx2.Client
) -> None:
    shop = connected(acme, peer, ravelin)
    first_id = shop.confirm()
    shop.send()
    root_id = exchange_of(first_id).order_id
    child = db.session.scalars(select(Order).where(Order.parent_id == root_id)).one()
    child.shipped_at = child.delivered_at = shop.clock()
    child.lines[0].shipped = 1
    db.session.commit()
    shop.confirm_order(child.id, TO_XL)
    shop.send()
    last = ravelin.get("/ledger").json()["requests"][-1]["body"]["order"]
    assert last["orderId"] == "AC-1001-X1-X1"
    assert last["exchange"]["parentOrderId"] == "AC-1001-X1"
