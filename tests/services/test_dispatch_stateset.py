"""Exchanges placed at StateSet by the worker, over real HTTP: whole, in part, and not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import httpx2
from sqlalchemy import select

from app.connectors.registry import LISTENERS
from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_report import ExchangeReport, ParcelLeg
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, Order, Purpose, db, writing
from app.services.agent_decisions import Decision, approve
from app.services.connected_systems import placing_system, takes_one_exchange_only
from app.services.connector_settings import connect_store
from app.services.dispatch_recovery import retry
from app.services.parcels import mark_in_transit
from app.services.placed_orders import record_placed
from app.services.releasing import may_be_at_the_platform
from tests.services.dispatch_cases import TO_CARD, TO_L, TO_XL, Acme, dispatch_of, exchange_of
from tests.services.stateset_store import fail_the_call, shop, stateset, two_parkas

__all__ = ["shop", "stateset"]


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
