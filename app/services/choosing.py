"""What every choice on a draft goes through: its lock, its holds, and the words for what cannot be had.

All functions run within the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.exchange_status import Status
from app.domain.replacements import Refusal
from app.models import Exchange, db
from app.services import holds
from app.services.baskets import Basket, load_basket
from app.services.desk_drafts import SHOPPER, may_choose
from app.services.locking import lock_order_of
from app.services.splitting import keep_to_what_is_open

SENTENCES = {
    Refusal.NO_SUCH_COMBINATION: "This combination does not exist. Please choose another one.",
    Refusal.OTHER_PRODUCT: "This is not a variant of your item. Please choose one of those shown.",
    Refusal.TOO_DEAR: "This one costs more than an exchange may here. Please choose another one.",
    Refusal.OTHER_OPTION: "It differs in more than this shop exchanges. Please choose one of those shown.",
    Refusal.SAME_VARIANT: "This is the one you have. Please choose a different one.",
    Refusal.SOLD_OUT: "This one is sold out. Please choose another one.",
}
TOO_FEW_LEFT = "There are not enough left of this one. Please choose another one."
GONE_MEANWHILE = "This item is no longer open to exchange."


class NotADraft(Exception):
    """The exchange was submitted meanwhile, or is with somebody else: its status page tells."""


class CannotChoose(Exception):
    """A choice that cannot be had; `field` says where on the page the sentence belongs."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


def locked_draft(exchange_id: int, now: datetime, actor: str = SHOPPER) -> tuple[Basket, Exchange]:
    """The draft as it stands, its order's row locked so that no other choice or submit runs beside.

    `actor` is who chooses: the shopper, or an agent in their place while they have the draft
    (`app.services.desk_drafts`). Raises NotADraft.
    """
    lock_order_of(exchange_id)
    basket = load_basket(exchange_id, now)
    if basket.status is not Status.DRAFT or not may_choose(exchange_id, actor):
        raise NotADraft(basket.public_id)
    draft = db.session.get_one(Exchange, exchange_id)
    keep_to_what_is_open(draft, basket)
    return basket, draft


def hold_again(draft: Exchange, now: datetime, or_refuse: int | None = None) -> None:
    """Hold exactly what is chosen now, and let go of the rest.

    An item whose variant others have has to choose again; where that is the item `or_refuse`, all is refused.
    """
    db.session.flush()
    basket = load_basket(draft.id, now)
    for item in basket.items:
        if item.variant is None:
            holds.release(item.id)
    lost = holds.hold_all(basket.wanted(), basket.policy.hold_minutes, now)
    if or_refuse in lost:
        raise CannotChoose("options", TOO_FEW_LEFT)
    for row in draft.items:
        if row.id in lost:
            row.replacements.clear()
