"""Paid before it is sent: frozen, paid at the provider, sent, captured, and all of it once (R15)."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from app.models import LineItem, PaymentState, db
from app.services.payment_attempts import begin_payment
from app.services.payment_ledger import movements_of
from app.services.payment_watch import look_soon
from tests.faults.peer import Peer
from tests.paying.shop_with_till import (
    ASKED,
    DECLINED,
    DUE,
    PAY_AT,
    PayingShop,
    ledger_of,
    payment_of,
    queued,
    states,
)
from tests.services.dispatch_cases import TO_L, TO_XL, exchange_of


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def committed(exchange_id: int) -> int:
    order_id = exchange_of(exchange_id).order_id
    return db.session.scalar(select(func.sum(LineItem.committed)).where(LineItem.order_id == order_id)) or 0


def test_a_dearer_exchange_awaits_its_payment_and_nothing_is_queued(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    row = exchange_of(exchange_id)
    assert (row.status, row.occupies_order, row.collect, row.amount_due) == (
        "awaiting_payment",
        True,
        "gateway",
        DUE,
    )
    assert committed(exchange_id) == 1
    assert queued(exchange_id) == []
    payment = payment_of(exchange_id)
    assert (payment.key, payment.amount, payment.currency, payment.state) == (
        "acme:AC-1001:0:pay:1",
        DUE,
        "USD",
        "opening",
    )
    shop.clock.forward(days=1)
    assert shop.send() == 0


def test_the_page_is_opened_once_however_often_it_is_asked_for(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    first = shop.open(exchange_id)
    assert first
    assert shop.open(exchange_id) == first
    assert payment_of(exchange_id).page_url == first
    assert len(shop.provider.requests("/v1/pages")) == 1


def test_a_lost_answer_to_opening_gives_the_same_page_again(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.provider.will("lost_answer")
    assert shop.open(exchange_id) is None
    assert states(exchange_id) == ("awaiting_payment", PaymentState.OPENING)
    assert payment_of(exchange_id).problem
    url = shop.open(exchange_id)
    assert url
    assert payment_of(exchange_id).problem is None
    payment = payment_of(exchange_id)
    assert shop.provider.record(payment.page or "")["status"] == "open"
    shop.pay(url)
    shop.watch()
    assert states(exchange_id)[0] == "submitted"


def test_a_declined_card_leaves_the_page_open_and_says_so(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    shop.pay(url, DECLINED)
    shop.watch()
    assert states(exchange_id) == ("awaiting_payment", PaymentState.OPEN)
    assert payment_of(exchange_id).declined == "The card was declined by its bank."
    shop.pay(url, ASKED)
    shop.watch()
    assert states(exchange_id)[0] == "submitted"
    assert payment_of(exchange_id).declined is None


@pytest.mark.parametrize("odd", [{"amount_added": 1}, {"amount_added": -1}, {"currency_instead": "EUR"}])
def test_another_amount_or_currency_is_let_go_and_a_person_looks(
    shop: PayingShop, odd: dict[str, object]
) -> None:
    shop.provider.configure(**odd)
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    shop.watch()
    row = exchange_of(exchange_id)
    assert (row.status, states(exchange_id)[1]) == ("awaiting_payment", PaymentState.RELEASING)
    assert "where 10.22 USD was asked for" in (row.attention or "")
    shop.send()
    assert states(exchange_id) == ("awaiting_payment", PaymentState.VOIDED)
    assert shop.provider.record(payment_of(exchange_id).page or "")["status"] == "voided"
    reserved = (DUE + int(str(odd.get("amount_added", 0))), odd.get("currency_instead", "USD"))
    lines = [(line.kind, line.amount, line.currency) for line in movements_of(exchange_id)]
    assert lines == [("authorised", *reserved), ("voided", *reserved)]


def test_another_currency_that_was_taken_at_once_goes_back_in_it(shop: PayingShop) -> None:
    shop.provider.configure(currency_instead="EUR", amount_added=1)
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    page = payment_of(exchange_id).page or ""
    taken = shop.provider.record(page) | {"status": "captured", "captured": DUE + 1}
    shop.provider.app.ledger.keep("cards", page.removeprefix("pg_"), taken)
    shop.watch()
    shop.send()
    assert states(exchange_id) == ("awaiting_payment", PaymentState.REFUNDED)
    lines = [(line.kind, line.amount, line.currency) for line in movements_of(exchange_id)]
    assert lines == [(kind, DUE + 1, "EUR") for kind in ("authorised", "captured", "refunded")]


def test_a_webhook_only_brings_the_look_forward(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    page = payment_of(exchange_id).page or ""
    assert not look_soon("cards", "pg_" + "0" * 32, shop.clock())
    assert look_soon("cards", page, shop.clock())
    assert shop.watch(0) == 1
    assert states(exchange_id)[0] == "awaiting_payment"
    shop.pay(url)
    for _ in range(2):
        look_soon("cards", page, shop.clock())
        shop.watch(0)
        assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)
    assert queued(exchange_id) == [("place", "waiting")]
    assert ledger_of(exchange_id) == [("authorised", DUE)]


def test_nothing_is_due_nothing_is_paid(shop: PayingShop) -> None:
    exchange_id = shop.confirm("AC-1001", TO_L)
    assert exchange_of(exchange_id).status == "submitted"
    shop.send()
    assert exchange_of(exchange_id).status == "placed"
    assert ledger_of(exchange_id) == []


def test_collected_later_it_is_owed(shop: PayingShop, peer: Peer) -> None:
    shop.acme.set_policy(collect="later")
    peer.extra_total = 500  # never more than was confirmed
    exchange_id = shop.confirm()
    assert exchange_of(exchange_id).status == "submitted"
    shop.send()
    assert ledger_of(exchange_id) == [("owed", DUE)]


@pytest.mark.parametrize(("small_due", "kind"), [("waive", "waived"), ("collect_later", "owed")])
def test_less_than_the_provider_takes_is_waived_or_collected_later(
    shop: PayingShop, small_due: str, kind: str
) -> None:
    shop.acme.set_policy(small_due=small_due)
    draft = shop.acme.draft_of(shop.order(), TO_XL)
    shop.confirm_draft(draft, least=DUE + 1)
    shop.send()
    assert exchange_of(draft).status == "placed"
    assert ledger_of(draft) == [(kind, DUE)]


def test_what_the_platform_counts_less_is_not_taken(shop: PayingShop, peer: Peer) -> None:
    peer.extra_total = -22
    exchange_id = shop.paid()
    shop.send()
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE - 22)]


def test_what_the_platform_counts_more_is_never_taken(shop: PayingShop, peer: Peer) -> None:
    peer.extra_total = 500
    exchange_id = shop.paid()
    shop.send()
    assert ledger_of(exchange_id)[1] == ("captured", DUE)


def test_placed_for_less_than_nothing_it_is_let_go(shop: PayingShop, peer: Peer) -> None:
    peer.extra_total = -2000
    exchange_id = shop.paid()
    shop.send()
    assert ledger_of(exchange_id) == [("authorised", DUE), ("voided", DUE)]
    assert exchange_of(exchange_id).attention


def test_no_card_and_no_secret_is_in_the_rows(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.send()
    payment = payment_of(exchange_id)
    kept = json.dumps([payment.wish, payment.page, payment.payment])
    assert "4242" not in kept
    assert "sk_test_key" not in kept
    assert payment.wish["return_url"] == PAY_AT


def test_a_second_wish_to_pay_finds_the_first(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    exchange = exchange_of(exchange_id)
    first = payment_of(exchange_id).id
    assert begin_payment(exchange_of(exchange_id), "cards", PAY_AT, shop.clock()).id == first
    assert exchange.id == exchange_id
