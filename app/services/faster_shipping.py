"""The shopper's choice on Review to have the replacement sent faster, where the policy prices that."""

from __future__ import annotations

from datetime import datetime

from app.domain.exchange_status import Status
from app.models import Exchange, db, writing
from app.services.baskets import Basket, load_basket
from app.services.choosing import NotADraft
from app.services.desk_drafts import SHOPPER, may_choose, note_choice


def offers_faster_shipping(basket: Basket) -> bool:
    """Whether there is a price for it and something to send."""
    sent = any(item.variant is not None for item in basket.items)
    return sent and basket.policy.expedited_fee is not None


def set_faster_shipping(exchange_id: int, wanted: bool, now: datetime, *, actor: str = SHOPPER) -> bool:
    """Keep the wish; whether it changed anything. Raises NotADraft.

    Where it is not offered nothing is kept, so that a price set later is never charged unasked.
    """
    with writing():
        basket = load_basket(exchange_id, now)
        if basket.status is not Status.DRAFT or not may_choose(exchange_id, actor):
            raise NotADraft(basket.public_id)
        wanted = wanted and offers_faster_shipping(basket)
        if wanted == basket.expedited:
            return False
        draft = db.session.get_one(Exchange, exchange_id)
        draft.expedited, draft.updated_at = wanted, now
        note_choice(exchange_id, actor, "faster shipping chosen", {"faster": wanted}, now)
        return True
