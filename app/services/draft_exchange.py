"""Choosing: open a draft, pick items, give a reason and a wish for each, correct the address.

Every use case re-reads under the write lock and commits once. What the shopper asked for and cannot
have raises `CannotChoose` with the sentence to show; nothing of it is kept then.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import exists, select

from app.domain.exchange_status import Status
from app.domain.facts import Address, VariantFacts
from app.domain.gift import Recipient
from app.models import DeskDraft, Exchange, Replacement, ReturnItem, db, writing
from app.services import holds
from app.services.baskets import GIFT_CARD, Basket, BasketItem, load_basket
from app.services.choosing import GONE_MEANWHILE, SENTENCES, CannotChoose, hold_again, locked_draft
from app.services.desk_drafts import GIFT_RECIPIENT, SHOPPER, note_choice, take_up
from app.services.quotes import credit_is_nothing
from app.services.splitting import merge, number, parts_of, take_units
from app.services.wishes import Wish, wanted_variant, with_wish

FREE_ITEM = "Nothing was paid for this item, so there is nothing to put on a gift card."


def live_exchange_of(order_id: int) -> Exchange | None:
    """The exchange that holds the order now, if any."""
    return db.session.scalar(select(Exchange).where(Exchange.order_id == order_id, Exchange.occupies_order))


def open_draft(order_id: int, session_id: str, now: datetime, *, gift: bool = False) -> str:
    """The public id of what this browser should see: the order's live exchange, else its draft.

    A draft that an agent hands over comes before one of the browser's own, and so does one that came back
    from paying, in whichever browser it was begun.
    """
    with writing():
        live = live_exchange_of(order_id)
        if live is not None and live.gift_view == gift:
            return live.public_id
        handed_over = take_up(order_id, session_id, now, gift=gift)
        if handed_over is not None:
            return handed_over
        draft = db.session.scalar(
            select(Exchange)
            .where(
                Exchange.order_id == order_id,
                (Exchange.session_id == session_id) | Exchange.reference.is_not(None),
                Exchange.status == Status.DRAFT,
                Exchange.gift_view == gift,
                ~exists().where(DeskDraft.exchange_id == Exchange.id),
            )
            .order_by(Exchange.reference.is_(None), Exchange.updated_at.desc())
            .limit(1)
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
        basket, draft = locked_draft(exchange_id, now, actor)
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
        hold_again(draft, now)
        draft.updated_at = now
        units = {str(line_id): count for line_id, count in wanted.items()}
        note_choice(exchange_id, actor, "items chosen", {"lines": units}, now)


def choose_replacement(
    exchange_id: int, item_id: int, wish: Wish, now: datetime, *, actor: str = SHOPPER
) -> None:
    """Keep a wish as far as it can be had. Raises NotADraft, KeyError for a foreign item,
    and CannotChoose when it names a variant that cannot be had."""
    with writing():
        basket, draft = locked_draft(exchange_id, now, actor)
        item = basket.item(item_id)
        if item.quantity < 1:
            raise CannotChoose("outcome", GONE_MEANWHILE)
        if wish.units is not None and wish.units != item.quantity:
            basket, item = _with_units(draft, item, wish.units, now)
        basket, item = with_wish(basket, item, wish, now)
        row = next(row for row in draft.items if row.id == item_id)
        row.reason, row.outcome, row.product_id = item.reason, item.outcome, item.product_id
        if item.outcome == GIFT_CARD and credit_is_nothing(basket, item):
            raise CannotChoose("outcome", FREE_ITEM)
        row.option_choice = dict(item.option_choice)
        row.replacements.clear()
        variant = wanted_variant(basket, item, wish)
        problem = basket.refusal(item, variant) if variant else None
        if problem:
            raise CannotChoose("options", SENTENCES[problem])
        if variant:
            row.replacements.append(
                Replacement(store_id=row.store_id, variant_id=variant.id, quantity=item.quantity)
            )
        hold_again(draft, now, or_refuse=item_id)
        draft.updated_at = now
        note_choice(exchange_id, actor, "replacement chosen", _told(item, variant), now)


def keep_longer(exchange_id: int, now: datetime, *, actor: str = SHOPPER) -> list[BasketItem]:
    """Hold everything chosen for as long again. What had run out is taken anew where it is still there.

    Returns the items whose variant somebody else has meanwhile. Raises NotADraft.
    """
    with writing():
        basket, _ = locked_draft(exchange_id, now, actor)
        minutes = basket.policy.hold_minutes
        holds.extend(exchange_id, minutes, now)
        lost = holds.hold_all(basket.wanted(), minutes, now)
        return [item for item in basket.items if item.id in lost]


def set_address(exchange_id: int, address: Address, now: datetime, *, actor: str = SHOPPER) -> None:
    """Send the replacement elsewhere. Raises NotADraft, CannotChoose where policy keeps it."""
    with writing():
        basket, draft = locked_draft(exchange_id, now, actor)
        if not basket.policy.address_editable:
            raise CannotChoose("name", "This shop sends exchanges to the address of the order.")
        draft.shipping_address = address.to_data()
        draft.updated_at = now
        note_choice(exchange_id, actor, "address changed", {}, now)


def set_recipient(
    exchange_id: int, recipient: Recipient, now: datetime, *, actor: str = GIFT_RECIPIENT
) -> None:
    """Who received the gift, in their own words. Raises NotADraft."""
    with writing():
        _, draft = locked_draft(exchange_id, now, actor)
        draft.recipient_email = recipient.email
        draft.shipping_address = recipient.address.to_data()
        draft.updated_at = now
        note_choice(exchange_id, actor, "recipient named", {}, now)


def _told(item: BasketItem, variant: VariantFacts | None) -> dict[str, int | str | None]:
    """A wish for the audit trail: ids and codes."""
    return {
        "item": item.id,
        "reason": item.reason,
        "outcome": item.outcome,
        "variant": variant.id if variant else None,
    }


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
