"""An order of a parka, a cap, socks and more parkas, and drafts of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.reasons import Reason
from app.models import Exchange, db
from app.services.baskets import VARIANT, Basket, load_basket
from app.services.draft_exchange import open_draft
from app.services.wishes import Wish
from tests.factories import NOW, Bought, make_order, make_product


def draft_of(order_id: int, session_id: str = "browser") -> int:
    public_id = open_draft(order_id, session_id, NOW)
    exchange_id = db.session.scalar(select(Exchange.id).where(Exchange.public_id == public_id))
    assert exchange_id is not None
    return exchange_id


def wish(reason: Reason | None = Reason.TOO_SMALL, outcome: str = VARIANT, **options: str) -> Wish:
    return Wish(reason, outcome, options)


def basket_of(exchange_id: int) -> Basket:
    return load_basket(exchange_id, NOW)


@pytest.fixture
def parka(acme: int) -> dict[str, int]:
    return make_product(acme)


@pytest.fixture
def order(acme: int, parka: dict[str, int]) -> int:
    return make_order(
        acme,
        Bought(parka["Navy / M"]),
        Bought(None, product=4500, title="Trail Cap", words="Red"),
        Bought(None, product=3000, tags=["FinalSale"], title="Socks"),
        Bought(parka["Navy / M"], product=38700, quantity=3),
    )
