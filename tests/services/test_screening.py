"""What a screener says, and what becomes of an exchange when it says nothing of use (R21)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.domain.exchange_status import Status
from app.models import DispatchState, LineItem, Purpose, db
from app.services.agent_decisions import Decision, approve
from app.services.connector_settings import disconnect_store
from tests.faults import behaviours as does
from tests.faults.peer import Behaviour
from tests.services.dispatch_cases import dispatch_of, exchange_of
from tests.services.other_systems import Asleep, WatchfulOnce
from tests.services.town import SCREENERS, Town, says, town

__all__ = ["town"]
YES = Decision("M. Ruiz", "a regular customer")


def committed(exchange_id: int) -> int:
    order = exchange_of(exchange_id).order_id
    return db.session.scalar(select(func.sum(LineItem.committed)).where(LineItem.order_id == order)) or 0


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
