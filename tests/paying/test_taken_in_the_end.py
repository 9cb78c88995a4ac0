"""A capture that got nowhere before or after placing is not forgotten: taken in the end, or owed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.models import Dispatch, DispatchState, PaymentState, Purpose, db
from app.queries.owed import owed_to_collect
from app.services.dispatch_answers import MOST_LOOK_UPS
from app.services.parcels import mark_received
from tests.paying.shop_with_till import DUE, PayingShop, ledger_of, queued, states
from tests.paying.stripe_till import settled
from tests.payments.fake_stripe import FakeStripe
from tests.services.dispatch_cases import exchange_of

LAST_TRY = 9  # one more, and after three days, patience is over


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def shop(shop_at_stripe: PayingShop) -> PayingShop:
    return shop_at_stripe


def run_out(shop: PayingShop, stripe: FakeStripe) -> None:
    """The capture's last try, with Stripe still away."""
    longest_ago = shop.clock() - timedelta(days=4)
    capture = update(Dispatch).where(Dispatch.purpose == Purpose.CAPTURE)
    db.session.execute(capture.values(tries=LAST_TRY, first_tried_at=longest_ago))
    db.session.commit()
    stripe.failures.append((503, ""))
    shop.send()


def test_given_up_after_placing_it_is_owed(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.paid()
    stripe.failures.append((503, ""))
    shop.send()
    shop.clock.forward(minutes=10)
    run_out(shop, stripe)
    assert queued(exchange_id)[-1] == ("capture", DispatchState.FAILED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("owed", DUE)]
    assert [row.amount for row in owed_to_collect()] == [DUE]


def before_placing(shop: PayingShop) -> int:
    shop.acme.set_policy(release="received", undo_minutes=15)
    exchange_id = shop.paid()
    shop.clock.forward(minutes=15)
    return exchange_id


def placed(shop: PayingShop, exchange_id: int) -> None:
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    settled(shop)


def test_given_up_before_placing_it_is_taken_after_it(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = before_placing(shop)
    run_out(shop, stripe)
    assert ("capture", DispatchState.FAILED) in queued(exchange_id)
    assert exchange_of(exchange_id).attention
    shop.acme.peer.extra_total = -22
    placed(shop, exchange_id)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE - 22)]


@pytest.mark.parametrize("arrived", [False, True])
def test_unknown_before_placing_it_is_looked_up_after_it(
    shop: PayingShop, stripe: FakeStripe, arrived: bool
) -> None:
    exchange_id = before_placing(shop)
    stripe.unheard = MOST_LOOK_UPS + (not arrived)
    stripe.lost = int(arrived)
    settled(shop, times=MOST_LOOK_UPS + 1)
    assert ("capture", DispatchState.UNKNOWN) in queued(exchange_id)
    sent = len(stripe.posts("/capture"))
    stripe.forget_keys()
    placed(shop, exchange_id)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE)]
    assert len(stripe.posts("/capture")) == sent + (not arrived)
