"""Drafts that nobody touches end, give back what they hold, and leave everybody else's alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.models import Exchange, Hold, Store, Variant, db, store_scope, writing
from app.services.draft_exchange import open_draft
from app.services.draft_expiry import expire_drafts
from app.services.sweeping import sweep
from tests.factories import NOW, Bought, make_order, make_product, make_store
from tests.services.dispatch_cases import TO_L, Acme, exchange_of

STALE = NOW + timedelta(days=14, seconds=1)


def draft_of(shop: Acme, number: str = "AC-1") -> int:
    order = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number=number)
    return shop.draft_of(order, TO_L)


@pytest.mark.parametrize(("days", "left"), [(13, "draft"), (14, "draft"), (15, "expired")])
def test_after_as_many_days_as_policy_gives(shop: Acme, days: int, left: str) -> None:
    draft = draft_of(shop)
    expire_drafts(NOW + timedelta(days=days))
    assert exchange_of(draft).status == left


def test_each_store_has_its_own_patience(shop: Acme) -> None:
    ours = draft_of(shop)
    kaze = make_store("kaze", policy_data={"draft_days": 3})
    with store_scope(kaze):
        variants = make_product(kaze)
        order = make_order(kaze, Bought(variants["Navy / M"]), number="KZ-1")
        public_id = open_draft(order, "browser", NOW)
    assert expire_drafts(NOW + timedelta(days=4)) == 1
    with store_scope(kaze):
        theirs = db.session.scalars(select(Exchange.status).where(Exchange.public_id == public_id)).one()
    assert (exchange_of(ours).status, theirs) == ("draft", "expired")


def test_a_hold_goes_with_its_draft(shop: Acme) -> None:
    with writing():
        db.session.get_one(Variant, shop.parka["Navy / L"]).stock = 1
        store = db.session.get_one(Store, shop.store_id)
        store.policy_data = store.policy_data | {"hold_minutes": 100_000}
    draft_of(shop)
    assert db.session.scalar(select(func.count(Hold.id))) == 1
    sweep(STALE)
    assert db.session.scalar(select(func.count(Hold.id))) == 0


def test_what_is_confirmed_never_expires(shop: Acme) -> None:
    confirmed = shop.confirm()
    assert expire_drafts(NOW + timedelta(days=400)) == 0
    assert exchange_of(confirmed).status == "submitted"


def test_an_expired_draft_makes_room_for_another(shop: Acme) -> None:
    draft = draft_of(shop)
    order_id, old = exchange_of(draft).order_id, exchange_of(draft).public_id
    expire_drafts(STALE)
    assert open_draft(order_id, "browser", STALE) != old


def test_many_at_once(shop: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.draft_expiry.AT_ONCE", 2)
    for number in range(5):
        draft_of(shop, f"AC-{number}")
    assert expire_drafts(STALE) == 5
