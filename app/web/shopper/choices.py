"""What screen 3 offers for one item: reasons, option groups, the gift card, stock in words."""

from __future__ import annotations

from dataclasses import replace

from flask import g, request

from app.domain.reasons import REASON_WORDS, Reason
from app.domain.replacements import Option, OptionValue, match, options_offered
from app.domain.sizes import NextSize
from app.services.baskets import GIFT_CARD, PRODUCT, Basket, BasketItem
from app.services.other_products import offers_other_products
from app.services.quotes import credit_is_nothing, quote_gift_card, quote_item
from app.web.acting import screen
from app.web.colours import swatch
from app.web.shopper.holding import hold_of
from app.web.shopper.other_products import other_offer
from app.web.shopper.pages import (
    CardOffer,
    Difference,
    OptionChoice,
    OptionGroup,
    Picture,
    ReasonChoice,
    ReplacementPage,
    Stock,
)
from app.web.shopper.parts import (
    in_words,
    leaves_words,
    line_picture,
    summary,
    variant_picture,
)
from app.web.shopper.suggestions import all_gone, is_suggested, next_size_of, size_hint
from app.web.shopper.sums import difference_of

FEW_LEFT = 3


def replacement_page(basket: Basket, item: BasketItem) -> ReplacementPage:
    """Everything screen 3 shows for this item."""
    if item.outcome == PRODUCT and not offers_other_products(basket):
        # The policy changed since: it is asked anew.
        item = replace(item, outcome=None, product_id=None, option_choice={}, variant=None)
    ids = [other.id for other in basket.items]
    same_again, card = offers_same_again(basket, item), _card_offer(basket, item)
    same = same_options(basket, item)
    options = option_groups(basket, item)
    other = other_offer(basket, item, only_way=card is None and not same and not same_again)
    return ReplacementPage(
        position=ids.index(item.id) + 1,
        of=len(ids),
        title=item.line.title,
        variant=leaves_words(item.line),
        quantity=item.quantity,
        picture=picture_of(basket, item),
        reasons=reason_choices(basket, item),
        options=options,
        same_options=same,
        most_units=basket.most_units(item),
        same_again=same_again,
        same_product_checked=item.outcome != GIFT_CARD and not (other and other.checked),
        stock=stock_of(basket, item),
        chosen_variant=item.variant.words if item.variant else None,
        hint=size_hint(basket, item, options),
        all_gone=all_gone(basket, item),
        ask_url=g.store.help_url or (f"mailto:{g.store.support_email}" if g.store.support_email else None),
        gift_card=card,
        other=other,
        difference=_difference(basket, item),
        hold=hold_of(basket, [item]) if stock_of(basket, item) is not Stock.SOLD_OUT else None,
        summary=summary(basket),
        back_url=_back(basket, ids.index(item.id)),
    )


def reason_choices(basket: Basket, item: BasketItem) -> tuple[ReasonChoice, ...]:
    """The reasons the store offers; one that was given before stays to be seen."""
    offered = [reason for reason in Reason if reason in basket.policy.reasons or reason is item.reason]
    return tuple(ReasonChoice(reason, REASON_WORDS[reason], item.reason is reason) for reason in offered)


def reason_said(basket: Basket) -> Reason | None:
    """What the form says, if the store offers it; anything else counts as not said."""
    said = request.form.get("reason", "")
    return Reason(said) if said in basket.policy.reasons else None


