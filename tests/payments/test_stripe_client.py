"""Our requests against those of Stripe's own client: the same calls, the same bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
import stripe
from stripe import StripeClient

from app.connectors.base import Request
from app.connectors.gateway import CountsDeclines
from app.connectors.moved import Heard
from app.connectors.payments import stripe_calls
from app.connectors.payments.stripe_calls import VERSION
from app.domain.idempotency import transaction_id_for
from app.domain.payment import MoneyAct, PaymentWish
from tests.payments.cases import WISH, move
from tests.payments.fake_stripe import Asked, FakeStripe, fake_stripe
from tests.payments.mailbox import open_mailbox
from tests.payments.providers import DECLINED, KEY, Provider, stripe_at

SIGNING = "whsec_only_for_tests"
HEADERS = ("authorization", "content-type", "idempotency-key", "stripe-version")


@pytest.fixture(scope="module")
def started() -> Iterator[tuple[FakeStripe, Provider]]:
    with open_mailbox() as mailbox, fake_stripe(KEY, SIGNING, mailbox.url) as server:
        yield server, stripe_at(server, mailbox, SIGNING)


@pytest.fixture
def server(started: tuple[FakeStripe, Provider]) -> FakeStripe:
    return started[0]


@pytest.fixture
def provider(started: tuple[FakeStripe, Provider]) -> Provider:
    return started[1]


@pytest.fixture
def client(server: FakeStripe) -> StripeClient:
    """Stripe's own, pointed at the small one, trying once."""
    at: Any = dict.fromkeys(("api", "connect", "files", "meter_events"), server.url)
    return StripeClient(KEY, base_addresses=at, max_network_retries=0)


def test_the_version_is_the_one_that_the_client_speaks() -> None:
    assert stripe.api_version == VERSION


def on_the_wire(asked: Asked) -> tuple[str, str, str, bytes, dict[str, str]]:
    sent = {name: asked.headers[name] for name in HEADERS if name in asked.headers}
    return asked.method, asked.path, asked.query, asked.body, sent


def same(server: FakeStripe, provider: Provider, ours: Request, theirs: Callable[[], object]) -> None:
    """What we send and what the client sends, as it came in; the answer is none of this."""
    server.forget_keys()
    provider.send(ours)
    server.forget_keys()
    try:
        theirs()
    except stripe.StripeError:
        pass
    first, second = server.asked[-2:]
    assert on_the_wire(first) == on_the_wire(second)


def session_of(wish: PaymentWish) -> Any:
    """The call as one would write it for Stripe's client."""
    told = {
        "exchange": "EX-7K3M9Q",
        "order": "AC-1001",
        "store": "Acme Outfitters",
        "evenly_key": transaction_id_for(wish.key),
    }
    price = {
        "currency": "usd",
        "unit_amount": 1050,
        "product_data": {"name": "Exchange EX-7K3M9Q of order AC-1001"},
    }
    return {
        "mode": "payment",
        "submit_type": "pay",
        "payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "line_items": [{"price_data": price, "quantity": 1}],
        "payment_intent_data": {
            "capture_method": "manual",
            "description": "Exchange EX-7K3M9Q of order AC-1001",
            "metadata": told,
            "statement_descriptor_suffix": "EX-7K3M9Q",
        },
        "metadata": told,
        "client_reference_id": "EX-7K3M9Q",
        "success_url": WISH.return_url,
        "cancel_url": WISH.back_url,
        "expires_at": int(wish.expires_at.timestamp()),
        "customer_email": "ada@example.com",
    }


def test_opening_a_page(server: FakeStripe, provider: Provider, client: StripeClient) -> None:
    wish = provider.wish()
    ours = provider.gateway.open_page(wish)
    assert isinstance(ours, Request)
    options: Any = {"idempotency_key": transaction_id_for(wish.key)}
    same(server, provider, ours, lambda: client.v1.checkout.sessions.create(session_of(wish), options))
    assert server.asked[-1].body.startswith(b"mode=payment&")


