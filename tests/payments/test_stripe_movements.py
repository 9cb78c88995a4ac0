"""Stripe's own ways of moving money, against the small Stripe over real HTTP: keys that are forgotten,
failures that are kept, partial captures.
"""

from __future__ import annotations

import pytest

from app.connectors.base import Done, Outcome, Reply, Request
from app.connectors.moved import Moved
from app.connectors.payments.stripe import StripeGateway
from app.domain.payment import MoneyAct, MoneyMove
from tests.payments.cases import move
from tests.payments.fake_stripe import FakeStripe
from tests.payments.providers import Provider

CAPTURE, VOID, REFUND = MoneyAct.CAPTURE, MoneyAct.VOID, MoneyAct.REFUND


def test_a_refund_that_fails_later_is_told_from_one_that_holds(
    server: FakeStripe, provider: Provider
) -> None:
    _, payment = provider.paid()
    provider.move(CAPTURE, payment)
    made = provider.move(REFUND, payment, 500)
    assert isinstance(made, Moved)

    def why() -> str:
        look = provider.gateway.look_at_refund(made.reference)
        return provider.gateway.why_refund_failed(provider.send(look))

    assert why() == ""
    server.account.things[made.reference] |= {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
    }
    assert why() == "Stripe could not give the money back: expired or canceled card"


@pytest.mark.parametrize("act", MoneyAct)
def test_a_movement_is_made_once_even_when_its_key_is_forgotten(
    server: FakeStripe, provider: Provider, act: MoneyAct
) -> None:
    page, payment = provider.paid()
    if act is REFUND:
        provider.move(CAPTURE, payment)
    first = provider.move(act, payment, 500)
    server.forget_keys()
    again = provider.move(act, payment, 500)
    assert isinstance(first, Moved)
    assert again == first
    record = provider.look(page)
    taken = {CAPTURE: (500, 0), VOID: (0, 0), REFUND: (1050, 500)}[act]
    assert (record.captured, record.refunded) == taken


def test_a_capture_of_somebody_elses_is_none_of_ours(server: FakeStripe, provider: Provider) -> None:
    _, payment = provider.paid()
    provider.move(CAPTURE, payment, key="somebody else")
    words = provider.move(CAPTURE, payment)
    assert isinstance(words, str)
    assert "has a status of succeeded" in words


def test_the_charge_of_an_order_is_given_back_by_either_number(
    server: FakeStripe, provider: Provider
) -> None:
    page, payment = provider.paid()
    provider.move(CAPTURE, payment)
    charge = server.account.things[payment]["latest_charge"]
    assert isinstance(provider.move(REFUND, charge, 600, key="by charge"), Moved)
    assert isinstance(provider.move(REFUND, charge, 600, key="by charge"), Moved)
    assert isinstance(provider.move(REFUND, payment, 450, key="by payment"), Moved)
    assert provider.look(page).refunded == 1050


def test_what_a_partial_capture_lets_go_of_is_no_refund(server: FakeStripe, provider: Provider) -> None:
    page, payment = provider.paid()
    provider.move(CAPTURE, payment, 800)
    charge = server.account.things[server.account.things[payment]["latest_charge"]]
    assert charge["amount_refunded"] == 250
    assert provider.look(page).refunded == 0
    provider.move(REFUND, payment, 100)
    assert provider.look(page).refunded == 100


@pytest.mark.parametrize("act", MoneyAct)
@pytest.mark.parametrize("arrived", [True, False])
def test_a_movement_whose_answer_was_lost_for_days_is_looked_up(
    server: FakeStripe, provider: Provider, act: MoneyAct, arrived: bool
) -> None:
    page, payment = provider.paid()
    if act is REFUND:
        provider.move(CAPTURE, payment)
    asked = move(act, 500, payment=payment, key=f"{payment}:{act}")
    gateway = provider.gateway
    assert isinstance(gateway, StripeGateway)
    lost = step(provider, asked, [provider.send(step(provider, asked, []))])
    if arrived:
        provider.send(lost)
    server.forget_keys()
    answers = [*gateway.found(asked, provider.send(gateway.look_up(asked)))]
    following = gateway.next_step(asked, answers)
    assert isinstance(following, Done) is arrived
    if isinstance(following, Request):
        assert following == lost
        provider.send(following)
    record = provider.look(page)
    taken = {CAPTURE: (500, 0), VOID: (0, 0), REFUND: (1050, 500)}[act]
    assert (record.captured, record.refunded) == taken


def test_a_failure_is_tried_again_and_then_shown_to_a_person(server: FakeStripe, provider: Provider) -> None:
    _, payment = provider.paid()
    asked = move(CAPTURE, payment=payment)
    looked = provider.send(step(provider, asked, []))
    capture = provider.gateway.next_step(asked, [looked])
    assert isinstance(capture, Request)
    server.failures.append((500, "api_error"))
    first, again = provider.send(capture), provider.send(capture)
    assert provider.gateway.outcome(first) is Outcome.UNKNOWN
    assert (again.status, provider.gateway.outcome(again)) == (500, Outcome.REJECTED)


def step(provider: Provider, asked: MoneyMove, answers: list[Reply]) -> Request:
    made = provider.gateway.next_step(asked, answers)
    assert isinstance(made, Request)
    return made
