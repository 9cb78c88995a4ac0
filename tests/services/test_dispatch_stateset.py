"""Exchanges placed at StateSet by the worker, over real HTTP: whole, in part, and not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import httpx2
import pytest
from sqlalchemy import select

from app.connectors.registry import LISTENERS
from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_report import ExchangeReport, ParcelLeg
from app.domain.exchange_status import Status
from app.domain.search_words import asked
from app.models import Dispatch, DispatchState, Exchange, Order, Purpose, db, writing
from app.queries.search import found_orders
from app.sandbox import create_sandbox
from app.sandbox.serving import start
from app.services.agent_decisions import Decision, approve
from app.services.connected_systems import placing_system, takes_one_exchange_only
from app.services.connector_settings import connect_store
from app.services.dispatch_recovery import retry
from app.services.parcels import mark_in_transit
from app.services.placed_orders import record_placed
from app.services.releasing import may_be_at_the_platform
from app.services.search_keys import index_orders
from tests.factories import Bought, make_order
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_CARD, TO_L, TO_XL, Acme, dispatch_of, exchange_of


@pytest.fixture(scope="module")
def stateset() -> Iterator[httpx2.Client]:
    """The pretend StateSet, and the way to steer it."""
    sandbox = create_sandbox()
    running = start(sandbox)
    with httpx2.Client(base_url=running.url, trust_env=False) as client:
        yield client
    running.stop()
    sandbox.close()


@pytest.fixture
def shop(acme: int, peer: Peer, stateset: httpx2.Client) -> Acme:
    """The store `acme`, connected to StateSet alone."""
    for path in ("/ledger", "/faults", "/settings"):
        stateset.delete(path)
    shop = Acme(acme, peer)
    url = str(stateset.base_url).rstrip("/")
    settings = {"url": f"{url}/stateset/v1", "approve_returns": "yes"}
    connect_store(shop.connections, acme, "stateset", settings, "st_example", shop.clock())
    return shop


def two_parkas(shop: Acme) -> int:
    """An exchange of two bought parkas, one to L and one to XL."""
    bought = [Bought(shop.parka["Navy / M"]), Bought(shop.parka["Navy / M"])]
    return shop.confirm_order(make_order(shop.store_id, *bought), TO_L, TO_XL)


def fail_the_call(stateset: httpx2.Client, number: int) -> None:
    """Have this call, counted from 1, refused with 422."""
    if number > 1:
        stateset.post(
            "/faults", json={"system": "stateset", "kind": "delay", "delay_ms": 0, "times": number - 1}
        )
    stateset.post("/faults", json={"system": "stateset", "kind": "status", "status": 422})


def found_by(typed: str) -> set[int]:
    """The orders that somebody who looks for this finds."""
    return {order.id for order in found_orders(asked(typed)).orders}


def test_an_exchange_is_placed(shop: Acme, stateset: httpx2.Client) -> None:
    exchange_id = shop.confirm("AC-1001", TO_XL)
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    assert (exchange.platform_order or "").startswith("ord_exch_")
    assert (exchange.drift, exchange.attention) == (None, None)
    assert (exchange.platform_reply or {})["tracking_number"]
    assert [step.name for step in dispatch_of(exchange_id).steps] == ["return", "approve return", "exchange"]
    assert not takes_one_exchange_only(placing_system())
    sent = stateset.get("/ledger").json()["requests"][-1]["body"]
    assert Decimal(str(sent["price_difference"])) * 100 == exchange.amount_due


def test_the_parcel_that_is_told_of_at_once_is_the_exchanges(shop: Acme, stateset: httpx2.Client) -> None:
    stateset.post("/settings", json={"system": "stateset", "estimated_delivery": "2026-11-27"})
    exchange_id = shop.confirm("AC-1001", TO_XL)
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.tracking_number == (exchange.platform_reply or {})["tracking_number"]
    assert exchange.delivery_estimate == date(2026, 11, 27)


def test_half_a_number_and_a_day_that_is_over_are_told_to_nobody(shop: Acme, stateset: httpx2.Client) -> None:
    exchange_id = shop.confirm("AC-1001", TO_XL)
    placed = Placed(
        "ord_1", None, None, None, tracking_number="1" * 101, delivery_estimate=date(2026, 11, 20)
    )
    message = ExchangeOrder.from_data(dispatch_of(exchange_id).message)
    with writing():
        exchange = db.session.get_one(Exchange, exchange_id)
        exchange.status = Status.PLACING
        record_placed(exchange, message, placed, "worker", shop.clock())
    exchange = exchange_of(exchange_id)
    assert exchange.platform_order == "ord_1"
    assert (exchange.tracking_number, exchange.delivery_estimate) == (None, None)


def test_a_gift_card_is_store_credit(shop: Acme) -> None:
    exchange_id = shop.confirm("AC-1001", TO_CARD)
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    assert (exchange.platform_order or "").startswith("rt_")


def test_what_stood_before_a_refusal_is_placed_and_an_agent_reads_which(
    shop: Acme, stateset: httpx2.Client
) -> None:
    exchange_id = two_parkas(shop)
    fail_the_call(stateset, 6)
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    assert "placed are RIDGE-PARKA-NAVY-L as ord_exch_" in (exchange.attention or "")
    assert "not placed are RIDGE-PARKA-NAVY-XL: The platform answered 422" in (exchange.attention or "")
    assert dispatch_of(exchange_id).state == DispatchState.DELIVERED
    child = db.session.scalars(select(Order).where(Order.parent_id == exchange.order_id)).one()
    assert [(line.sku, line.quantity) for line in child.lines] == [("RIDGE-PARKA-NAVY-L", 1)]
    assert stateset.get("/ledger").json()["orders"] == 1


def test_who_listens_is_told_of_the_part_that_was_placed_alone(shop: Acme, stateset: httpx2.Client) -> None:
    shop.listeners = LISTENERS
    settings = {"url": f"{str(stateset.base_url).rstrip('/')}/optoro", "optiturn_id": "acme"}
    connect_store(shop.connections, shop.store_id, "optoro-rmas", settings, None, shop.clock())
    exchange_id = two_parkas(shop)
    fail_the_call(stateset, 6)
    shop.send()
    mark_in_transit(exchange_id, shop.clock(), "agent", shop.clock())
    db.session.commit()
    told = db.session.scalars(
        select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.REPORT)
    ).all()
    reports = [ExchangeReport.from_data(each.message) for each in told]
    assert [report.parcel for report in reports] == [ParcelLeg.EXPECTED, ParcelLeg.IN_TRANSIT]
    for report in reports:
        assert [(line.sku, line.quantity) for line in report.order.variants] == [("RIDGE-PARKA-NAVY-L", 1)]
        assert (report.amount_due, report.refund_due, report.order.difference) == (0, 0, 0)
    assert exchange_of(exchange_id).amount_due == 1050


def test_a_refusal_before_anything_is_placed_goes_to_a_person(shop: Acme, stateset: httpx2.Client) -> None:
    exchange_id = two_parkas(shop)
    fail_the_call(stateset, 5)
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.IN_REVIEW
    assert "nothing is placed, but these returns stand open there: rt_" in (exchange.attention or "")
    assert may_be_at_the_platform(exchange)
    assert stateset.get("/ledger").json()["orders"] == 0


def test_a_no_to_the_first_call_leaves_nothing_there_and_can_be_asked_anew(
    shop: Acme, stateset: httpx2.Client
) -> None:
    exchange_id = two_parkas(shop)
    fail_the_call(stateset, 1)
    shop.send()
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
    assert not may_be_at_the_platform(exchange_of(exchange_id))
    approve(exchange_id, Decision("agent", "set right at StateSet"), shop.clock())
    shop.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.attention) == (Status.PLACED, None)
    assert stateset.get("/ledger").json()["orders"] == 2


def test_what_was_refused_can_be_sent_again_once_the_cause_is_gone(
    shop: Acme, stateset: httpx2.Client
) -> None:
    exchange_id = two_parkas(shop)
    fail_the_call(stateset, 5)
    shop.send()
    retry(shop.connections, exchange_id, Decision("agent", "back in stock"), shop.clock())
    shop.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.attention) == (Status.PLACED, None)
    assert stateset.get("/ledger").json()["orders"] == 2


def test_a_lost_answer_is_left_to_a_person_where_repeats_are_not_trusted(
    shop: Acme, stateset: httpx2.Client
) -> None:
    url = f"{str(stateset.base_url).rstrip('/')}/stateset/v1"
    settings = {"url": url, "approve_returns": "yes", "repeats": "never"}
    connect_store(shop.connections, shop.store_id, "stateset", settings, "st_example", shop.clock())
    exchange_id = shop.confirm("AC-1001", TO_L)
    stateset.post("/faults", json={"system": "stateset", "kind": "delay", "delay_ms": 0, "times": 2})
    stateset.post("/faults", json={"system": "stateset", "kind": "lost_answer"})
    for _ in range(3):
        shop.clock.forward(minutes=60)
        shop.send()
    assert dispatch_of(exchange_id).state == DispatchState.UNKNOWN
    assert "Look at the platform whether the order exists" in (exchange_of(exchange_id).attention or "")
    assert stateset.get("/ledger").json()["orders"] == 1


def test_a_lost_answer_is_had_by_the_same_call(shop: Acme, stateset: httpx2.Client) -> None:
    exchange_id = shop.confirm("AC-1001", TO_L)
    stateset.post("/faults", json={"system": "stateset", "kind": "delay", "delay_ms": 0, "times": 2})
    stateset.post("/faults", json={"system": "stateset", "kind": "lost_answer"})
    shop.send()
    assert exchange_of(exchange_id).state is Status.PLACING
    shop.clock.forward(minutes=10)
    shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    answers = stateset.get("/ledger").json()
    assert answers["orders"] == 1
    first, again = answers["requests"][-2:]
    assert first["body_sha256"] == again["body_sha256"]
    assert first["headers"]["Idempotency-Key"] == again["headers"]["Idempotency-Key"]


def arrived(shop: Acme, exchange_id: int) -> Order:
    """The order that came of the exchange, as the shopper has it by now."""
    parent = exchange_of(exchange_id).order_id
    child = db.session.scalars(select(Order).where(Order.parent_id == parent)).one()
    child.shipped_at = child.delivered_at = shop.clock()
    for line in child.lines:
        line.shipped = line.quantity
    db.session.commit()
    return child


def told_orders(stateset: httpx2.Client, last: int) -> list[str]:
    """The orders that the last so many returns were made on."""
    asked = [each["body"] for each in stateset.get("/ledger").json()["requests"]]
    return [body["order_id"] for body in asked if "order_id" in body][-last:]


def test_exchanged_in_turn_each_unit_goes_back_on_the_order_that_sent_it(
    shop: Acme, stateset: httpx2.Client
) -> None:
    first = two_parkas(shop)
    shop.send()
    child = arrived(shop, first)
    large, extra = (line.platform_orders for line in child.lines)
    assert large is None  # its unit stands in the order that the whole goes by
    assert extra is not None
    assert extra != [child.number]
    shop.confirm_order(child.id, TO_XL, TO_L)
    shop.send()
    assert told_orders(stateset, 2) == [child.number, *extra]


def test_every_number_of_an_exchange_is_found(shop: Acme) -> None:
    first = two_parkas(shop)
    shop.send()
    child = arrived(shop, first)
    numbers = [child.number, *(child.lines[1].platform_orders or [])]
    assert len(set(numbers)) == 2
    for number in numbers:
        assert found_by(number) == {exchange_of(first).order_id, child.id}
    index_orders([child.id])  # as when the order is imported again
    assert found_by(numbers[1]) == {exchange_of(first).order_id, child.id}


def test_units_of_one_line_go_back_each_on_its_own_order(shop: Acme, stateset: httpx2.Client) -> None:
    order_id = make_order(shop.store_id, Bought(shop.parka["Navy / M"], quantity=2))
    first = shop.confirm_order(order_id, TO_L, units=2)
    shop.send()
    child = arrived(shop, first)
    (line,) = child.lines
    assert line.quantity == len(set(line.platform_orders or [])) == 2
    line.refunded = 1  # the first is gone, so the second comes back
    db.session.commit()
    shop.confirm_order(child.id, TO_XL)
    shop.send()
    assert told_orders(stateset, 1) == (line.platform_orders or [])[1:]
