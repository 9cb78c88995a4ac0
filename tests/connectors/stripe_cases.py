"""The Stripe connector as a store sets it up, every request it can make, and answers as Stripe gives them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from app.connectors.base import Request
from app.connectors.payments import stripe_calls
from app.connectors.payments.stripe import StripeGateway
from app.domain.payment import MoneyAct, PaymentWish
from tests.payments.cases import WISHES, move

SIGNING = "whsec_only_for_tests"
SECRET = f"sk_test_only_for_tests {SIGNING}"
CAPTURE, VOID, REFUND = MoneyAct.CAPTURE, MoneyAct.VOID, MoneyAct.REFUND


def gateway(secret: str | None = SECRET, **settings: Any) -> StripeGateway:
    return StripeGateway.configure(settings, secret, allow_loopback=False)


def opening(wish: PaymentWish) -> Request:
    request = gateway().open_page(wish)
    assert isinstance(request, Request)
    return request


def fields(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode("ascii")))


def requests() -> dict[str, Request]:
    url = "https://api.stripe.com"
    made = {name: opening(wish) for name, wish in WISHES.items()}
    for act in MoneyAct:
        asked = move(act, payment="pi_1")
        made[f"{act}-look"] = stripe_calls.look_at_payment(url, asked)
        made[str(act)] = stripe_calls.move_money(url, asked)
    made["refund-of-a-charge"] = stripe_calls.move_money(url, move(REFUND, payment="ch_1"))
    return made | {"look": gateway().look_at_page("cs_1"), "close": gateway().close_page("cs_1")}


SESSION: dict[str, Any] = {
    "id": "cs_1",
    "object": "checkout.session",
    "status": "open",
    "url": "https://checkout.stripe.com/c/pay/cs_1",
    "expires_at": 1795350000,
    "amount_total": 1050,
    "currency": "usd",
    "payment_intent": None,
}
INTENT: dict[str, Any] = {
    "id": "pi_1",
    "object": "payment_intent",
    "status": "requires_capture",
    "amount": 1050,
    "amount_received": 0,
    "currency": "usd",
    "metadata": {},
}
