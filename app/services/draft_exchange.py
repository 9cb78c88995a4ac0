"""Choosing: open a draft, pick items, give a reason and a wish for each, correct the address.

Every use case re-reads under the write lock and commits once. What the shopper asked for and cannot
have raises `CannotChoose` with the sentence to show; nothing of it is kept then. `actor` is who chooses:
the shopper, or an agent in their place while the draft is with the agent (`app.services.desk_drafts`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import exists, select

from app.domain.exchange_status import Status
from app.domain.facts import Address, VariantFacts
from app.domain.gift import Recipient
from app.domain.reasons import Reason
from app.domain.replacements import Option, Refusal, match, options_offered
from app.models import DeskDraft, Exchange, Order, Replacement, ReturnItem, db, writing
from app.services import holds
from app.services.baskets import GIFT_CARD, PRODUCT, VARIANT, Basket, BasketItem, load_basket
from app.services.desk_drafts import SHOPPER, may_choose, note_choice, take_up
from app.services.other_products import may_be_shown, offers_other_products
from app.services.quotes import credit_is_nothing
from app.services.shelf import variants_of
from app.services.splitting import keep_to_what_is_open, merge, number, parts_of, take_units

SENTENCES = {
    Refusal.NO_SUCH_COMBINATION: "This combination does not exist. Please choose another one.",
    Refusal.OTHER_PRODUCT: "This is not a variant of your item. Please choose one of those shown.",
    Refusal.TOO_DEAR: "This one costs more than an exchange may here. Please choose another one.",
    Refusal.OTHER_OPTION: "It differs in more than this shop exchanges. Please choose one of those shown.",
    Refusal.SAME_VARIANT: "This is the one you have. Please choose a different one.",
    Refusal.SOLD_OUT: "This one is sold out. Please choose another one.",
}
TOO_FEW_LEFT = "There are not enough left of this one. Please choose another one."
NOT_OFFERED = "This product cannot be had instead. Please choose one of those shown."
GONE_MEANWHILE = "This item is no longer open to exchange."

FREE_ITEM = "Nothing was paid for this item, so there is nothing to put on a gift card."


class NotADraft(Exception):
    """The exchange was submitted meanwhile, or is with somebody else: its status page tells."""


class CannotChoose(Exception):
    """A choice that cannot be had; `field` says where on the page the sentence belongs."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence


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


def live_exchange_of(order_id: int) -> Exchange | None:
    """The exchange that holds the order now, if any."""
    return db.session.scalar(select(Exchange).where(Exchange.order_id == order_id, Exchange.occupies_order))


def open_draft(order_id: int, session_id: str, now: datetime, *, gift: bool = False) -> str:
    """The public id of what this browser should see: the order's live exchange, else its draft.

    A draft that an agent hands over comes before one of the browser's own.
    """
    with writing():
        live = live_exchange_of(order_id)
        if live is not None and live.gift_view == gift:
            return live.public_id
        handed_over = None if gift else take_up(order_id, session_id, now)
        if handed_over is not None:
            return handed_over
        draft = db.session.scalar(
            select(Exchange).where(
                Exchange.order_id == order_id,
                Exchange.session_id == session_id,
                Exchange.status == Status.DRAFT,
                Exchange.gift_view == gift,
                ~exists().where(DeskDraft.exchange_id == Exchange.id),
            )
        )
        if draft is None:
            draft = Exchange(
                public_id=secrets.token_urlsafe(16),
                store_id=db.session.info["store_id"],
                order_id=order_id,
                session_id=session_id,
                status=Status.DRAFT,
                gift_view=gift,
                created_at=now,
                updated_at=now,
            )
            db.session.add(draft)
        return draft.public_id


def choose_items(exchange_id: int, wanted: Mapping[int, int], now: datetime, *, actor: str = SHOPPER) -> None:
    """Make the draft's items these units of these lines; wishes for lines that stay are kept.

    A line in several parts keeps them while its units stay as many, else they become one again.

    Raises NotADraft, and CannotChoose for no line, a foreign or ineligible line, or a quantity
    that is not there.
    """
    with writing():
        basket, draft = _draft(exchange_id, now, actor)
        if not wanted:
            raise CannotChoose("line", "Choose at least one item to exchange.")
        for line_id, quantity in wanted.items():
            _check_line(basket, line_id, quantity)
        for row in list(draft.items):
            if row.line_item_id not in wanted:
                draft.items.remove(row)
        chosen: list[ReturnItem] = []
        for line in basket.order.lines:
            if line.id in wanted:
                chosen += _parts(draft, basket, line.id, wanted[line.id])
        number(chosen)
        _hold_again(draft, now)
        draft.updated_at = now
        units = {str(line_id): count for line_id, count in wanted.items()}
        note_choice(exchange_id, actor, "items chosen", {"lines": units}, now)


