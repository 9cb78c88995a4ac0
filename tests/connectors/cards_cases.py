"""The connector of the sandbox's cards as a store sets it up, and every request it can make."""

from __future__ import annotations

from typing import Any

from app.connectors.base import Request
from app.connectors.payments.cards import CardsGateway
from app.domain.payment import MoneyAct, MoneyMove
from tests.payments.cases import WISHES, move

SIGNING = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SECRET = f"sk_1 {SIGNING}"
SETTINGS = {"url": "https://pay.example/cards", "webhook_url": "https://swap.example/hooks"}


def gateway(secret: str | None = SECRET, **settings: Any) -> CardsGateway:
    return CardsGateway.configure(SETTINGS | settings, secret, allow_loopback=False)


def moved(message: MoneyMove) -> Request:
    step = gateway().next_step(message, [])
    assert isinstance(step, Request)
    return step


def requests() -> dict[str, Request]:
    made = {name: gateway().open_page(wish) for name, wish in WISHES.items()}
    made |= {str(act): moved(move(act)) for act in MoneyAct}
    return made | {"look": gateway().look_at_page("pg_1"), "close": gateway().close_page("pg_1")}
