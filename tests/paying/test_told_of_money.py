"""Ravelin hears of money that has moved, and of none that has not: when, how often, and on which order."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.connectors.registry import LISTENERS, SCREENERS
from app.services.collecting_later import mark_collected
from app.services.connector_settings import connect_store
from app.services.parcels import mark_received
from tests.paying.shop_with_till import DUE, PayingShop, payment_of
from tests.paying.test_afterwards import YES
from tests.paying.test_refund_due import cheaper
from tests.services.dispatch_cases import exchange_of

Told = list[tuple[str, str, int]]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def watched(shop: PayingShop) -> PayingShop:
    """The same shop, of which Ravelin hears."""
    shop.acme.screeners, shop.acme.listeners = SCREENERS, LISTENERS
    settings = {"url": f"{shop.provider.url}/ravelin"}
    connect_store(
        shop.acme.connections, shop.acme.store_id, "ravelin", settings, "sk_test_example", shop.clock()
    )
    return shop


def heard(shop: PayingShop) -> list[dict[str, Any]]:
    requests = httpx2.get(f"{shop.provider.url}/ledger", trust_env=False).json()["requests"]
    return [entry["body"] for entry in requests if entry["system"] == "ravelin"]


def told(shop: PayingShop) -> Told:
    """Of each message its order, and kind and amount of its transaction."""
    shown: Told = []
    for body in heard(shop):
        moved = body.get("transaction", {"type": "", "amount": 0})
        shown.append((body["order"]["orderId"], moved["type"], moved["amount"]))
    return shown


def test_the_order_is_told_when_placed_and_the_money_once_taken(watched: PayingShop) -> None:
    exchange_id = watched.paid()
    watched.provider.will("status", status=503)  # the capture does not get through at first
    watched.send()
    assert told(watched) == [("AC-1001-X1", "", 0)]
    watched.clock.forward(minutes=5)
    watched.send()
    assert told(watched) == [("AC-1001-X1", "", 0), ("AC-1001-X1", "auth_capture", DUE)]
    placed, paid = heard(watched)
    assert placed["timestamp"] < paid["timestamp"] == paid["transaction"]["time"]
    assert paid["order"].keys() == placed["order"].keys() - {"status"}
    assert paid["transaction"]["gatewayReference"] == payment_of(exchange_id).payment
    watched.clock.forward(days=1)
    watched.send()
    assert len(heard(watched)) == 2


def test_what_was_taken_before_placing_is_told_with_the_order(watched: PayingShop) -> None:
    watched.acme.set_policy(release="received")
    exchange_id = watched.paid()
    watched.clock.forward(minutes=20)
    watched.send()
    assert told(watched) == []
    watched.clock.forward(days=2)
    mark_received(exchange_id, watched.clock(), "carrier", watched.clock())
    watched.send()
    assert told(watched) == [("AC-1001-X1", "auth_capture", DUE)]
    (only,) = heard(watched)
    assert only["transaction"]["time"] < only["timestamp"]


def test_a_refund_is_told_once_it_was_sent(watched: PayingShop) -> None:
    exchange_id = cheaper(watched, refund_when="received")
    watched.send()
    assert told(watched) == [("AC-1001-X1", "", 0)]
    watched.clock.forward(days=3)
    mark_received(exchange_id, watched.clock(), "carrier", watched.clock())
    watched.send()
    back = exchange_of(exchange_id).refund_due or 0
    assert told(watched)[1:] == [("AC-1001", "refund", back)]
    refunded = heard(watched)[1]
    assert refunded["order"]["status"]["stage"] == "refunded"
    assert refunded["transaction"]["time"] == int(watched.clock().timestamp() * 1000)


def test_what_the_shop_collects_itself_is_told_when_it_has_it(watched: PayingShop) -> None:
    watched.acme.set_policy(collect="later")
    exchange_id = watched.confirm()
    watched.send()
    assert told(watched) == [("AC-1001-X1", "", 0)]
    for _ in range(2):
        mark_collected(exchange_id, YES, watched.clock())
    watched.send()
    assert told(watched)[1:] == [("AC-1001-X1", "auth_capture", DUE)]


def test_a_refund_by_hand_is_not_told(watched: PayingShop) -> None:
    cheaper(watched, reference="")
    watched.send()
    assert told(watched) == [("AC-1001-X1", "", 0)]
