"""What Stripe tells of by itself: disputes, refunds from its dashboard, and each card that is declined."""

from __future__ import annotations

import json

import httpx2
import pytest
from sqlalchemy import update
from stripe import WebhookSignature

from app.models import Exchange, PaymentState, db
from app.services.comparing import compare_due
from app.services.payment_attempts import TooManyTries
from app.services.payment_news import hear
from app.services.payment_watch import look_soon
from tests.paying.shop_with_till import DECLINED, DUE, GOOD, PayingShop, payment_of, states
from tests.paying.stripe_till import SIGNING
from tests.payments.fake_stripe import FakeStripe
from tests.services.dispatch_cases import exchange_of


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def shop(shop_at_stripe: PayingShop) -> PayingShop:
    return shop_at_stripe


def test_a_message_of_stripes_brings_the_look_forward(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    assert look_soon("stripe", payment_of(exchange_id).page or "", shop.clock())
    assert shop.watch(0) == 1
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)


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
