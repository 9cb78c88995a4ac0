"""What becomes of money that is reserved when the exchange goes another way (R15, R22)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.domain.news import News, NewsKind
from app.models import Exchange, Order, PaymentState, db, writing
from app.services.agent_decisions import Decision, approve, decline
from app.services.cancelling import cancel_exchange
from app.services.exchange_news import take_news
from app.services.mailing import turn_on
from app.services.payment_watch import CAPTURE_NOW
from app.services.starting_to_pay import start_to_pay
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.paying.shop_with_till import (
    DUE,
    PAY_AT,
    PayingShop,
    ledger_of,
    mails,
    payment_of,
    queued,
    states,
)
from tests.services.dispatch_cases import exchange_of

YES, NO = Decision("desk", "fine"), Decision("desk", "worn", "The soles show wear.")
PAID_AND_VOIDED = [("authorised", DUE), ("voided", DUE)]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_cancelled_in_time_it_is_let_go(shop: PayingShop) -> None:
    shop.acme.set_policy(undo_minutes=15)
    exchange_id = shop.paid()
    shop.clock.forward(minutes=14)
    cancel_exchange(exchange_id, "shopper", shop.clock())
    assert states(exchange_id) == ("cancelled", PaymentState.RELEASING)
    shop.clock.forward(minutes=30)
    shop.send()
    assert states(exchange_id)[1] is PaymentState.VOIDED
    assert ledger_of(exchange_id) == PAID_AND_VOIDED
    assert queued(exchange_id) == [("place", "cancelled"), ("void", "delivered")]


def test_cancelled_while_the_page_is_open_it_is_closed(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    cancel_exchange(exchange_id, "desk", shop.clock())
    assert states(exchange_id) == ("cancelled", PaymentState.CLOSING)
    shop.watch(0)
    assert states(exchange_id) == ("cancelled", PaymentState.OVER)
    shop.pay(url)
    shop.watch(60)
    assert ledger_of(exchange_id) == []


def test_paid_just_before_it_was_cancelled_it_is_let_go(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    cancel_exchange(exchange_id, "desk", shop.clock())
    shop.watch(0)
    shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == PAID_AND_VOIDED


def test_the_platforms_no_keeps_the_money_until_somebody_decides(shop: PayingShop, peer: Peer) -> None:
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    assert states(exchange_id) == ("in_review", PaymentState.AUTHORISED)
    decline(exchange_id, NO, shop.clock())
    shop.send()
    assert states(exchange_id) == ("declined", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == PAID_AND_VOIDED


def test_a_yes_after_the_platforms_no_is_placed_with_the_money_reserved(shop: PayingShop, peer: Peer) -> None:
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    approve(exchange_id, YES, shop.clock())
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)


def test_before_it_lapses_it_is_let_go_and_a_yes_sends_a_new_link(shop: PayingShop, peer: Peer) -> None:
    turn_on(db.engine)
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    lapses = payment_of(exchange_id).capture_before
    assert lapses
    shop.clock.now = lapses - timedelta(hours=24, seconds=1)
    assert shop.watch(0) == 0
    shop.watch(2)
    assert states(exchange_id) == ("in_review", PaymentState.RELEASING)
    assert mails(exchange_id)[-1] == ("payment_failed", "lapsed")
    shop.send()
    assert ledger_of(exchange_id) == PAID_AND_VOIDED
    approve(exchange_id, YES, shop.clock())
    assert states(exchange_id)[0] == "awaiting_payment"
    again = start_to_pay(exchange_id, PAY_AT, shop.clock())
    assert again
    shop.pay(shop.open(exchange_id))
    shop.watch()
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert len(peer.orders) == 1


def test_cancelled_by_the_platform_all_of_it_is_paid_back_once(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    for _ in range(2):
        reference = exchange_of(exchange_id).reference or ""
        take_news(reference, News(NewsKind.CANCELLED), "platform", shop.clock())
        shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.REFUNDED)
    assert ledger_of(exchange_id)[-1] == ("refunded", DUE)
    assert [entry[0] for entry in ledger_of(exchange_id)].count("refunded") == 1


def test_placed_already_it_is_a_persons_affair_when_it_is_about_to_lapse(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    with writing():
        db.session.execute(update(Exchange).values(status="placed"))
    lapses = payment_of(exchange_id).capture_before
    assert lapses
    shop.clock.now = lapses - timedelta(hours=23)
    shop.watch(0)
    assert states(exchange_id) == ("placed", PaymentState.AUTHORISED)
    assert exchange_of(exchange_id).attention == CAPTURE_NOW


@pytest.mark.parametrize("platform", [200, 422])
def test_units_that_went_elsewhere_give_the_money_back(shop: PayingShop, platform: int) -> None:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    order_id = exchange_of(exchange_id).order_id
    db.session.execute(update(Order).where(Order.id == order_id).values(cancelled=True))
    db.session.commit()
    shop.watch()
    assert states(exchange_id) == ("draft", PaymentState.RELEASING)
    shop.send()
    assert states(exchange_id) == ("draft", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == PAID_AND_VOIDED
