"""The quote of a basket: one body for page, partial, submit and dispatch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from app.domain.quote import Quote
from app.domain.settlement import Choice, make_quote
from app.services.baskets import GIFT_CARD, Basket, BasketItem


def quote(basket: Basket) -> Quote | None:
    """The sum of everything chosen so far, None while nothing is, or where nothing can be summed up.

    Raises what `make_quote` raises.
    """
    return _quote_of(basket, basket.items)


def quote_item(basket: Basket, item: BasketItem) -> Quote | None:
    """The sum of one item, for the difference beside it.

    What is charged once for the exchange counts for the first item that is sent; faster shipping is
    chosen later, on Review.
    """
    before = basket.items[: [other.id for other in basket.items].index(item.id)]
    free = basket.policy.fee_free_reasons
    if any(other.variant is not None and other.reason not in free for other in before):
        basket = replace(basket, policy=replace(basket.policy, shipping_fee=0))
    return _quote_of(replace(basket, expedited=False), [_after_earlier_parts(basket, item)])


def quote_gift_card(basket: Basket, item: BasketItem) -> Quote:
    """The sum if this item alone became a gift card, to show what the card would be worth."""
    card = replace(_after_earlier_parts(basket, item), outcome=GIFT_CARD, variant=None)
    return make_quote(basket.store, basket.policy, basket.order, [_choice(basket, card)])


def credit_is_nothing(basket: Basket, item: BasketItem) -> bool:
    """Whether nothing was paid for these units, so that no gift card can come of them."""
    if item.quantity < 1 or not _is_summable(basket):
        return True
    return quote_gift_card(basket, item).credit == 0


def _after_earlier_parts(basket: Basket, item: BasketItem) -> BasketItem:
    """The item with the units gone that earlier items of its line stand for in the whole sum.

    Shares of a line are worth what their numbers say, so one alone must have the numbers of the whole.
    """
    parts = basket.parts_of(item.line)
    earlier = parts[: [part.id for part in parts].index(item.id)] if len(parts) > 1 else ()
    taken = sum(part.quantity for part in earlier if _is_chosen(part))
    return replace(item, line=replace(item.line, committed=item.line.committed + taken))


def _quote_of(basket: Basket, items: Iterable[BasketItem]) -> Quote | None:
    choices = [_choice(basket, item) for item in items if _is_chosen(item)]
    if not choices or not _is_summable(basket):
        return None
    return make_quote(basket.store, basket.policy, basket.order, choices, expedited=basket.expedited)


def _is_summable(basket: Basket) -> bool:
    """Whether what was paid and what is asked are in one currency. Where not, no line is eligible."""
    return basket.order.currency == basket.store.currency


def _is_chosen(item: BasketItem) -> bool:
    if item.quantity < 1:  # its units went elsewhere while the draft was open
        return False
    return item.outcome == GIFT_CARD or item.variant is not None


def _choice(basket: Basket, item: BasketItem) -> Choice:
    return Choice(
        item_id=item.id,
        line=item.line,
        quantity=item.quantity,
        variant=None if item.outcome == GIFT_CARD else item.variant,
        returned=basket.variants.get(item.line.variant_id or 0),
        reason=item.reason,
        nothing_owed=basket.recipient_view,
    )
