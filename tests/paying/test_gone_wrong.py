"""Money of exchanges that go wrong after Confirm: nobody keeps what is not theirs, and somebody is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.models import Dispatch, DispatchState, Exchange, ExchangeFlag, PaymentState, Purpose, db, writing
from app.services.agent_decisions import approve
from app.services.awaiting import expire_unpaid
from app.services.cancelling_placed import cancelled_by_hand
from app.services.connector_settings import disconnect_store
from app.services.dispatch_recovery import CannotRecover, may_retry, retry
from app.services.moving import ask_for_attention
from app.services.payment_attempts import TooManyTries
from app.services.payment_moves import DRIFT, refund_original
from app.services.payment_trouble import payment_trouble
from app.services.settling import pay_back
from app.services.starting_to_pay import start_to_pay
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.paying.shop_with_till import (
    DECLINED,
    DUE,
    PAY_AT,
    PayingShop,
    cheaper,
    ledger_of,
    payment_of,
    queued,
    states,
)
from tests.paying.test_afterwards import YES
from tests.services.dispatch_cases import dispatch_of, exchange_of


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.mark.parametrize("state", [DispatchState.WAITING, DispatchState.FAILED])
def test_a_refund_that_never_left_is_ended_by_the_cancel(shop: PayingShop, state: DispatchState) -> None:
    exchange_id = unsent_refund(shop, state)
    cancelled_by_hand(exchange_id, YES, shop.clock())
    assert queued(exchange_id)[-1] == ("refund", "cancelled")
    shop.clock.forward(minutes=30)
    shop.send()
    assert [kind for kind, _ in ledger_of(exchange_id)] == ["refund_owed"]
    assert shop.provider.requests("/refund") == []
    assert exchange_of(exchange_id).attention is None


def test_a_refund_that_a_worker_has_claimed_looks_again_before_it_is_sent(shop: PayingShop) -> None:
    exchange_id = unsent_refund(shop, DispatchState.WAITING)
    leased = update(Dispatch).where(Dispatch.purpose == Purpose.REFUND)
    db.session.execute(leased.values(leased_until=shop.clock() + timedelta(minutes=1)))
    db.session.commit()
    cancelled_by_hand(exchange_id, YES, shop.clock())
    assert queued(exchange_id)[-1] == ("refund", "waiting")
    shop.clock.forward(minutes=30)
    shop.send()
    assert queued(exchange_id)[-1] == ("refund", "cancelled")
    assert shop.provider.requests("/refund") == []


def unsent_refund(shop: PayingShop, state: DispatchState) -> int:
    """A placed exchange whose refund waits for the provider to be connected again."""
    exchange_id = cheaper(shop, refund_when="received")
    shop.send()
    mark = update(Exchange).where(Exchange.id == exchange_id)
    db.session.execute(mark.values(parcel_received_at=shop.clock()))
    db.session.commit()
    with writing():
        pay_back(db.session.get_one(Exchange, exchange_id), shop.clock())
    db.session.execute(mark.values(parcel_received_at=None))
    db.session.execute(update(Dispatch).where(Dispatch.purpose == Purpose.REFUND).values(state=state))
    db.session.commit()
    return exchange_id


def test_nor_is_the_refund_of_a_drift_sent_after_the_cancel(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.send()
    with writing():
        exchange = db.session.get_one(Exchange, exchange_id)
        refund_original(exchange, "cards", "past_AC-1001_12568_USD", 5, shop.clock(), DRIFT)
    cancelled_by_hand(exchange_id, YES, shop.clock())
    shop.send()
    assert ("refund", "cancelled") in queued(exchange_id)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE), ("refunded", DUE)]


def test_a_refund_that_was_sent_is_owed_by_the_shopper_after_the_cancel(shop: PayingShop) -> None:
    exchange_id = cheaper(shop)
    shop.send()
    cancelled_by_hand(exchange_id, YES, shop.clock())
    kept = exchange_of(exchange_id).refund_due or 0
    assert ledger_of(exchange_id) == [("refund_owed", kept), ("refunded", kept), ("owed", kept)]
    flagged = exchange_of(exchange_id).attention or ""
    assert f"{kept / 100:.2f} USD had been paid back" in flagged
    assert "AC-1001" in flagged


def test_a_refund_under_way_at_the_cancel_is_noted_once_it_is_known(shop: PayingShop) -> None:
    exchange_id = cheaper(shop)
    shop.provider.will("lost_answer")
    shop.send()
    cancelled_by_hand(exchange_id, YES, shop.clock())
    assert queued(exchange_id)[-1] == ("refund", "waiting")
    for _ in range(4):
        shop.clock.forward(minutes=10)
        shop.send()
    assert [kind for kind, _ in ledger_of(exchange_id)] == ["refund_owed", "refunded", "owed"]
    assert "had been paid back" in (exchange_of(exchange_id).attention or "")


@pytest.mark.parametrize("reference", ["past_AC-1001_12568_USD", ""])
def test_without_a_provider_a_person_is_told_to_pay_back(shop: PayingShop, reference: str) -> None:
    exchange_id = cheaper(shop, reference)
    disconnect_store(shop.acme.store_id, "cards", shop.clock())
    shop.send()
    flagged = exchange_of(exchange_id).attention or ""
    assert "Pay back" in flagged
    assert "order AC-1001" in flagged
    assert "no payment provider" in flagged
    assert reference in flagged
    cancelled_by_hand(exchange_id, YES, shop.clock())
    assert exchange_of(exchange_id).attention is None


def lapsed(shop: PayingShop, peer: Peer) -> int:
    """Refused by the platform, and left until the reservation would have lapsed."""
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    to_the_lapse(shop, exchange_id)
    return exchange_id


def to_the_lapse(shop: PayingShop, exchange_id: int) -> None:
    lapses = payment_of(exchange_id).capture_before
    assert lapses
    shop.clock.now = lapses - timedelta(hours=23)
    shop.watch(0)
    shop.send()


def test_a_yes_answers_why_it_lapsed(shop: PayingShop, peer: Peer) -> None:
    exchange_id = lapsed(shop, peer)
    assert exchange_of(exchange_id).attention
    approve(exchange_id, YES, shop.clock())
    assert exchange_of(exchange_id).attention is None


def test_what_has_lapsed_is_not_sent_again_unpaid(shop: PayingShop, peer: Peer) -> None:
    exchange_id = lapsed(shop, peer)
    placing = [dispatch_of(exchange_id, Purpose.PLACE)]
    assert not may_retry(exchange_of(exchange_id), placing, shop.clock())
    with pytest.raises(CannotRecover, match="not paid for any more"):
        retry(shop.acme.connections, exchange_id, YES, shop.clock())
    approve(exchange_id, YES, shop.clock())
    start_to_pay(exchange_id, PAY_AT, shop.clock())
    shop.pay(shop.open(exchange_id))
    shop.watch()
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)


def test_a_link_that_nobody_pays_by_expires_whatever_is_flagged(shop: PayingShop, peer: Peer) -> None:
    exchange_id = lapsed(shop, peer)
    approve(exchange_id, YES, shop.clock())
    with writing():
        ask_for_attention(db.session.get_one(Exchange, exchange_id), "Something else.", "desk", shop.clock())
    shop.clock.forward(days=8)
    assert expire_unpaid(shop.clock()) == 1
    assert exchange_of(exchange_id).status == "expired"


def test_lapsed_while_approved_it_goes_to_a_person_and_on_from_there(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    db.session.execute(update(Exchange).values(status="approved"))
    hold = update(Dispatch).where(Dispatch.purpose == Purpose.PLACE)
    db.session.execute(hold.values(due_at=shop.clock() + timedelta(days=9)))
    db.session.commit()
    to_the_lapse(shop, exchange_id)
    assert states(exchange_id) == ("in_review", PaymentState.VOIDED)
    approve(exchange_id, YES, shop.clock())
    start_to_pay(exchange_id, PAY_AT, shop.clock())
    shop.pay(shop.open(exchange_id))
    shop.watch()
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert payment_of(exchange_id, 2).captured == DUE


def test_card_testing_ends_after_three_declined_cards(shop: PayingShop) -> None:
    """T33: on one page; however fast they come, the provider's own page ends too."""
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    for _ in range(12):
        shop.pay(url, DECLINED)
    shop.pay(url)
    shop.watch()
    assert states(exchange_id) == ("draft", PaymentState.OVER)
    assert payment_of(exchange_id).declines == 3
    assert ledger_of(exchange_id) == []
    with pytest.raises(TooManyTries):
        shop.confirm_draft(exchange_id)


def test_declines_on_an_earlier_page_count(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    for _ in range(2):
        shop.pay(url, DECLINED)
    shop.leave(exchange_id)
    shop.confirm_draft(exchange_id)
    url = shop.open(exchange_id)
    shop.pay(url, DECLINED)
    shop.pay(url)
    shop.watch()
    assert states(exchange_id) == ("draft", PaymentState.OVER)


def test_payments_that_cannot_start_are_told_once_for_the_store(
    app: Flask, shop: PayingShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.provider.configure(key="another")
    since = shop.clock()
    for number in ("AC-1", "AC-2"):
        assert shop.open(shop.confirm(number)) is None
        shop.clock.forward(minutes=1)
    assert "No page could be opened" in caplog.text
    trouble = payment_trouble()
    assert trouble
    assert (trouble.system, trouble.since) == ("cards", since)
    assert "credential was not accepted" in trouble.reason
    told = app.test_cli_runner().invoke(args=["store", "connectors", "acme"])
    assert "no payments   since" in told.output
    assert not db.session.scalars(select(ExchangeFlag.id)).all()
    shop.provider.configure(key=None)
    assert shop.open(shop.confirm("AC-3"))
    assert payment_trouble() is None
