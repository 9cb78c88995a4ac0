"""What Stripe says of a page, against the small Stripe over real HTTP: refused, over, declined, lapsed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from app.connectors.base import Outcome, Refused, Request
from app.domain.payment import MoneyAct, Standing
from tests.payments.fake_stripe import FakeStripe
from tests.payments.providers import DECLINED, Provider


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


def test_each_decline_has_a_number_of_its_own(provider: Provider) -> None:
    page = provider.open()
    seen = set()
    for _ in range(2):
        provider.pay(page, DECLINED)
        seen.add(provider.look(page).last_decline)
    assert len(seen - {""}) == 2


def test_a_reservation_that_lapsed_is_let_go_of(server: FakeStripe, provider: Provider) -> None:
    page, payment = provider.paid()
    server.account.lapse(payment)
    record = provider.look(page)
    assert (record.standing, record.payment, record.captured) == (Standing.VOIDED, payment, 0)
    assert isinstance(provider.move(MoneyAct.CAPTURE, payment), str)


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
