"""What becomes of money that was taken, or is about to be, when the exchange goes another way (R15, R22)."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from app.domain.exchange_status import Status
from app.models import Dispatch, Exchange, PaymentState, Purpose, db, writing
from app.services.agent_decisions import Decision, decline
from app.services.mailing import turn_on
from app.services.moving import move_exchange
from app.services.owing import UNPAID
from app.services.parcels import mark_in_transit, mark_received
from app.services.reconciling import check_exchange
from app.services.starting_to_pay import start_to_pay
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.paying.shop_with_till import (
    DUE,
    PAY_AT,
    PayingShop,
    ledger_of,
    payment_of,
    states,
)
from tests.services.dispatch_cases import exchange_of

YES, NO = Decision("desk", "fine"), Decision("desk", "worn", "The soles show wear.")


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_cancelled_after_placing_it_is_refunded_in_full(shop: PayingShop) -> None:
    turn_on(db.engine)
    exchange_id = shop.paid()
    shop.send()
    with writing():
        move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "platform", shop.clock())
    shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.REFUNDED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE), ("refunded", DUE)]
    sent = select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.MAIL)
    letters = [each.message for each in db.session.scalars(sent.order_by(Dispatch.id))]
    assert (letters[-1]["kind"], letters[-1]["facts"]["taken"]) == ("cancelled", DUE)


def test_cancelled_while_it_is_being_captured_it_is_refunded(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.provider.will("lost_answer")
    shop.send()  # placed, and the capture's answer is lost
    assert states(exchange_id) == ("placed", PaymentState.AUTHORISED)
    with writing():
        move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "platform", shop.clock())
    for _ in range(4):
        shop.clock.forward(minutes=10)
        shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.REFUNDED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE), ("refunded", DUE)]


def test_a_lost_answer_to_the_capture_takes_once(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.provider.will("lost_answer")
    shop.send()
    shop.clock.forward(minutes=10)
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE)]


def test_a_capture_that_is_refused_is_owed_and_flagged(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    record = shop.provider.record(payment_of(exchange_id).page or "")
    shop.provider.app.ledger.keep("cards", record["page"].removeprefix("pg_"), record | {"status": "voided"})
    shop.send()
    row = exchange_of(exchange_id)
    assert row.status == "placed"
    assert "The payment of 10.22 USD could not be taken" in (row.attention or "")
    assert ledger_of(exchange_id) == [("authorised", DUE), ("owed", DUE)]


def waiting_for_parcel(shop: PayingShop) -> int:
    shop.acme.set_policy(release="received", undo_minutes=15)
    return shop.paid()


def test_where_placing_waits_it_is_captured_once_undo_is_past(shop: PayingShop, peer: Peer) -> None:
    exchange_id = waiting_for_parcel(shop)
    shop.send()
    assert states(exchange_id)[1] is PaymentState.AUTHORISED
    shop.clock.forward(minutes=15)
    shop.send()
    assert states(exchange_id) == ("submitted", PaymentState.CAPTURED)
    assert not peer.requests
    peer.extra_total = -22
    mark_in_transit(exchange_id, shop.clock(), "carrier", shop.clock())
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.send()
    assert states(exchange_id)[0] == "placed"
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE), ("refunded", 22)]


def test_placed_as_soon_as_undo_is_past_only_what_is_due_is_taken(shop: PayingShop, peer: Peer) -> None:
    exchange_id = waiting_for_parcel(shop)
    peer.extra_total = -22
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.clock.forward(minutes=15)
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE - 22)]


@pytest.mark.parametrize(
    ("less", "later"),
    [(22, [("captured", DUE), ("refunded", 22)]), (DUE, [("captured", DUE), ("refunded", DUE)])],
)
def test_taken_meanwhile_what_the_platform_counts_less_is_paid_back_once(
    shop: PayingShop, peer: Peer, less: int, later: list[tuple[str, int]]
) -> None:
    exchange_id = waiting_for_parcel(shop)
    shop.clock.forward(minutes=15)
    shop.provider.will("lost_answer")
    shop.send()
    assert ledger_of(exchange_id) == [("authorised", DUE)]  # taken there, and nobody here knows yet
    peer.extra_total = -less
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.send()
    assert states(exchange_id)[0] == "placed"
    for _ in range(3):
        shop.clock.forward(minutes=10)
        shop.send()
    assert ledger_of(exchange_id) == [("authorised", DUE), *later]
    assert len(shop.provider.requests("/refund")) == 1
    assert check_exchange(shop.cashier, exchange_id, shop.clock()).drifts == []


def test_a_page_that_never_opened_is_begun_anew_after_a_while(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.provider.will("status", status=503)
    assert shop.open(exchange_id) is None
    shop.clock.forward(minutes=11)
    assert start_to_pay(exchange_id, PAY_AT, shop.clock()) == payment_of(exchange_id, 2).id
    shop.pay(shop.open(exchange_id))
    shop.watch()
    assert payment_of(exchange_id).state == "over"
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)


def test_never_placed_after_all_it_is_refunded_in_full(shop: PayingShop, peer: Peer) -> None:
    exchange_id = waiting_for_parcel(shop)
    shop.clock.forward(minutes=15)
    shop.send()
    peer.script.append(says(b"no", 422))
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.send()
    decline(exchange_id, NO, shop.clock())
    shop.send()
    assert states(exchange_id) == ("declined", PaymentState.REFUNDED)
    assert ledger_of(exchange_id)[-1] == ("refunded", DUE)


def test_unpaid_it_is_never_placed(shop: PayingShop, peer: Peer) -> None:
    """Rows changed by hand: nothing in the product lets it come to this."""
    exchange_id = shop.paid()
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(release="instant"))
    payment = payment_of(exchange_id)
    payment.state = PaymentState.OVER
    db.session.commit()
    shop.send()
    assert not peer.requests
    row = exchange_of(exchange_id)
    assert row.status == "in_review"
    assert UNPAID in (row.attention or "")
