"""Wishes and moves of one exchange, for both payment providers. Amounts in minor units."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.payment import MoneyAct, MoneyMove, PaymentWish

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

WISH = PaymentWish(
    key="acme:AC-1001:0:pay:1",
    amount=1050,
    currency="USD",
    store="Acme Outfitters",
    reference="EX-7K3M9Q",
    order="AC-1001",
    description="Exchange EX-7K3M9Q of order AC-1001",
    statement="ACME EX-7K3M9Q",
    return_url="https://swap.example/acme/exchanges/EX-7K3M9Q",
    back_url="https://swap.example/acme/exchanges/EX-7K3M9Q/back",
    email="ada@example.com",
    expires_at=datetime(2026, 11, 22, 13, 0, tzinfo=UTC),
)
IN_YEN = replace(WISH, key="kaze:KZ-1:0:pay:1", amount=550, currency="JPY", store="風", email=None)
WISHES = {"page": WISH, "page-in-yen": IN_YEN}


def move(act: MoneyAct, amount: int = 1050, *, payment: str = "pay_1", key: str = "") -> MoneyMove:
    """One movement of the exchange's payment."""
    return MoneyMove(
        act=act,
        key=key or f"acme:AC-1001:0:{act}",
        payment=payment,
        amount=amount,
        currency="USD",
        store="acme",
        reference="EX-7K3M9Q",
        order="AC-1001",
    )
