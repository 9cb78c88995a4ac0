"""What is held for a shopper, as the screens say it: until when, and what to do near the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.services.baskets import Basket, BasketItem
from app.web.shopper.pages import HoldNote, HoldState


def hold_of(basket: Basket, items: Sequence[BasketItem]) -> HoldNote | None:
    """One note for these items: what is gone first, then what ran out, else the hold that ends first."""
    for state in (HoldState.GONE, HoldState.OVER):
        found = next((item for item in items if _lost(basket, item) is state), None)
        if found:
            return HoldNote(state, found.line.title)
    holds = [(hold.expires_at, item, hold) for item in items if (hold := basket.held(item))]
    if not holds:
        return None
    until, item, hold = min(holds, key=lambda each: each[0])
    state = HoldState.NEAR if hold.near_its_end(basket.read_at) else HoldState.HELD
    seconds = int((until - basket.read_at).total_seconds())
    return HoldNote(state, item.line.title, until, seconds, hold.extendable)


def held_until(basket: Basket) -> datetime | None:
    """When the first of the draft's holds ends; None where there is none."""
    return min((hold.expires_at for item in basket.items if (hold := basket.held(item))), default=None)


def _lost(basket: Basket, item: BasketItem) -> HoldState | None:
    if item.variant is None or not basket.let_go(item):
        return None
    return HoldState.OVER if item.variant.available(item.quantity) else HoldState.GONE
