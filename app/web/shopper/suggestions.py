"""What screen 3 says by itself: the next size up or down, and that nothing else is left. It never decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.replacements import Option, OptionValue
from app.domain.sizes import NextSize, next_size
from app.services.baskets import GIFT_CARD, PRODUCT, Basket, BasketItem
from app.web.shopper.pages import OptionGroup


def next_size_of(basket: Basket, item: BasketItem) -> NextSize | None:
    """The size that the reason suggests, for the same product only."""
    if item.outcome in (PRODUCT, GIFT_CARD):
        return None
    return next_size(basket.bought(item.line), basket.choices_for(item), item.reason)


def is_suggested(size: NextSize | None, option: Option, value: OptionValue) -> bool:
    """Whether to mark this value: it is the next size, can be had, and nothing is chosen yet."""
    if size is None or (size.option, size.value) != (option.name, value.value):
        return False
    return option.chosen is None and not value.sold_out and not value.yours


def size_hint(basket: Basket, item: BasketItem, groups: Sequence[OptionGroup]) -> str | None:
    """The suggestion as a sentence, until a size is chosen."""
    size = next_size_of(basket, item)
    group = next((group for group in groups if size and group.name == size.option), None)
    if size is None or group is None or any(choice.checked for choice in group.choices):
        return None
    said, way = ("too small", "up") if size.larger else ("too large", "down")
    if size.value is None:
        most = "largest" if size.larger else "smallest"
        return f"You said it was {said}. You have the {most} size there is."
    choice = next((choice for choice in group.choices if choice.value == size.value), None)
    if choice is None:
        return f"You said it was {said}. The next size {way} is {size.value}, and there is none of it."
    if choice.sold_out:
        return f"You said it was {said}. The next size {way}, {size.value}, is sold out."
    return f"You said it was {said}: the next size {way} is {size.value}."


def all_gone(basket: Basket, item: BasketItem) -> bool:
    """Whether the same product comes in other variants, none of which can be had now."""
    own = replace(item, product_id=None)
    others = [v for v in basket.choices_for(own) if v.options and v.id != item.line.variant_id]
    return bool(others) and all(basket.refusal(own, variant) for variant in basket.choices_for(own))
