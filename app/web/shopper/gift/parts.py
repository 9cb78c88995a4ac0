"""Parts that several pages of the gift view share."""

from __future__ import annotations

from dataclasses import replace

from app.services.baskets import Basket
from app.services.quotes import quote
from app.web.acting import screen
from app.web.shopper.pages import ReviewItem, SummaryItem
from app.web.shopper.parts import arrives_words, leaves_words, swaps


def chosen_so_far(basket: Basket) -> tuple[SummaryItem, ...]:
    """The side panel's list."""
    return tuple(
        SummaryItem(item.line.title, leaves_words(item.line), arrives_words(item), item.quantity)
        for item in basket.items
    )


def gift_swaps(basket: Basket) -> tuple[ReviewItem, ...]:
    """What goes back and what comes, each with its way back to this view's own page."""
    return tuple(
        replace(
            shown,
            change_url=screen("gift_replacement", public_id=basket.public_id, item_id=item.id),
        )
        for shown, item in zip(swaps(basket), basket.items, strict=True)
    )


def next_gift_page(basket: Basket) -> str:
    """Where a draft goes on: nothing chosen, the first unsettled item, who receives it, else Review."""
    item = basket.unsettled()
    if item is not None:
        return screen("gift_replacement", public_id=basket.public_id, item_id=item.id)
    if quote(basket) is None:
        return screen("gift_items", public_id=basket.public_id)
    if basket.recipient is None:
        return screen("gift_recipient", public_id=basket.public_id)
    return screen("gift_review", public_id=basket.public_id)
