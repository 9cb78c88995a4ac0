"""What is being let go of is never taken first: a capture that may still be ended is ended."""

from __future__ import annotations

import pytest

from app.domain.exchange_status import Status
from app.models import DispatchState, Exchange, PaymentState, Purpose, db, writing
from app.services.cancelling_placed import cancelled_by_hand
from app.services.dispatch_recovery import retry
from app.services.moving import move_exchange
from tests.paying.shop_with_till import DUE, PayingShop, ledger_of, payment_of, states
from tests.paying.stripe_till import settled
from tests.paying.test_afterwards import YES
from tests.payments.fake_stripe import FakeStripe
from tests.services.dispatch_cases import dispatch_of

LET_GO = [("authorised", DUE), ("voided", DUE)]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def shop(shop_at_stripe: PayingShop) -> PayingShop:
    return shop_at_stripe


def cancel(shop: PayingShop, exchange_id: int) -> None:
    with writing():
        move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "platform", shop.clock())


def test_a_capture_that_only_looked_is_ended_by_the_cancel(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.paid()
    stripe.failures.append((503, ""))
    shop.send()
    assert dispatch_of(exchange_id, Purpose.CAPTURE).tries == 1
    cancel(shop, exchange_id)
    settled(shop)
    assert states(exchange_id) == ("cancelled", PaymentState.VOIDED)
    assert (stripe.posts("/capture"), len(stripe.posts("/cancel"))) == ([], 1)
    assert ledger_of(exchange_id) == LET_GO


@pytest.mark.parametrize("arrived", [False, True])
def test_after_a_lost_capture_it_is_looked_up_what_has_to_be_undone(
    shop: PayingShop, stripe: FakeStripe, arrived: bool
) -> None:
    exchange_id = shop.paid()
    stripe.lost, stripe.unheard = int(arrived), int(not arrived)
    shop.send()
    cancel(shop, exchange_id)
    settled(shop)
    ending = PaymentState.REFUNDED if arrived else PaymentState.VOIDED
    assert states(exchange_id) == ("cancelled", ending)
    assert len(stripe.posts("/capture")) == 1
    taken = [("authorised", DUE), ("captured", DUE), ("refunded", DUE)]
    assert ledger_of(exchange_id) == (taken if arrived else LET_GO)


def test_send_again_takes_nothing_that_is_being_let_go_of(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.paid()
    intent = stripe.account.things[payment_of(exchange_id).payment or ""]
    intent["amount_capturable"] = 0  # so that Stripe says no
    shop.send()
    assert dispatch_of(exchange_id, Purpose.CAPTURE).state == DispatchState.FAILED
    intent["amount_capturable"] = DUE
    cancelled_by_hand(exchange_id, YES, shop.clock())
    retry(shop.acme.connections, exchange_id, YES, shop.clock())
    settled(shop)
    assert states(exchange_id) == ("cancelled", PaymentState.VOIDED)
    assert len(stripe.posts("/capture")) == 1
