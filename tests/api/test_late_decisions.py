"""A person at Ravelin decides later: carried out once, undone by nobody."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import LineItem, db
from app.services.agent_decisions import Decision, approve, decline
from app.services.moving import withdraw_attention
from tests.api.late_caller import AT, Caller, caller, ravelin
from tests.factories import NOW

__all__ = ["caller", "ravelin"]
REJECTED_LATE = "A person at ravelin rejected it after it had been placed. Decide whether to stop it."
AGENT = Decision("sam", "looks fine")


def committed(caller: Caller) -> int:
    return db.session.scalars(select(LineItem.committed).order_by(LineItem.id)).first() or 0


def test_approved_goes_on_and_is_placed(caller: Caller) -> None:
    assert caller.says("APPROVED").get_json() == {"outcome": "approved"}
    exchange = caller.exchange()
    assert (exchange.state, exchange.decided_by) == (Status.APPROVED, "ravelin")
    caller.shop.send()
    assert caller.exchange().state is Status.PLACED


def test_rejected_is_declined_and_gives_everything_back(caller: Caller) -> None:
    assert caller.says("REJECTED").get_json() == {"outcome": "declined"}
    exchange = caller.exchange()
    assert (exchange.state, exchange.decided_by) == (Status.DECLINED, "ravelin")
    assert (exchange.decision_words, committed(caller)) == (None, 0)


def test_pending_waits_on(caller: Caller) -> None:
    assert caller.says("PENDING").get_json() == {"outcome": "nothing to do"}
    assert caller.exchange().waits_for_a_person


@pytest.mark.parametrize("at", [AT, None])
def test_a_decision_that_comes_again_has_no_second_effect(caller: Caller, at: int | None) -> None:
    caller.says("APPROVED", at)
    caller.shop.send()
    again = caller.says("APPROVED", at)
    assert again.status_code == 200
    exchange = caller.exchange()
    assert (exchange.state, exchange.attention) == (Status.PLACED, None)
    assert len(caller.shop.peer.requests) == 1


def test_a_reversal_after_placing_goes_to_an_agent_once(caller: Caller) -> None:
    caller.says("APPROVED")
    caller.shop.send()
    assert caller.says("REJECTED", AT + 1000).get_json() == {"outcome": "an agent was asked"}
    exchange = caller.exchange()
    assert (exchange.state, exchange.attention) == (Status.PLACED, REJECTED_LATE)
    withdraw_attention(exchange, REJECTED_LATE, "sam", NOW)
    db.session.commit()
    assert caller.says("REJECTED", AT + 1000).get_json() == {"outcome": "an agent was asked"}
    assert caller.exchange().attention is None


def test_a_reversal_before_placing_declines(caller: Caller) -> None:
    caller.says("APPROVED")
    assert caller.says("REJECTED", AT + 1000).get_json() == {"outcome": "declined"}
    assert caller.exchange().state is Status.DECLINED
    caller.shop.send()
    assert caller.shop.peer.requests == []


def test_approved_after_it_was_declined_goes_to_an_agent(caller: Caller) -> None:
    decline(caller.exchange_id, AGENT, NOW)
    assert caller.says("APPROVED").get_json() == {"outcome": "an agent was asked"}
    exchange = caller.exchange()
    assert exchange.state is Status.DECLINED
    assert exchange.attention == "A person at ravelin approved it after it had been declined."


def test_an_agent_who_was_quicker_stays_right(caller: Caller) -> None:
    approve(caller.exchange_id, AGENT, NOW)
    assert caller.says("APPROVED").get_json() == {"outcome": "nothing to do"}
    assert caller.exchange().decided_by == "sam"


def test_what_else_is_to_be_judged_still_is(caller: Caller) -> None:
    exchange = caller.exchange()
    dear = {"code": "value_over_review_limit", "item": "Parka", "agent": "Dear", "shopper": ""}
    exchange.doubts = [dear, *exchange.doubts]
    db.session.commit()
    assert caller.says("APPROVED").get_json() == {"outcome": "an agent was asked"}
    exchange = caller.exchange()
    assert exchange.waits_for_a_person
    assert [doubt["code"] for doubt in exchange.doubts] == ["value_over_review_limit"]


def test_what_cannot_be_approved_any_more_goes_to_an_agent(caller: Caller) -> None:
    line = db.session.scalars(select(LineItem).order_by(LineItem.id)).first()
    assert line is not None
    line.refunded = line.quantity
    db.session.commit()
    assert caller.says("APPROVED").get_json() == {"outcome": "an agent was asked"}
    exchange = caller.exchange()
    assert exchange.waits_for_a_person
    assert "It could not be done: Ridge Parka: refunded meanwhile" in (exchange.attention or "")


def test_a_decision_before_the_answer_was_taken_comes_again(caller: Caller) -> None:
    exchange = caller.exchange()
    exchange.status = Status.SCREENING
    db.session.commit()
    assert caller.says("APPROVED").status_code == 409
    exchange = caller.exchange()
    exchange.status = Status.IN_REVIEW
    db.session.commit()
    assert caller.says("APPROVED").get_json() == {"outcome": "approved"}
