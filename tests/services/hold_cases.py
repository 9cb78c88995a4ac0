"""Shoppers who want the same parka: orders, drafts and choices for the tests of holds."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.reasons import Reason
from app.models import Exchange, Hold, Variant, db, writing
from app.services.baskets import VARIANT, Basket, load_basket
from app.services.draft_exchange import choose_items, choose_replacement, open_draft
from app.services.quotes import quote
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish
from tests.factories import NOW, Bought, line_ids, make_order

TO_L = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "L"})
TO_XL = Wish(Reason.TOO_SMALL, VARIANT, {"Colour": "Navy", "Size": "XL"})
MINUTE = timedelta(minutes=1)


def draft_of(order_id: int, browser: str = "browser", units: int = 1, now: datetime = NOW) -> int:
    """A draft with all lines of the order, so many units of each, nothing chosen instead yet."""
    public_id = open_draft(order_id, browser, now)
    draft = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
    choose_items(draft, dict.fromkeys(line_ids(order_id), units), now)
    return draft


def shopper(store_id: int, parka: dict[str, int], name: str = "AC-1001", units: int = 1) -> int:
    """The draft of somebody who bought navy parkas in M."""
    bought = Bought(parka["Navy / M"], product=12900 * units, quantity=units)
    return draft_of(make_order(store_id, bought, number=name), browser=name, units=units)


def choose(draft: int, wish: Wish = TO_L, now: datetime = NOW, place: int = 0) -> None:
    """What the shopper ticks for one item on screen 3."""
    choose_replacement(draft, basket_of(draft, now).items[place].id, wish, now)


def confirm(draft: int, now: datetime = NOW, shown: datetime | None = None) -> str:
    """Confirm the sum as it stands, shown at that time."""
    current = quote(basket_of(draft, now))
    return submit(Confirmation(draft, current.version if current else "", "shopper", quoted_at=shown), now)


def basket_of(draft: int, now: datetime = NOW) -> Basket:
    return load_basket(draft, now)


def left(draft: int, parka: dict[str, int], words: str = "Navy / L", now: datetime = NOW) -> int | None:
    """How many of a variant this shopper's pages show as available."""
    return basket_of(draft, now).variants[parka[words]].stock


def held_units() -> list[int]:
    """Units of every hold there is, ended ones that nobody swept among them."""
    db.session.rollback()
    return list(db.session.scalars(select(Hold.units).order_by(Hold.id)))


def change(variant_id: int, **values: object) -> None:
    """The merchant's catalogue says something else now."""
    with writing():
        variant = db.session.get_one(Variant, variant_id)
        for name, value in values.items():
            setattr(variant, name, value)
