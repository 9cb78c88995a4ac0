"""A store with a screener and listeners: each part has its own state, none holds up another."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from app.domain.exchange_report import ExchangeReport
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Purpose, db
from app.queries.exchange_record import record_of
from app.services.connector_settings import PlaceTaken, disconnect_store
from tests.faults import behaviours as does
from tests.services.dispatch_cases import TO_XL, dispatch_of, exchange_of
from tests.services.other_systems import Watchful
from tests.services.town import SCREENERS, Town, town

__all__ = ["town"]


def parts(exchange_id: int) -> dict[str, str]:
    """Each part of the record as `exchange show --json` has it."""
    record = record_of(exchange_of(exchange_id))
    return {f"{part['purpose']} {part['system']}": part["state"] for part in record["dispatches"]}


def test_screened_then_placed_then_told(town: Town) -> None:
    town.shop.set_policy(undo_minutes=15)
    exchange_id = town.shop.confirm("AC-1001", TO_XL)
    town.shop.clock.forward(minutes=14)
    assert town.shop.send() == 0
    assert not town.screener.requests
    town.shop.clock.forward(minutes=1)
    town.shop.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.attention) == (Status.PLACED, None)
    assert parts(exchange_id) == {
        "screen watchful": "delivered",
        "place optoro": "delivered",
        "report curious": "delivered",
        "report attentive": "delivered",
    }
    (asked,), (placed,) = town.screener.requests, town.platform.requests
    assert json.loads(asked.body)["platform_order"] == ""
    assert json.loads(placed.body)["original_order_id"] == "AC-1001"
    for listener in town.listeners.values():
        (told,) = listener.requests
        assert json.loads(told.body)["platform_order"] == "AC-1001-X1"


def test_a_report_is_what_was_confirmed_and_placed(town: Town) -> None:
    exchange_id = town.shop.confirm("AC-1001", TO_XL)
    town.shop.send()
    exchange = exchange_of(exchange_id)
    told = dispatch_of(exchange_id, Purpose.REPORT, "curious")
    report = ExchangeReport.from_data(told.message)
    assert told.message["order"] == dispatch_of(exchange_id).message
    assert (report.platform_order, report.placed_at) == ("AC-1001-X1", exchange.placed_at)
    assert (report.submitted_at, report.amount_due) == (exchange.submitted_at, exchange.amount_due)
    assert report.amount_due == 1022
    assert told.key == "acme:AC-1001:0:report:curious"
    assert told.result == {"heard": True}


def test_one_failing_listener_holds_up_nothing_and_is_flagged_when_it_gives_up(town: Town) -> None:
    town.listeners["curious"].otherwise = does.status(503)
    exchange_id = town.shop.confirm()
    town.shop.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.attention) == (Status.PLACED, None)
    assert parts(exchange_id)["report attentive"] == "delivered"
    assert parts(exchange_id)["report curious"] == "waiting"
    while dispatch_of(exchange_id, Purpose.REPORT, "curious").state == DispatchState.WAITING:
        assert exchange_of(exchange_id).attention is None
        town.shop.clock.now = dispatch_of(exchange_id, Purpose.REPORT, "curious").due_at
        town.shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    assert (exchange.attention or "").startswith("curious was not told of it. Given up after ")
    assert len({heard.body for heard in town.listeners["curious"].requests}) == 1


def test_a_listener_that_says_no_flags_and_one_that_is_gone_does_not(town: Town) -> None:
    town.listeners["curious"].otherwise = does.status(400)
    town.platform.script.append(does.status(503))
    exchange_id = town.shop.confirm()
    town.shop.send()
    assert db.session.scalar(select(func.count(Dispatch.id)).where(Dispatch.purpose == Purpose.REPORT)) == 0
    town.shop.clock.forward(minutes=1)
    disconnect_store(town.shop.store_id, "attentive", town.shop.clock())
    town.shop.send()
    assert parts(exchange_id)["report curious"] == "failed"
    assert "report attentive" not in parts(exchange_id)
    assert exchange_of(exchange_id).attention == "curious was not told of it: curious said 400."


def test_a_listener_that_goes_while_its_report_waits_is_not_missed(town: Town) -> None:
    town.listeners["attentive"].otherwise = does.status(503)
    exchange_id = town.shop.confirm()
    town.shop.send()
    disconnect_store(town.shop.store_id, "attentive", town.shop.clock())
    town.shop.clock.forward(minutes=5)
    town.shop.send()
    assert parts(exchange_id)["report attentive"] == "cancelled"
    assert exchange_of(exchange_id).attention is None


def test_there_is_one_platform_and_one_screener(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCREENERS, "another", Watchful)
    with pytest.raises(PlaceTaken, match="watchful screens its exchanges already: disconnect it first"):
        town.shop.connect_to("another", town.screener)
    disconnect_store(town.shop.store_id, "watchful", town.shop.clock())
    town.shop.connect_to("another", town.screener)
