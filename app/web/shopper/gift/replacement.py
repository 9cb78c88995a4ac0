"""Why, and what instead, for one item of a gift; the same address serves page and partial."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.services.baskets import GIFT_CARD, VARIANT, Basket, BasketItem, load_basket
from app.services.choosing import CannotChoose, NotADraft
from app.services.desk_drafts import GIFT_RECIPIENT
from app.services.draft_exchange import choose_replacement, keep_longer
from app.services.quotes import credit_is_nothing
from app.services.wishes import Wish, missing
from app.web import access
from app.web.acting import actor, screen
from app.web.clock import now
from app.web.rendering import render_page, wants_partial
from app.web.shopper import blueprint
from app.web.shopper.choices import (
    offers_same_again,
    option_groups,
    picture_of,
    reason_choices,
    reason_said,
    stock_of,
    units_said,
)
from app.web.shopper.gift.pages import GiftChoice
from app.web.shopper.gift.parts import chosen_so_far, next_gift_page
from app.web.shopper.parts import leaves_words
from app.web.shopper.shelf import freshen, freshen_next

Errors = list[tuple[str, str]]


@blueprint.get("/gifts/<public_id>/items/<int:item_id>")
def gift_replacement(public_id: str, item_id: int) -> AnyResponse:
    """One item with its reason and what may come instead."""
    basket = load_basket(access.require_gift(public_id).id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("gift_status", public_id=public_id), 303)
    return _page(basket, _item(basket, item_id), [], 200)


@blueprint.post("/gifts/<public_id>/items/<int:item_id>")
def choose_for_gift_item(public_id: str, item_id: int) -> AnyResponse:
    """Keep the wish; `continue` goes on once it is complete, `keep` holds it for longer."""
    exchange = access.require_gift(public_id)
    basket = load_basket(exchange.id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("gift_status", public_id=public_id), 303)
    if freshen(_item(basket, item_id)):
        basket = load_basket(exchange.id, now())
    item = _item(basket, item_id)
    wish = _wish(basket, item)
    try:
        if request.form.get("action") == "keep":
            keep_longer(exchange.id, now(), actor=actor(GIFT_RECIPIENT))
        else:
            choose_replacement(exchange.id, item_id, wish, now(), actor=actor(GIFT_RECIPIENT))
    except NotADraft:
        return redirect(screen("gift_status", public_id=public_id), 303)
    except CannotChoose as refused:
        asked = replace(
            item, reason=wish.reason, outcome=wish.outcome, option_choice=wish.options, variant=None
        )
        return _page(basket, asked, _placed(refused.field, refused.sentence, basket, asked), 422)
    return _after(load_basket(exchange.id, now()), item_id)


def _after(basket: Basket, item_id: int) -> AnyResponse:
    item = basket.item(item_id)
    if request.form.get("action") != "continue":
        return _page(basket, item, [], 200) if wants_partial() else redirect(request.path, 303)
    wanted = missing(basket, item)
    if wanted:
        return _page(basket, item, _placed(*wanted, basket, item), 422)
    freshen_next(basket)
    return redirect(next_gift_page(basket), 303)


def _item(basket: Basket, item_id: int) -> BasketItem:
    try:
        return basket.item(item_id)
    except KeyError:
        abort(404)


def _wish(basket: Basket, item: BasketItem) -> Wish:
    """What the form says, read against what is offered; anything else counts as not said."""
    reason = reason_said(basket)
    names = list(dict.fromkeys(name for v in basket.choices_for(item) for name, _ in v.options))
    options = {name: request.form.get(f"option-{place}", "") for place, name in enumerate(names)}
    same_again = offers_same_again(basket, replace(item, reason=reason))
    outcome = _outcome(basket, others=bool(names) or same_again)
    return Wish(
        reason=reason,
        outcome=outcome,
        options={name: value for name, value in options.items() if value},
        same_again=same_again and outcome == VARIANT,
        units=units_said(),
    )


def _outcome(basket: Basket, others: bool) -> str | None:
    said = request.form.get("outcome") or (None if others else request.form.get("only_way"))
    if said == GIFT_CARD and basket.policy.gift_card:
        return GIFT_CARD
    return VARIANT if said == VARIANT and others else None


def _placed(field: str, sentence: str, basket: Basket, item: BasketItem) -> Errors:
    """The error at the place it belongs: the first option still open, or the last one."""
    if field != "options":
        return [(field, sentence)]
    groups = option_groups(basket, item)
    open_group = next((g for g in groups if not any(c.checked for c in g.choices)), None)
    place = open_group or (groups[-1] if groups else None)
    return [(place.field if place else "outcome", sentence)]


def _page(basket: Basket, item: BasketItem, errors: Errors, status: int) -> Response:
    return render_page(
        "gift/replacement.html",
        "gift/_replacement_choice.html",
        status=status,
        page=_shown(basket, item),
        errors=errors,
        post_url=request.path,
    )


def _shown(basket: Basket, item: BasketItem) -> GiftChoice:
    ids = [other.id for other in basket.items]
    held = basket.held(item)
    return GiftChoice(
        order_number=basket.order.number,
        position=ids.index(item.id) + 1,
        of=len(ids),
        title=item.line.title,
        variant=leaves_words(item.line),
        quantity=item.quantity,
        most_units=basket.most_units(item),
        picture=picture_of(basket, item),
        reasons=reason_choices(basket, item),
        options=option_groups(basket, item),
        same_again=offers_same_again(basket, item),
        card=basket.policy.gift_card and not credit_is_nothing(basket, item),
        card_checked=item.outcome == GIFT_CARD,
        stock=stock_of(basket, item),
        chosen_variant=item.variant.words if item.variant else None,
        held_until=held.expires_at if held else None,
        can_hold_longer=held is not None and held.extendable,
        chosen=chosen_so_far(basket),
        back_url=_back(basket, ids.index(item.id)),
    )


def _back(basket: Basket, place: int) -> str:
    if place == 0:
        return screen("gift_items", public_id=basket.public_id)
    before = basket.items[place - 1].id
    return screen("gift_replacement", public_id=basket.public_id, item_id=before)
