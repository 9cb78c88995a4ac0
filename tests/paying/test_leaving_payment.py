"""Going back from paying, or never going on to the page: nothing can be paid there any more."""

from __future__ import annotations

import pytest

from app.models import PaymentState
from app.services.leaving_payment import Left
from tests.paying.shop_with_till import PayingShop, ledger_of, payment_of, states


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_a_page_that_was_never_opened_ends_too(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.watch(46 * 60)
    assert states(exchange_id) == ("draft", PaymentState.OVER)
    assert shop.provider.requests("/v1") == []


def test_going_back_closes_the_page_first(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    assert shop.leave(exchange_id) is Left.DRAFT
    assert states(exchange_id) == ("draft", PaymentState.OVER)
    assert shop.provider.record(payment_of(exchange_id).page or "")["status"] == "over"
    shop.pay(url)
    shop.watch(60)
    assert states(exchange_id)[0] == "draft"
    assert ledger_of(exchange_id) == []


def test_who_pays_before_going_back_has_confirmed(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    assert shop.leave(exchange_id) is Left.PAID
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)


def test_without_the_providers_word_nobody_goes_back(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.open(exchange_id)
    shop.provider.will("status", status=503)
    shop.provider.will("status", status=503)
    assert shop.leave(exchange_id) is Left.STUCK
    assert states(exchange_id) == ("awaiting_payment", PaymentState.OPEN)
    assert shop.leave(exchange_id) is Left.DRAFT


def test_a_page_that_the_provider_never_opened_is_no_try(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    for _ in range(5):
        shop.provider.will("status", status=503)
        assert shop.open(exchange_id) is None
    assert shop.leave(exchange_id) is Left.DRAFT
    shop.confirm_draft(exchange_id)
    assert shop.open(exchange_id)
