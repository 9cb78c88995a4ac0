"""The same flow with Stripe in place of the sandbox: a small Stripe on loopback, rows, queue and worker."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from app.domain.reasons import Reason
from app.models import Order, PaymentState, db
from app.services.baskets import VARIANT
from app.services.cancelling import cancel_exchange
from app.services.payment_pages import NEVER
from app.services.payment_trouble import payment_trouble
from app.services.starting_to_pay import start_to_pay
from app.services.wishes import Wish
from tests.paying.shop_with_till import DECLINED, DUE, PAY_AT, PayingShop, ledger_of, payment_of, states
from tests.paying.stripe_till import settled
from tests.payments.fake_stripe import FakeStripe
from tests.services.dispatch_cases import exchange_of

TO_MOSS = Wish(Reason.DIFFERENT_COLOUR, VARIANT, {"Colour": "Moss", "Size": "M"})
TAKEN = [("authorised", DUE), ("captured", DUE)]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def shop(shop_at_stripe: PayingShop) -> PayingShop:
    return shop_at_stripe


def test_paid_placed_and_captured_once(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.paid()
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)
    assert payment_of(exchange_id).capture_before
    settled(shop)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == TAKEN
    assert len(stripe.posts("/capture")) == 1
    assert exchange_of(exchange_id).attention is None


def test_declined_and_then_paid(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    shop.pay(url, DECLINED)
    shop.watch()
    assert payment_of(exchange_id).declined == "Your card was declined."
    shop.pay(url)
    shop.watch()
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)


def test_a_lost_answer_to_opening_gives_the_same_page(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.confirm()
    stripe.lost = 1
    assert shop.open(exchange_id) is None
    url = shop.open(exchange_id)
    shop.pay(url)
    shop.watch()
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)
    made = [thing["object"] for thing in stripe.account.things.values()]
    assert (made.count("checkout.session"), made.count("payment_intent")) == (1, 1)


@pytest.mark.parametrize("was_opened", [True, False])
def test_a_page_that_did_not_open_in_time_makes_room_for_another_and_only_that_can_be_paid(
    shop: PayingShop, stripe: FakeStripe, was_opened: bool
) -> None:
    exchange_id = shop.confirm()
    if was_opened:
        stripe.lost = 1
    else:
        stripe.failures.append((429, "rate_limit"))
    assert shop.open(exchange_id) is None
    shop.clock.forward(minutes=16)
    start_to_pay(exchange_id, PAY_AT, shop.clock())
    assert payment_of(exchange_id, 2).key == "acme:AC-1001:0:pay:2"
    url = shop.open(exchange_id)
    shop.watch()
    pages = [thing for thing in stripe.account.things.values() if thing["object"] == "checkout.session"]
    assert [page["status"] for page in pages] == ["expired"] * was_opened + ["open"]
    assert payment_of(exchange_id).standing is PaymentState.OVER
    shop.pay(url)
    shop.watch()
    settled(shop)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == TAKEN


@pytest.mark.parametrize("forgotten", [False, True])
def test_a_lost_answer_to_the_capture_is_looked_up(
    shop: PayingShop, stripe: FakeStripe, forgotten: bool
) -> None:
    exchange_id = shop.paid()
    stripe.lost = 1
    shop.send()
    if forgotten:
        stripe.forget_keys()
    settled(shop)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == TAKEN
    assert len(stripe.posts("/capture")) == 1


def test_stripe_down_for_a_while_captures_in_the_end(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.paid()
    stripe.failures += [(429, "rate_limit"), (409, "idempotency_key_in_use"), (503, "")]
    settled(shop, times=12)
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == TAKEN


def test_cancelled_in_time_it_is_let_go(shop: PayingShop, stripe: FakeStripe) -> None:
    shop.acme.set_policy(undo_minutes=15)
    exchange_id = shop.paid()
    cancel_exchange(exchange_id, "shopper", shop.clock())
    settled(shop)
    assert states(exchange_id) == ("cancelled", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("voided", DUE)]
    assert len(stripe.posts("/cancel")) == 1


def test_going_back_expires_the_page(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    assert shop.leave(exchange_id) == "draft"
    shop.pay(url)
    shop.watch(120)
    assert states(exchange_id) == ("draft", PaymentState.OVER)
    assert start_to_pay(exchange_id, PAY_AT, shop.clock()) is None
    assert ledger_of(exchange_id) == []


@pytest.mark.parametrize("lost", [0, 1])
def test_a_refund_due_goes_to_the_charge_of_the_order_once(
    shop: PayingShop, stripe: FakeStripe, lost: int
) -> None:
    paid_before = shop.paid("AC-1")
    settled(shop)
    charge = stripe.account.things[payment_of(paid_before).payment or ""]["latest_charge"]
    stripe.account.things[charge] |= {"amount": 10_000, "amount_captured": 10_000, "amount_refunded": 0}
    draft = shop.acme.draft_of(shop.order("AC-2"), TO_MOSS)
    db.session.execute(update(Order).where(Order.number == "AC-2").values(payment_reference=charge))
    db.session.commit()
    shop.confirm_draft(draft)
    stripe.lost = lost
    settled(shop)
    due = exchange_of(draft).refund_due
    assert due
    assert ledger_of(draft) == [("refund_owed", due), ("refunded", due)]
    assert len(stripe.posts("/v1/refunds")) == 1
    assert stripe.account.things[charge]["amount_refunded"] == due


def test_an_amount_that_cannot_be_taken_is_told_from_trouble_that_passes(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    payment = payment_of(exchange_id)
    payment.wish = {**payment.wish, "amount": 1022, "currency": "KWD"}
    db.session.commit()
    assert shop.open(exchange_id) is None
    assert (payment_of(exchange_id).problem or "").startswith(NEVER)
    trouble = payment_trouble()
    assert trouble
    assert trouble.reason.startswith(NEVER)
