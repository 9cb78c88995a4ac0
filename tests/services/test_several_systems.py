"""A store with a screener and listeners: each part has its own state, none holds up another (R21)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.exchange_report import ExchangeReport
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, LineItem, Purpose, db
from app.queries.exchange_record import record_of
from app.services import connected_systems
from app.services.agent_decisions import Decision, approve
from app.services.connector_settings import PlaceTaken, disconnect_store
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour, Peer
from tests.services.dispatch_cases import TO_XL, Acme, dispatch_of, exchange_of
from tests.services.other_systems import Asleep, Attentive, Curious, Watchful, WatchfulOnce

SCREENERS = {"watchful": Watchful}
LISTENERS = {"curious": Curious, "attentive": Attentive}
YES = Decision("M. Ruiz", "a regular customer")


@dataclass
class Town:
    """A shop, its platform and the others around it."""

    shop: Acme
    platform: Peer
    screener: Peer
    listeners: dict[str, Peer]


def says(advice: str, words: str = "") -> Behaviour:
    return does.status(200, json.dumps({"advice": advice, "words": words}).encode())


@pytest.fixture
def town(acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    monkeypatch.setattr(connected_systems, "SCREENERS", SCREENERS)
    monkeypatch.setattr(connected_systems, "LISTENERS", LISTENERS)
    shop = Acme(acme, peer, screeners=SCREENERS, listeners=LISTENERS)
    shop.connect()
    with ExitStack() as open_peers:
        screener = open_peers.enter_context(Peer(otherwise=says("allow")))
        shop.connect_to("watchful", screener)
        listeners = {name: open_peers.enter_context(Peer(otherwise=does.status(200))) for name in LISTENERS}
        for name, listener in listeners.items():
            shop.connect_to(name, listener)
        yield Town(shop, peer, screener, listeners)


def committed(exchange_id: int) -> int:
    order = exchange_of(exchange_id).order_id
    return db.session.scalar(select(func.sum(LineItem.committed)).where(LineItem.order_id == order)) or 0


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


def test_review_goes_to_an_agent_with_the_reason_and_their_yes_places_it(town: Town) -> None:
    town.screener.otherwise = says("review", "Three cards in a week.")
    exchange_id = town.shop.confirm()
    town.shop.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.waits_for_a_person) == (Status.IN_REVIEW, True)
    (doubt,) = exchange.doubts
    assert doubt["agent"] == "Fraud screening by watchful: Three cards in a week"
    assert not town.platform.requests
    approve(exchange_id, YES, town.shop.clock())
    town.shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert len(town.screener.requests) == 1


def test_prevent_declines_and_gives_everything_back(town: Town) -> None:
    town.screener.otherwise = says("prevent", "Known for empty boxes.")
    exchange_id = town.shop.confirm()
    assert committed(exchange_id) == 1
    town.shop.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.occupies_order) == (Status.DECLINED, False)
    assert exchange.rma_closed_at == town.shop.clock()
    assert (committed(exchange_id), exchange.decision_words) == (0, None)
    assert exchange.decision_reason == "watchful advised against it: Known for empty boxes."
    assert not town.platform.requests
    town.screener.otherwise = says("allow")
    again = town.shop.confirm_order(exchange.order_id)
    town.shop.send()
    assert exchange_of(again).state is Status.PLACED


SILENCES = {
    "a definite no": does.status(403),
    "an answer of another kind": does.status(200, b"<html>"),
    "an advice nobody knows": says("dance"),
    "an empty answer": does.status(200, b""),
}


@pytest.mark.parametrize("policy", ["ask", "allow"])
@pytest.mark.parametrize("fault", SILENCES)
def test_no_usable_answer_follows_policy(town: Town, fault: str, policy: str) -> None:
    town.shop.set_policy(screening_silence=policy)
    town.screener.otherwise = SILENCES[fault]
    exchange_id = town.shop.confirm()
    town.shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is (Status.PLACED if policy == "allow" else Status.IN_REVIEW)
    said = dispatch_of(exchange_id, Purpose.SCREEN)
    assert (said.result or {})["advice"] == "none"
    assert (said.last_error or "").startswith("no usable answer")
    assert [doubt["code"] for doubt in exchange.doubts] == ([] if policy == "allow" else ["screening"])


@pytest.mark.parametrize(
    "fault", [does.status(503), does.status(429, b"", {"Retry-After": "86400"}), does.reset]
)
def test_a_screener_that_is_away_is_asked_again_for_minutes_and_not_for_days(
    town: Town, fault: Behaviour
) -> None:
    town.screener.otherwise = fault
    exchange_id = town.shop.confirm()
    began = town.shop.clock.now
    while dispatch_of(exchange_id, Purpose.SCREEN).state == DispatchState.WAITING:
        assert exchange_of(exchange_id).state in (Status.SUBMITTED, Status.SCREENING)
        town.shop.clock.now = max(town.shop.clock.now, dispatch_of(exchange_id, Purpose.SCREEN).due_at)
        town.shop.send()
    assert len(town.screener.requests) >= 3
    assert timedelta(minutes=10) <= town.shop.clock.now - began <= timedelta(minutes=20)
    assert exchange_of(exchange_id).state is Status.IN_REVIEW


def test_a_screener_that_was_away_for_a_moment_is_heard(town: Town) -> None:
    town.screener.script.append(does.status(503))
    exchange_id = town.shop.confirm()
    town.shop.send()
    assert exchange_of(exchange_id).state is Status.SCREENING
    town.shop.clock.forward(minutes=1)
    town.shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED


def test_a_screener_that_must_not_be_asked_twice_is_not(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SCREENERS, "watchful", WatchfulOnce)
    town.screener.otherwise = does.lost_answer
    exchange_id = town.shop.confirm()
    town.shop.send()
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
    assert dispatch_of(exchange_id, Purpose.SCREEN).state == DispatchState.UNKNOWN
    assert len(town.screener.requests) == 1


def test_a_screener_that_need_not_be_asked_holds_nothing_up(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SCREENERS, "watchful", Asleep)
    exchange_id = town.shop.confirm()
    town.shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert dispatch_of(exchange_id, Purpose.SCREEN).result == {"advice": "allow", "words": "not asked"}
    assert not town.screener.requests


def test_a_screener_that_was_taken_away_gives_no_answer(town: Town) -> None:
    exchange_id = town.shop.confirm()
    disconnect_store(town.shop.store_id, "watchful", town.shop.clock())
    town.shop.send()
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
    assert not town.screener.requests


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