def test_looking_at_and_closing_a_page(server: FakeStripe, provider: Provider, client: StripeClient) -> None:
    page = provider.open().reference
    sessions = client.v1.checkout.sessions
    expanded: Any = {"expand": ["payment_intent.latest_charge"]}
    looking, closing = provider.gateway.look_at_page(page), provider.gateway.close_page(page)
    same(server, provider, looking, lambda: sessions.retrieve(page, expanded))
    options: Any = {"idempotency_key": transaction_id_for(f"{page}:close")}
    same(server, provider, closing, lambda: sessions.expire(page, options=options))


def test_counting_declined_cards(server: FakeStripe, provider: Provider, client: StripeClient) -> None:
    page = provider.open()
    provider.pay(page, DECLINED)
    gateway = provider.gateway
    assert isinstance(gateway, CountsDeclines)
    ours = gateway.look_at_declines(provider.send(gateway.look_at_page(page.reference)))
    assert ours
    listed: Any = {"payment_intent": parse_qs(ours.url.partition("?")[2])["payment_intent"][0], "limit": 100}
    same(server, provider, ours, lambda: client.v1.charges.list(listed))


def moves(client: StripeClient, payment: str) -> dict[MoneyAct, list[Callable[[], object]]]:
    """Looking first and then moving, for each act."""
    keys = {act: transaction_id_for(move(act).key) for act in MoneyAct}
    options: dict[MoneyAct, Any] = {act: {"idempotency_key": key} for act, key in keys.items()}
    intents, refunds = client.v1.payment_intents, client.v1.refunds
    told = {"exchange": "EX-7K3M9Q", "order": "AC-1001", "store": "acme"}
    known = {act: {"evenly_key": key} for act, key in keys.items()}
    listed: Any = {"payment_intent": payment, "limit": 100}
    back: Any = {"payment_intent": payment, "amount": 1050, "reason": "requested_by_customer"}
    taken: Any = {"amount_to_capture": 1050, "metadata": known[MoneyAct.CAPTURE]}
    let_go: Any = {"cancellation_reason": "abandoned"}
    back["metadata"] = told | known[MoneyAct.REFUND]
    return {
        MoneyAct.CAPTURE: [
            lambda: intents.retrieve(payment),
            lambda: intents.capture(payment, taken, options[MoneyAct.CAPTURE]),
        ],
        MoneyAct.VOID: [
            lambda: intents.retrieve(payment),
            lambda: intents.cancel(payment, let_go, options[MoneyAct.VOID]),
        ],
        MoneyAct.REFUND: [
            lambda: refunds.list(listed),
            lambda: refunds.create(back, options[MoneyAct.REFUND]),
        ],
    }


@pytest.mark.parametrize("act", MoneyAct)
def test_moving_money(server: FakeStripe, provider: Provider, client: StripeClient, act: MoneyAct) -> None:
    _, payment = provider.paid()
    asked = move(act, payment=payment)
    theirs = moves(client, payment)[act]
    url = server.url
    ours = [stripe_calls.look_at_payment(url, asked), stripe_calls.move_money(url, asked)]
    for request, call in zip(ours, theirs, strict=True):
        same(server, provider, request, call)


def test_a_message_that_stripes_client_signs_is_heard(provider: Provider) -> None:
    now = datetime.now(UTC)
    body = '{"object":"event","data":{"object":{"object":"checkout.session","id":"cs_1"}}}'
    for at, heard in ((now, "cs_1"), (now - timedelta(minutes=6), None), (now + timedelta(minutes=6), None)):
        header = stripe.WebhookSignature.generate_signature_header(body, SIGNING, int(at.timestamp()))
        expected = heard and Heard(page=heard)
        assert provider.gateway.heard({"stripe-signature": header}, body.encode(), now) == expected
