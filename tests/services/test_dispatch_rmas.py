"""Optoro's RMAs message beside a platform, by the worker and over real HTTP: told once it is placed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from app.connectors.registry import LISTENERS
from app.domain.exchange_status import Status
from app.models import DispatchState, Purpose
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.agent_decisions import Decision
from app.services.cancelling_placed import cancelled_by_hand
from app.services.connector_settings import connect_store
from app.services.parcels import mark_in_transit, mark_received
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_CARD, TO_XL, Acme, dispatch_of, exchange_of


@pytest.fixture(scope="module")
def merchant() -> Iterator[httpx2.Client]:
    """Who is told of returns."""
    sandbox = create_sandbox()
    running = start(sandbox)
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield client
    running.stop()
    sandbox.close()


@pytest.fixture
def shop(acme: int, peer: Peer, merchant: httpx2.Client) -> Acme:
    """The store `acme`: orders are placed at the peer, returns are told to the merchant."""
    for path in ("/ledger", "/faults", "/settings"):
        merchant.delete(path)
    shop = Acme(acme, peer, listeners=LISTENERS)
    shop.connect()
    settings = {"url": f"{str(merchant.base_url).rstrip('/')}/optoro", "optiturn_id": "Modrno"}
    connect_store(shop.connections, acme, "optoro-rmas", settings, None, shop.clock())
    return shop


def told(merchant: httpx2.Client) -> list[dict[str, Any]]:
    return [request["body"] for request in merchant.get("/ledger").json()["requests"]]


def test_a_placed_exchange_is_told(shop: Acme, merchant: httpx2.Client) -> None:
    exchange_id = shop.confirm("AC-1001", TO_XL, TO_CARD)
    shop.send()
    exchange = exchange_of(exchange_id)
    (message,) = told(merchant)
    assert (message["rma_identifier"], message["status"]) == (exchange.rma, "CREATED")
    assert [item["refund_type"] for item in message["items"]] == ["INSTANT_EXCHANGE", "INSTANT_STORE_CREDIT"]
    assert {item["exchange_order_identifier"] for item in message["items"]} == {exchange.platform_order}
    assert {item["order_identifier"] for item in message["items"]} == {"AC-1001"}


def test_a_merchant_who_is_away_holds_up_nothing_and_hears_of_it_later(
    shop: Acme, merchant: httpx2.Client
) -> None:
    merchant.post("/faults", json={"system": "optoro", "kind": "status", "status": 503})
    exchange_id = shop.confirm("AC-1001", TO_XL)
    shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert dispatch_of(exchange_id, Purpose.REPORT, "optoro-rmas").state == DispatchState.WAITING
    shop.clock.forward(minutes=1)
    shop.send()
    assert dispatch_of(exchange_id, Purpose.REPORT, "optoro-rmas").state == DispatchState.DELIVERED
    first, again = merchant.get("/ledger").json()["requests"]
    assert first["body_sha256"] == again["body_sha256"]


def test_what_was_not_placed_is_told_to_nobody(shop: Acme, peer: Peer, merchant: httpx2.Client) -> None:
    peer.otherwise = lambda call: call.answer(422, b"{}")
    exchange_id = shop.confirm("AC-1001", TO_XL)
    shop.send()
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
    assert told(merchant) == []


def test_the_parcels_way_is_told_again_and_each_news_once(shop: Acme, merchant: httpx2.Client) -> None:
    exchange_id = shop.confirm("AC-1001", TO_XL)
    shop.send()
    for mark in (mark_in_transit, mark_in_transit, mark_received, mark_received):
        shop.clock.forward(hours=5)
        mark(exchange_id, shop.clock(), "carrier", shop.clock())
        shop.send()
    messages = told(merchant)
    where = [message["items"][0].get("package_tracking_status") for message in messages]
    assert where == [None, "TRANSIT", "DELIVERED"]
    times = [message["updated_at"] for message in messages]
    assert times == sorted(set(times))
    assert len({message["rma_identifier"] for message in messages}) == 1


def test_what_is_taken_back_after_placing_is_told_as_cancelled(shop: Acme, merchant: httpx2.Client) -> None:
    exchange_id = shop.confirm("AC-1001", TO_XL)
    shop.send()
    for _ in range(2):
        shop.clock.forward(hours=1)
        cancelled_by_hand(exchange_id, Decision("sam", "done there"), shop.clock())
        shop.send()
    first, last = told(merchant)
    assert (first["status"], last["status"]) == ("CREATED", "CANCELED")
    assert last["updated_at"] > first["updated_at"]
    assert [item["exchange_order_identifier"] for item in last["items"]] == [
        exchange_of(exchange_id).platform_order
    ]


def test_a_parcel_that_went_first_is_in_the_first_message(shop: Acme, merchant: httpx2.Client) -> None:
    shop.set_policy(release="first_scan")
    exchange_id = shop.confirm("AC-1001", TO_XL)
    shop.send()
    assert told(merchant) == []
    mark_in_transit(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.send()
    (message,) = told(merchant)
    assert message["items"][0]["package_tracking_status"] == "TRANSIT"
