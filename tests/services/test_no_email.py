"""An order without an e-mail address, where the platform needs one: said before anything is chosen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.connectors.registry import PLATFORMS
from app.models import Exchange, db
from app.services.baskets import load_basket
from app.services.connected_systems import cannot_write_to
from app.services.draft_exchange import open_draft
from tests.factories import NOW, Bought, make_order
from tests.services.dispatch_cases import Acme

SHOWN = "The shop has no e-mail address for this order, and needs one to exchange it. Please ask the shop"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def verdict(order_id: int, *, gift: bool = False) -> str | None:
    """What the shopper reads beside the order's line."""
    public_id = open_draft(order_id, "browser", NOW, gift=gift)
    draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
    basket = load_basket(draft, NOW)
    refusal = basket.eligibility(basket.order.lines[0]).refusal
    return refusal.shopper if refusal else None


@pytest.mark.parametrize("email", ["", "none", "ada moss@example.com"])
def test_it_is_said_beside_every_line(shop: Acme, email: str) -> None:
    order_id = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), email=email)
    assert verdict(order_id) == SHOWN


def test_a_gifts_recipient_gives_an_address_of_their_own(shop: Acme) -> None:
    order_id = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), email="", is_gift=True)
    assert verdict(order_id, gift=True) is None


def test_medusa_needs_none(acme: int, store: Acme) -> None:
    assert verdict(make_order(acme, Bought(store.parka["Navy / M"]), email="")) is None
    assert [name for name in PLATFORMS if cannot_write_to(name, "")] == ["optoro", "stateset"]