def choose_replacement(
    exchange_id: int, item_id: int, wish: Wish, now: datetime, *, actor: str = SHOPPER
) -> None:
    """Keep a wish as far as it can be had. Raises NotADraft, KeyError for a foreign item,
    and CannotChoose when it names a variant that cannot be had."""
    with writing():
        basket, draft = _draft(exchange_id, now, actor)
        item = basket.item(item_id)
        if item.quantity < 1:
            raise CannotChoose("outcome", GONE_MEANWHILE)
        if wish.units is not None and wish.units != item.quantity:
            basket, item = _with_units(draft, item, wish.units, now)
        basket, item = _with_wish(basket, item, wish, now)
        row = next(row for row in draft.items if row.id == item_id)
        row.reason, row.outcome, row.product_id = item.reason, item.outcome, item.product_id
        if item.outcome == GIFT_CARD and credit_is_nothing(basket, item):
            raise CannotChoose("outcome", FREE_ITEM)
        row.option_choice = dict(item.option_choice)
        row.replacements.clear()
        variant = _wanted(basket, item, wish)
        problem = basket.refusal(item, variant) if variant else None
        if problem:
            raise CannotChoose("options", SENTENCES[problem])
        if variant:
            row.replacements.append(
                Replacement(store_id=row.store_id, variant_id=variant.id, quantity=item.quantity)
            )
        _hold_again(draft, now, or_refuse=item_id)
        draft.updated_at = now
        note_choice(exchange_id, actor, "replacement chosen", _told(item, variant), now)


def keep_longer(exchange_id: int, now: datetime, *, actor: str = SHOPPER) -> list[BasketItem]:
    """Hold everything chosen for as long again. What had run out is taken anew where it is still there.

    Returns the items whose variant somebody else has meanwhile. Raises NotADraft.
    """
    with writing():
        basket, _ = _draft(exchange_id, now, actor)
        minutes = basket.policy.hold_minutes
        holds.extend(exchange_id, minutes, now)
        lost = holds.hold_all(basket.wanted(), minutes, now)
        return [item for item in basket.items if item.id in lost]


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


def set_address(exchange_id: int, address: Address, now: datetime, *, actor: str = SHOPPER) -> None:
    """Send the replacement elsewhere. Raises NotADraft, CannotChoose where policy keeps it."""
    with writing():
        basket, draft = _draft(exchange_id, now, actor)
        if not basket.policy.address_editable:
            raise CannotChoose("name", "This shop sends exchanges to the address of the order.")
        draft.shipping_address = address.to_data()
        draft.updated_at = now
        note_choice(exchange_id, actor, "address changed", {}, now)


def set_recipient(exchange_id: int, recipient: Recipient, now: datetime) -> None:
    """Who received the gift, in their own words. Raises NotADraft."""
    with writing():
        _, draft = _draft(exchange_id, now, SHOPPER)
        draft.recipient_email = recipient.email
        draft.shipping_address = recipient.address.to_data()
        draft.updated_at = now


def _hold_again(draft: Exchange, now: datetime, or_refuse: int | None = None) -> None:
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


def _told(item: BasketItem, variant: VariantFacts | None) -> dict[str, int | str | None]:
    """A wish for the audit trail: ids and codes."""
    return {
        "item": item.id,
        "reason": item.reason,
        "outcome": item.outcome,
        "variant": variant.id if variant else None,
    }


def _draft(exchange_id: int, now: datetime, actor: str) -> tuple[Basket, Exchange]:
    """The draft as it stands, its order's row locked so that no other choice or submit runs beside."""
    order_id = db.session.scalar(select(Exchange.order_id).where(Exchange.id == exchange_id))
    db.session.execute(select(Order.id).where(Order.id == order_id).with_for_update())
    basket = load_basket(exchange_id, now)
    if basket.status is not Status.DRAFT or not may_choose(exchange_id, actor):
        raise NotADraft(basket.public_id)
    draft = db.session.get_one(Exchange, exchange_id)
    keep_to_what_is_open(draft, basket)
    return basket, draft


def _check_line(basket: Basket, line_id: int, quantity: int) -> None:
    try:
        line = basket.order.line(line_id)
    except KeyError:
        raise CannotChoose("line", "One of these items is not part of this order.") from None
    verdict = basket.eligibility(line).refusal
    if verdict:
        raise CannotChoose(f"line-{line_id}", f"{line.title}: {verdict.shopper}.")
    if not 1 <= quantity <= line.open_units:
        raise CannotChoose(
            f"quantity-{line_id}", f"{line.title}: choose a quantity from 1 to {line.open_units}."
        )


def _parts(draft: Exchange, basket: Basket, line_id: int, units: int) -> list[ReturnItem]:
    """The line's items as they are if they come to so many units, else one for all of them."""
    parts = parts_of(draft, line_id)
    if not parts:
        item = ReturnItem(
            store_id=draft.store_id, line_item_id=line_id, quantity=units, first_chosen_on=basket.today
        )
        draft.items.append(item)
        return [item]
    if sum(part.quantity for part in parts) == units:
        return parts
    return [merge(draft, parts, units)]


def _with_units(draft: Exchange, item: BasketItem, units: int, now: datetime) -> tuple[Basket, BasketItem]:
    """The basket with the item standing for so many units. Raises CannotChoose."""
    try:
        take_units(draft, item.id, units)
    except ValueError:
        raise CannotChoose("units", "Choose a number from the list.") from None
    db.session.flush()
    basket = load_basket(draft.id, now)
    return basket, basket.item(item.id)


def _with_wish(basket: Basket, item: BasketItem, wish: Wish, now: datetime) -> tuple[Basket, BasketItem]:
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


def _wanted(basket: Basket, item: BasketItem, wish: Wish) -> VariantFacts | None:
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
