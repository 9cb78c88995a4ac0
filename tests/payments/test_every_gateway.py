"""What holds for every payment provider: the port's promises, kept over real HTTP with each of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from app.connectors.base import Outcome
from app.connectors.moved import Moved
from app.domain.payment import MoneyAct, Standing
from tests.payments.cases import move
from tests.payments.providers import DECLINED, KEY, PROVIDERS, Provider

CAPTURE, VOID, REFUND = MoneyAct.CAPTURE, MoneyAct.VOID, MoneyAct.REFUND


@pytest.fixture(scope="module", params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    with PROVIDERS[request.param]() as provider:
        yield provider


@pytest.fixture(autouse=True)
def nothing_waiting(provider: Provider) -> None:
    """A message of an earlier test is none of this one."""
    provider.requests.clear()


def test_the_same_wish_is_the_same_page_and_another_one_is_not(provider: Provider) -> None:
    wish = provider.wish()
    first, again = provider.open(wish), provider.open(wish)
    assert first == again
    assert provider.open(provider.wish()).reference != first.reference


def test_the_page_is_where_the_browser_is_told_it_may_go(provider: Provider) -> None:
    wish = provider.wish()
    page = provider.open(wish)
    assert any(page.url.startswith(f"{origin}/") for origin in provider.gateway.page_origins)
    assert page.expires_at == wish.expires_at
    assert httpx2.get(page.url, trust_env=False).status_code == 200


def test_nothing_is_paid_before_the_shopper_pays(provider: Provider) -> None:
    page = provider.open()
    record = provider.look(page)
    assert (record.page, record.standing) == (page.reference, Standing.OPEN)
    assert (record.amount, record.currency) == (1050, "USD")
    assert (record.payment, record.captured, record.refunded) == ("", 0, 0)


def test_paid_is_reserved_with_amount_currency_and_an_end(provider: Provider) -> None:
    page, payment = provider.paid()
    record = provider.look(page)
    assert record.standing is Standing.AUTHORISED
    assert (record.amount, record.currency, record.payment) == (1050, "USD", payment)
    assert (record.captured, record.refunded) == (0, 0)
    assert record.capture_before is not None
    assert timedelta(days=1) < record.capture_before - datetime.now(UTC) < timedelta(days=32)


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 550), ("KWD", 1250), ("ISK", 300), ("EUR", 99)])
def test_amounts_come_back_as_they_were_asked_for(provider: Provider, currency: str, amount: int) -> None:
    page, payment = provider.paid(amount=amount, currency=currency)
    record = provider.look(page)
    assert (record.amount, record.currency) == (amount, currency)
    taken = provider.carry_out(
        replace(move(CAPTURE, amount, payment=payment, key=payment), currency=currency)
    )
    assert isinstance(taken, Moved)
    assert taken.amount == provider.look(page).captured == amount


def test_all_of_it_is_taken_once(provider: Provider) -> None:
    page, payment = provider.paid()
    first, again = provider.move(CAPTURE, payment), provider.move(CAPTURE, payment)
    assert isinstance(first, Moved)
    assert (first.amount, first) == (1050, again)
    record = provider.look(page)
    assert (record.standing, record.captured, record.amount) == (Standing.CAPTURED, 1050, 1050)
    assert isinstance(provider.move(CAPTURE, payment, key="another capture"), str)
    assert provider.look(page) == record


def test_part_of_it_is_taken_and_the_rest_let_go(provider: Provider) -> None:
    page, payment = provider.paid()
    taken = provider.move(CAPTURE, payment, 800)
    assert isinstance(taken, Moved)
    assert taken.amount == 800
    record = provider.look(page)
    assert (record.standing, record.captured, record.amount) == (Standing.CAPTURED, 800, 1050)


def test_no_more_is_taken_than_was_reserved(provider: Provider) -> None:
    page, payment = provider.paid()
    assert isinstance(provider.move(CAPTURE, payment, 1051), str)
    assert provider.look(page).standing is Standing.AUTHORISED


def test_let_go_of(provider: Provider) -> None:
    page, payment = provider.paid()
    first, again = provider.move(VOID, payment), provider.move(VOID, payment)
    assert isinstance(first, Moved)
    assert (first.amount, first) == (1050, again)
    assert (provider.look(page).standing, provider.look(page).captured) == (Standing.VOIDED, 0)
    assert isinstance(provider.move(CAPTURE, payment), str)


def test_given_back_once_for_each_key_and_never_more_than_was_taken(provider: Provider) -> None:
    page, payment = provider.paid()
    assert isinstance(provider.move(REFUND, payment, 1), str)
    provider.move(CAPTURE, payment, 800)
    first, again = (provider.move(REFUND, payment, 500, key=f"{payment}:a") for _ in range(2))
    assert isinstance(first, Moved)
    assert (first.amount, first) == (500, again)
    assert isinstance(provider.move(REFUND, payment, 301, key=f"{payment}:b"), str)
    rest = provider.move(REFUND, payment, 300, key=f"{payment}:c")
    assert isinstance(rest, Moved)
    assert rest.reference != first.reference
    record = provider.look(page)
    assert (record.captured, record.refunded) == (800, 800)
    assert isinstance(provider.move(REFUND, payment, 1, key=f"{payment}:d"), str)


def test_a_closed_page_is_over(provider: Provider) -> None:
    page = provider.open()
    for _ in range(2):
        provider.close(page)
        assert provider.look(page).standing is Standing.OVER
    assert provider.look(page).payment == ""


def test_closing_after_paying_leaves_the_payment(provider: Provider) -> None:
    page, payment = provider.paid()
    provider.close(page)
    record = provider.look(page)
    assert (record.standing, record.payment) == (Standing.AUTHORISED, payment)


def test_a_declined_card_leaves_the_page_open_for_another_one(provider: Provider) -> None:
    page = provider.open()
    provider.pay(page, DECLINED)
    record = provider.look(page)
    assert record.standing is Standing.OPEN
    assert record.declined.strip()
    provider.pay(page)
    record = provider.look(page)
    assert (record.standing, record.declined) == (Standing.AUTHORISED, "")


def test_a_payment_that_nobody_has(provider: Provider) -> None:
    for act in MoneyAct:
        words = provider.move(act, "pay_none", key=f"none {act}")
        assert isinstance(words, str)
        assert words.strip()


def test_looking_at_a_page_that_nobody_has(provider: Provider) -> None:
    reply = provider.send(provider.gateway.look_at_page("pg_none"))
    assert provider.gateway.outcome(reply) is Outcome.REJECTED


def test_a_payment_is_told_and_the_message_names_its_page(provider: Provider) -> None:
    while not provider.mailbox.is_empty():
        provider.told()
    page, _ = provider.paid()
    now, heard = datetime.now(UTC), None
    while heard is None or heard.page != page.reference:  # those of earlier tests may still be under way
        message = provider.told()
        heard = provider.gateway.heard(message.headers, message.body, now)
        assert heard is not None


def test_no_altered_old_or_foreign_message_is_heard(provider: Provider) -> None:
    provider.paid()
    message, now = provider.told(), datetime.now(UTC)
    gateway, headers, body = provider.gateway, message.headers, message.body
    assert gateway.heard(headers, body, now) is not None
    for late in (timedelta(minutes=6), timedelta(minutes=-6)):
        assert gateway.heard(headers, body, now + late) is None
    for place in range(0, len(body), 7):
        altered = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        assert gateway.heard(headers, altered, now) is None
    for name in [name for name in headers if "signature" in name]:
        for unlike in ("", headers[name][:-1], headers[name].upper(), headers[name][:-2] + "00"):
            assert gateway.heard({**headers, name: unlike}, body, now) is None
        assert gateway.heard({other: headers[other] for other in headers if other != name}, body, now) is None


def test_no_secret_is_in_what_would_be_stored(provider: Provider) -> None:
    page, payment = provider.paid()
    provider.move(CAPTURE, payment)
    provider.close(page)
    for request in provider.requests:
        assert KEY not in repr(request)
        assert "whsec_" not in repr(request)
    kept = repr(provider.gateway.stored_settings())
    assert KEY not in kept
    assert "whsec_" not in kept