def units_said() -> int | None:
    """For how many units the form speaks; None where it does not say."""
    said = request.form.get("units", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 6 else None


def chosen_options(basket: Basket, item: BasketItem) -> dict[str, str]:
    """The options as chosen; before any choice those of the bought variant, but for the last one."""
    fixed = basket.fixed_options(item)
    if item.option_choice or item.outcome:
        return dict(item.option_choice) | fixed
    bought = basket.bought(item.line)
    return (dict(bought.options[:-1]) if bought else {}) | fixed


def option_groups(basket: Basket, item: BasketItem) -> tuple[OptionGroup, ...]:
    """The radio groups; a product without options has none, nor has one that is still to be chosen."""
    if item.outcome == PRODUCT and item.product_id is None:
        return ()
    variants = basket.choices_for(item)
    offered = options_offered(
        item.line,
        variants,
        chosen_options(basket, item),
        item.quantity,
        item.reason,
        basket.policy,
        basket.bought(item.line),
    )
    size = next_size_of(basket, item)
    return tuple(_group(place, option, size) for place, option in enumerate(offered))


def same_options(basket: Basket, item: BasketItem) -> tuple[str, ...]:
    """The options in which the same product can be had otherwise, none where there are none."""
    own = replace(item, product_id=None)
    names = dict.fromkeys(name for variant in basket.choices_for(own) for name, _ in variant.options)
    return tuple(name for name in names if name not in basket.fixed_options(own))


def offers_same_again(basket: Basket, item: BasketItem) -> bool:
    """Whether a product without options can be had once more, as it came damaged or was the wrong one."""
    variants = basket.choices_for(replace(item, product_id=None))
    return (
        item.reason in basket.policy.same_variant_reasons
        and any(variant.available(item.quantity) for variant in variants)
        and not any(variant.options for variant in variants)
    )


def _group(place: int, option: Option, size: NextSize | None) -> OptionGroup:
    colours = {value.value: swatch(value.value) for value in option.values}
    drawn = all(colours.values())
    return OptionGroup(
        option.name,
        f"option-{place}",
        tuple(
            _choice(option, value, colours[value.value] if drawn else None, size) for value in option.values
        ),
    )


def _choice(option: Option, value: OptionValue, colour: str | None, size: NextSize | None) -> OptionChoice:
    return OptionChoice(
        value=value.value,
        checked=option.chosen == value.value,
        sold_out=value.sold_out,
        colour=colour,
        yours=value.yours,
        suggested=is_suggested(size, option, value),
    )


def picture_of(basket: Basket, item: BasketItem) -> Picture:
    """The chosen variant's picture, else one with the options chosen so far, else what was bought."""
    if item.variant:
        return variant_picture(item.variant)
    chosen = set(chosen_options(basket, item).items())
    for variant in basket.choices_for(item):
        if (chosen or item.product_id) and chosen <= set(variant.options) and variant.image_url:
            return variant_picture(variant)
    return line_picture(basket, item.line)


def stock_of(basket: Basket, item: BasketItem) -> Stock:
    if item.outcome == GIFT_CARD or not (item.option_choice or item.product_id):
        return Stock.UNCHOSEN
    variant = item.variant or match(basket.choices_for(item), item.option_choice)
    if variant is None:
        return Stock.UNCHOSEN
    if not variant.available(item.quantity):
        return Stock.SOLD_OUT
    if variant.stock is not None and variant.stock < item.quantity:
        return Stock.BACKORDER
    few = variant.stock is not None and variant.stock <= FEW_LEFT
    return Stock.LOW if few else Stock.IN_STOCK


def _card_offer(basket: Basket, item: BasketItem) -> CardOffer | None:
    """The card this item alone would make, if the store gives cards and it is worth anything."""
    if not basket.policy.gift_card or credit_is_nothing(basket, item):
        return None
    offered = quote_gift_card(basket, item).card
    if offered is None:
        return None
    checked = item.outcome == GIFT_CARD
    return CardOffer(offered.face, offered.bonus, checked, basket.order.customer.email)


def _difference(basket: Basket, item: BasketItem) -> Difference | None:
    alone = quote_item(basket, item)
    return difference_of(alone, in_words) if alone else None


def _back(basket: Basket, place: int) -> str:
    if place == 0:
        return screen("items", public_id=basket.public_id)
    before = basket.items[place - 1].id
    return screen("replacement", public_id=basket.public_id, item_id=before)
