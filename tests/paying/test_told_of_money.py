"""Ravelin hears of money that has moved, and of none that has not: when, how often, and on which order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx2
import pytest

from app.connectors.registry import LISTENERS, SCREENERS
from app.domain.news import News, NewsKind
from app.models import Role, db
from app.services.agent_decisions import CannotDecide
from app.services.collecting_later import mark_collected
from app.services.connector_settings import connect_store
from app.services.dispatch_recovery import CannotRecover, retry
from app.services.exchange_news import take_news
from app.services.mailing import turn_on
from app.services.overriding import Person
from app.services.parcels import mark_received
from app.services.settling_flags import Settling, settle_flag
from tests.paying.shop_with_till import DUE, PayingShop, cheaper, ledger_of, mails, payment_of, queued
from tests.paying.test_afterwards import YES
from tests.services.dispatch_cases import exchange_of

Told = list[tuple[str, str, int]]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def watched(shop: PayingShop) -> PayingShop:
    """The same shop, of which Ravelin hears."""
    watch(shop)
    return shop


def watch(shop: PayingShop) -> None:
    shop.acme.screeners, shop.acme.listeners = SCREENERS, LISTENERS
    settings = {"url": f"{shop.provider.url}/ravelin"}
    connect_store(
        shop.acme.connections, shop.acme.store_id, "ravelin", settings, "sk_test_example", shop.clock()
    )


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


def settle(shop: PayingShop, exchange_id: int, how: Settling, person: Person | None = None) -> None:
    flags = [flag for flag in exchange_of(exchange_id).flags if flag.kind in ("money", "sending")]
    settle_flag(exchange_id, flags[0].id, how, replace(YES, person=person), shop.clock())


def test_a_refund_by_hand_is_told_once_somebody_says_that_it_was_paid(watched: PayingShop) -> None:
    turn_on(db.engine)
    exchange_id = cheaper(watched, reference="")
    watched.send()
    assert told(watched) == [("AC-1001-X1", "", 0)]
    watched.clock.forward(days=1)
    for _ in range(2):
        settle(watched, exchange_id, Settling.PAID)
    watched.send()
    back = exchange_of(exchange_id).refund_due or 0
    assert ledger_of(exchange_id) == [("refund_owed", back), ("refunded", back)]
    assert told(watched)[1:] == [("AC-1001", "refund", back)]
    assert heard(watched)[1]["transaction"]["time"] == int(watched.clock().timestamp() * 1000)
    assert [kind for kind, _ in mails(exchange_id)].count("refund_sent") == 1
    assert exchange_of(exchange_id).attention is None


def test_what_was_settled_otherwise_was_not_paid(watched: PayingShop) -> None:
    exchange_id = cheaper(watched, reference="")
    watched.send()
    with pytest.raises(CannotDecide):
        settle(watched, exchange_id, Settling.ACCEPT)
    settle(watched, exchange_id, Settling.OTHERWISE)
    settle(watched, exchange_id, Settling.PAID)
    watched.send()
    assert [kind for kind, _ in ledger_of(exchange_id)] == ["refund_owed"]
    assert len(told(watched)) == 1


def test_a_refund_that_was_refused_and_paid_by_hand_is_not_sent_again(watched: PayingShop) -> None:
    watched.provider.will("status", status=402)
    exchange_id = cheaper(watched)
    watched.send()
    assert "could not be paid back" in (exchange_of(exchange_id).attention or "")
    settle(watched, exchange_id, Settling.PAID)
    watched.send()
    back = exchange_of(exchange_id).refund_due or 0
    assert told(watched)[1:] == [("AC-1001", "refund", back)]
    assert ("refund", "cancelled") in queued(exchange_id)
    with pytest.raises(CannotRecover):
        retry(watched.acme.connections, exchange_id, YES, watched.clock())
    assert len(watched.provider.requests("/refund")) == 1


def test_more_than_they_may_settle_is_for_a_colleague(watched: PayingShop) -> None:
    exchange_id = cheaper(watched, reference="", exception_limit_agent=100)
    watched.send()
    with pytest.raises(CannotDecide, match="more than you may approve"):
        settle(watched, exchange_id, Settling.PAID, Person(1, Role.AGENT))
    assert [kind for kind, _ in ledger_of(exchange_id)] == ["refund_owed"]


def test_what_goes_back_of_a_cancelled_exchange_is_told_on_its_own_order(watched: PayingShop) -> None:
    exchange_id = watched.paid()
    watched.send()
    assert told(watched)[1:] == [("AC-1001-X1", "auth_capture", DUE)]
    watched.clock.forward(days=1)
    for _ in range(2):
        news = News(NewsKind.CANCELLED)
        take_news(exchange_of(exchange_id).reference or "", news, "platform", watched.clock())
        watched.send()
    assert told(watched)[2:] == [("AC-1001-X1", "refund", DUE)]
    back, taken = heard(watched)[2], heard(watched)[1]
    assert back["order"]["status"]["stage"] == "refunded"
    assert back["transaction"]["transactionId"] != taken["transaction"]["transactionId"]
    assert back["timestamp"] == back["transaction"]["time"] > taken["timestamp"]


def test_what_was_never_told_as_taken_is_not_told_as_given_back(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.send()
    watch(shop)
    take_news(exchange_of(exchange_id).reference or "", News(NewsKind.CANCELLED), "platform", shop.clock())
    shop.send()
    assert ledger_of(exchange_id)[-1] == ("refunded", DUE)
    assert heard(shop) == []
