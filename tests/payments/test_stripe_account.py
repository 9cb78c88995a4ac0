"""Stripe's own ways, against the small Stripe over real HTTP: keys that are forgotten, failures that are
kept, partial captures, and messages.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.connectors.base import Done, Outcome, Refused, Reply, Request
from app.connectors.moved import Dispute, Heard, Moved
from app.connectors.payments.stripe import StripeGateway
from app.domain.payment import MoneyAct, MoneyMove, Standing
from tests.payments.cases import move
from tests.payments.fake_stripe import FakeStripe, fake_stripe
from tests.payments.mailbox import open_mailbox
from tests.payments.providers import DECLINED, KEY, Provider, stripe_at

SIGNING = "whsec_only_for_tests"
CAPTURE, VOID, REFUND = MoneyAct.CAPTURE, MoneyAct.VOID, MoneyAct.REFUND


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[FakeStripe, Provider]]:
    with open_mailbox() as mailbox, fake_stripe(KEY, SIGNING, mailbox.url) as server:
        yield server, stripe_at(server, mailbox, SIGNING)


@pytest.fixture
def server(started: tuple[FakeStripe, Provider]) -> FakeStripe:
    started[0].failures.clear()
    started[0].forget_keys()
    return started[0]


@pytest.fixture
def provider(started: tuple[FakeStripe, Provider]) -> Provider:
    return started[1]


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


@pytest.mark.parametrize(
    ("status", "code"), [(409, "idempotency_key_in_use"), (429, "lock_timeout"), (424, "")]
)
def test_what_passes_is_tried_again(server: FakeStripe, provider: Provider, status: int, code: str) -> None:
    server.failures.append((status, code))
    refused = provider.send(provider.gateway.look_at_page("cs_1"))
    assert (refused.status, provider.gateway.outcome(refused)) == (status, Outcome.TRY_LATER)


def test_the_same_key_for_another_page_is_refused(server: FakeStripe, provider: Provider) -> None:
    wish = provider.wish()
    provider.open(wish)
    request = provider.gateway.open_page(provider.wish(key=wish.key, amount=1051))
    assert isinstance(request, Request)
    reply = provider.send(request)
    assert (reply.status, provider.gateway.outcome(reply)) == (400, Outcome.REJECTED)
    assert "same parameters" in provider.gateway.explain(reply)
    assert isinstance(provider.gateway.page_of(reply), Refused)


@pytest.mark.parametrize("minutes", [29, 25 * 60])
def test_a_page_ends_between_half_an_hour_and_a_day(
    server: FakeStripe, provider: Provider, minutes: int
) -> None:
    ends = datetime.now(UTC) + timedelta(minutes=minutes)
    request = provider.gateway.open_page(provider.wish(expires_at=ends))
    assert isinstance(request, Request)
    refused = provider.gateway.page_of(provider.send(request))
    assert isinstance(refused, Refused)
    assert "expires_at" in refused.reason


def test_a_page_that_ended_is_over_also_after_a_declined_card(server: FakeStripe, provider: Provider) -> None:
    page = provider.open()
    provider.pay(page, DECLINED)
    assert provider.look(page).declined == "Your card was declined."
    server.account.things[page.reference]["expires_at"] = int(time.time()) - 1
    assert provider.look(page).standing is Standing.OVER


def test_a_reservation_that_lapsed_is_let_go_of(server: FakeStripe, provider: Provider) -> None:
    page, payment = provider.paid()
    server.account.lapse(payment)
    record = provider.look(page)
    assert (record.standing, record.payment, record.captured) == (Standing.VOIDED, payment, 0)
    assert isinstance(provider.move(CAPTURE, payment), str)


@pytest.mark.parametrize(
    ("status", "standing"),
    [("processing", Standing.OPEN), ("requires_payment_method", Standing.FAILED)],
)
def test_a_page_that_is_over_before_its_payment_is(
    server: FakeStripe, provider: Provider, status: str, standing: Standing
) -> None:
    page, payment = provider.paid()
    server.account.things[payment]["status"] = status
    assert provider.look(page).standing is standing


def test_a_charge_without_a_deadline(server: FakeStripe, provider: Provider) -> None:
    page, payment = provider.paid()
    charge = server.account.things[server.account.things[payment]["latest_charge"]]
    charge["payment_method_details"] = {"type": "link"}
    record = provider.look(page)
    assert (record.standing, record.capture_before) == (Standing.AUTHORISED, None)


DISPUTED = {
    "object": "dispute",
    "id": "dp_1",
    "amount": 1022,
    "currency": "usd",
    "reason": "product_not_received",
    "charge": "ch_1",
    "payment_intent": "pi_1",
    "evidence_details": {"due_by": 1796083199},
    "metadata": {},
}
DISPUTE = Dispute("dp_1", 1022, "USD", "product not received", datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC))


@pytest.mark.parametrize(
    ("kind", "thing", "expected"),
    [
        ("customer.created", {"object": "customer", "id": "cus_1"}, Heard()),
        ("charge.refunded", {"object": "charge", "id": "ch_1"}, Heard(payments=("ch_1",))),
        (
            "payment_intent.canceled",
            {"object": "payment_intent", "id": "pi_1", "metadata": {"exchange": "EX-1"}},
            Heard(payments=("pi_1",), exchange="EX-1"),
        ),
        (
            "refund.failed",
            {"object": "refund", "id": "re_1", "payment_intent": "pi_1", "charge": "ch_1", "metadata": None},
            Heard(payments=("pi_1", "ch_1")),
        ),
        ("charge.dispute.created", DISPUTED, Heard(payments=("pi_1", "ch_1"), dispute=DISPUTE)),
        ("charge.dispute.created", DISPUTED | {"amount": "1022"}, Heard(payments=("pi_1", "ch_1"))),
        ("charge.dispute.created", [], Heard()),
    ],
)
def test_what_a_message_is_about(
    provider: Provider, kind: str, thing: dict[str, Any], expected: Heard
) -> None:
    body = json.dumps({"object": "event", "type": kind, "data": {"object": thing}}).encode()
    signed = {"stripe-signature": signature(body)}
    assert provider.gateway.heard(signed, body, datetime.now(UTC)) == expected


def test_each_decline_has_a_number_of_its_own(provider: Provider) -> None:
    page = provider.open()
    seen = set()
    for _ in range(2):
        provider.pay(page, DECLINED)
        seen.add(provider.look(page).last_decline)
    assert len(seen - {""}) == 2


def signature(body: bytes) -> str:
    from stripe import WebhookSignature  # noqa: PLC0415 - its own signing, for this one test

    return str(WebhookSignature.generate_signature_header(body.decode(), SIGNING))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=1",
        "v1=00",
        "t=x,v1=00",
        "t={now},v0={right}",
        "t={now},v1=",
        "t={now},v1=é",
        "t={now},t=1,v1={right}",
        "T={now},v1={right}",
    ],
)
def test_a_header_that_stripe_would_not_write(provider: Provider, header: str) -> None:
    body = b'{"object":"event"}'
    right = signature(body).rpartition("=")[2]
    written = header.format(now=int(time.time()), right=right)
    assert provider.gateway.heard({"stripe-signature": written}, body, datetime.now(UTC)) is None


def step(provider: Provider, asked: MoneyMove, answers: list[Reply]) -> Request:
    made = provider.gateway.next_step(asked, answers)
    assert isinstance(made, Request)
    return made
