"""The same flow with Stripe in place of the sandbox: a small Stripe on loopback, rows, queue and worker."""

from __future__ import annotations

import json

import httpx2
import pytest
from sqlalchemy import update
from stripe import WebhookSignature

from app.domain.reasons import Reason
from app.models import Exchange, Order, PaymentState, db
from app.services.baskets import VARIANT
from app.services.cancelling import cancel_exchange
from app.services.comparing import compare_due
from app.services.payment_attempts import TooManyTries
from app.services.payment_news import hear
from app.services.payment_pages import NEVER
from app.services.payment_trouble import payment_trouble
from app.services.payment_watch import look_soon
from app.services.starting_to_pay import start_to_pay
from app.services.wishes import Wish
from tests.paying.shop_with_till import (
    DECLINED,
    DUE,
    GOOD,
    PAY_AT,
    PayingShop,
    ledger_of,
    payment_of,
    states,
)
from tests.paying.stripe_till import SIGNING, settled
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


def test_a_message_of_stripes_brings_the_look_forward(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    assert look_soon("stripe", payment_of(exchange_id).page or "", shop.clock())
    assert shop.watch(0) == 1
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)


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


def told(shop: PayingShop, kind: str, **thing: object) -> bool:
    """An event of Stripe's, signed with the store's secret."""
    body = json.dumps({"object": "event", "type": kind, "data": {"object": thing}})
    header = WebhookSignature.generate_signature_header(body, SIGNING, int(shop.clock().timestamp()))
    connections = shop.cashier.connections
    return hear(connections, "stripe", {"stripe-signature": header}, body.encode(), shop.clock())


def test_a_dispute_is_told_to_a_person_in_words(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.send()
    thing = {
        "object": "dispute",
        "id": "dp_1",
        "payment_intent": payment_of(exchange_id).payment,
        "amount": DUE,
        "currency": "usd",
        "reason": "product_not_received",
        "evidence_details": {"due_by": 1796083199},
    }
    for _ in range(2):
        assert told(shop, "charge.dispute.created", **thing)
    assert exchange_of(exchange_id).attention == (
        "The shopper's bank disputes 10.22 USD of order AC-1001 (product not received): answer it at the"
        " payment provider by 30 November 2026, or the money goes back. Its number there is dp_1."
    )
    assert not told(shop, "charge.dispute.created", **thing | {"payment_intent": "pi_other"})


def test_what_is_done_in_the_dashboard_is_compared_at_once(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.paid()
    shop.send()
    payment = payment_of(exchange_id).payment or ""
    intent = stripe.account.things[payment]
    stripe.account.things[intent["latest_charge"]]["amount_refunded"] += 500
    db.session.execute(update(Exchange).values(compare_at=None))
    db.session.commit()
    assert compare_due(shop.cashier, shop.clock) == 0
    assert told(shop, "charge.refunded", object="charge", id=intent["latest_charge"], payment_intent=payment)
    assert compare_due(shop.cashier, shop.clock) == 1
    assert "5.00 USD there, 0.00 USD here" in (exchange_of(exchange_id).attention or "")


def test_after_three_declined_cards_the_page_is_ended(shop: PayingShop) -> None:
    """T33: each decline is heard of, and counted once however often it is looked at."""
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    for declined in (1, 2):
        shop.pay(url, DECLINED)
        shop.watch()
        shop.watch()
        assert payment_of(exchange_id).declines == declined
    shop.pay(url, DECLINED)
    told(
        shop,
        "payment_intent.payment_failed",
        object="payment_intent",
        metadata={"exchange": exchange_of(exchange_id).reference},
    )
    shop.watch(0)
    shop.watch(0)
    assert states(exchange_id) == ("draft", PaymentState.OVER)
    with pytest.raises(httpx2.HTTPStatusError):
        httpx2.post(url or "", data={"card": GOOD}, trust_env=False).raise_for_status()
    with pytest.raises(TooManyTries):
        shop.confirm_draft(exchange_id)


def test_cards_that_are_declined_between_two_looks_count_each(shop: PayingShop, stripe: FakeStripe) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    shop.pay(url, DECLINED)
    shop.watch()
    for _ in range(2):
        shop.pay(url, DECLINED)
    shop.watch()
    assert payment_of(exchange_id).declines == 3
    shop.watch(0)
    assert states(exchange_id) == ("draft", PaymentState.OVER)
    assert len([asked for asked in stripe.asked if asked.path == "/v1/charges"]) == 2


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
