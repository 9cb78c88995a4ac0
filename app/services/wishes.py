"""What was wished for an item, what it comes to, and what is still to be said of it. Nothing here writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain.facts import VariantFacts
from app.domain.reasons import Reason
from app.domain.replacements import Option, Refusal, match, options_offered
from app.services.baskets import GIFT_CARD, PRODUCT, VARIANT, Basket, BasketItem
from app.services.choosing import SENTENCES, CannotChoose
from app.services.other_products import may_be_shown, offers_other_products
from app.services.shelf import variants_of

NOT_OFFERED = "This product cannot be had instead. Please choose one of those shown."


@dataclass(frozen=True)
class Wish:
    """What one form of screen 3 says. Empty parts are not said yet.

    `product_id` is the other product that is wished for, `options` are then of that one.
    """

    reason: Reason | None
    outcome: str | None
    options: Mapping[str, str]
    same_again: bool = False  # the very same item, for a product without options
    product_id: int | None = None
    units: int | None = None  # for how many of them; None: for as many as before


def missing(basket: Basket, item: BasketItem) -> tuple[str, str] | None:
    """The field still wanted on screen 3 and the sentence that asks for it, None when complete."""
    if item.reason is None:
        return "reason", "Tell us what is wrong with it."
    if item.outcome == GIFT_CARD or item.variant is not None:
        return None
    if item.outcome is None:
        return "outcome", "Choose what you would like instead."
    if item.outcome == PRODUCT and item.product_id is None:
        return "product", "Choose a product."
    for option in _options(basket, item):
        if option.chosen is None:
            return "options", f"Choose {_article(option.name)} {option.name.lower()}."
    return "options", SENTENCES[Refusal.NO_SUCH_COMBINATION]


def with_wish(basket: Basket, item: BasketItem, wish: Wish, now: datetime) -> tuple[Basket, BasketItem]:
    """The item as it is wished for, in a basket that knows the variants of a product newly chosen."""
    if wish.outcome == PRODUCT and not offers_other_products(basket):
        raise CannotChoose("outcome", NOT_OFFERED)
    product_id = wish.product_id if wish.outcome == PRODUCT else None
    if product_id is not None and product_id != item.product_id:
        known = dict(basket.variants) | variants_of([product_id], now, basket.exchange_id)
        basket = replace(basket, variants=known)
    item = replace(item, reason=wish.reason, outcome=wish.outcome, product_id=product_id, variant=None)
    if product_id is None:
        return basket, replace(item, option_choice=_reachable(basket, item, wish))
    if product_id == item.line.product_id or not may_be_shown(basket, item, basket.choices_for(item)):
        raise CannotChoose("product", NOT_OFFERED)
    return basket, replace(item, option_choice=_reachable(basket, item, wish))


def _reachable(basket: Basket, item: BasketItem, wish: Wish) -> dict[str, str]:
    """The options as far as they exist together: a size that the new colour lacks is dropped.

    Of another product that comes in one variant only, there is nothing to choose.
    """
    choices = basket.choices_for(item)
    if item.product_id is not None and len(choices) == 1:
        return dict(choices[0].options)
    wished = dict(wish.options) | basket.fixed_options(item) if wish.options else {}
    offered = _offered(basket, item, wished)
    return {option.name: option.chosen for option in offered if option.chosen is not None}


def wanted_variant(basket: Basket, item: BasketItem, wish: Wish) -> VariantFacts | None:
    """The variant that the wish comes to, None while something of it is still open."""
    if item.outcome == PRODUCT and item.product_id is not None:
        return match(basket.choices_for(item), item.option_choice)
    if item.outcome == VARIANT and (item.option_choice or wish.same_again):
        return match(basket.choices_for(item), item.option_choice)
    return None


def _options(basket: Basket, item: BasketItem) -> tuple[Option, ...]:
    return _offered(basket, item, item.option_choice)


def _offered(basket: Basket, item: BasketItem, chosen: Mapping[str, str]) -> tuple[Option, ...]:
    bought = basket.bought(item.line)
    return options_offered(
        item.line,
        basket.choices_for(item),
        chosen,
        item.quantity,
        item.reason,
        basket.policy,
        bought,
    )


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"
