"""Screen 3: why, and what instead, for one item; the same address serves page and partial."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.services.baskets import GIFT_CARD, PRODUCT, VARIANT, Basket, BasketItem, load_basket
from app.services.choosing import CannotChoose, NotADraft
from app.services.draft_exchange import choose_replacement, keep_longer
from app.services.other_products import offers_other_products
from app.services.wishes import Wish, missing
from app.web import access
from app.web.acting import actor, screen
from app.web.clock import now
from app.web.rendering import render_page, wants_partial
from app.web.shopper import blueprint
from app.web.shopper.choices import (
    offers_same_again,
    option_groups,
    reason_said,
    replacement_page,
    same_options,
    units_said,
)
from app.web.shopper.items import next_page
from app.web.shopper.other_products import product_said, search_address, search_said
from app.web.shopper.shelf import freshen, freshen_next

Errors = list[tuple[str, str]]


@blueprint.get("/exchanges/<public_id>/items/<int:item_id>")
def replacement(public_id: str, item_id: int) -> AnyResponse:
    """One item with its reason and its possible replacements."""
    basket = load_basket(access.require_exchange(public_id).id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("status", public_id=public_id), 303)
    return _page(basket, _item(basket, item_id), [], 200)


@blueprint.post("/exchanges/<public_id>/items/<int:item_id>")
def choose_for_item(public_id: str, item_id: int) -> AnyResponse:
    """Keep the wish; `continue` goes on once it is complete, anything else stays here."""
    exchange = access.require_exchange(public_id)
    basket = load_basket(exchange.id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("status", public_id=public_id), 303)
    if freshen(_item(basket, item_id)):
        basket = load_basket(exchange.id, now())
    wish = _wish(basket, _item(basket, item_id))
    try:
        choose_replacement(exchange.id, item_id, wish, now(), actor=actor())
        if request.form.get("action") == "keep":
            keep_longer(exchange.id, now(), actor=actor())
    except NotADraft:
        return redirect(screen("status", public_id=public_id), 303)
    except CannotChoose as refused:
        asked = _as_asked(basket.item(item_id), wish)
        return _page(basket, asked, _placed(refused.field, refused.sentence, basket, asked), 422)
    return _after(load_basket(exchange.id, now()), item_id)


def _after(basket: Basket, item_id: int) -> AnyResponse:
    item = basket.item(item_id)
    if request.form.get("action") != "continue":
        if wants_partial():
            return _page(basket, item, [], 200)
        looking = item.outcome == PRODUCT and item.product_id is None
        return redirect(search_address(basket, item, search_said()) if looking else request.path, 303)
    wanted = missing(basket, item)
    if wanted:
        return _page(basket, item, _placed(*wanted, basket, item), 422)
    freshen_next(basket)
    return redirect(next_page(basket), 303)


def _item(basket: Basket, item_id: int) -> BasketItem:
    try:
        return basket.item(item_id)
    except KeyError:
        abort(404)


def _wish(basket: Basket, item: BasketItem) -> Wish:
    """What the form says, read against what is offered; anything else counts as not said."""
    reason = reason_said(basket)
    same_again = offers_same_again(basket, replace(item, reason=reason))
    outcome = _outcome(basket, others=bool(same_options(basket, item)) or same_again)
    product_id = product_said() if outcome == PRODUCT else None
    return Wish(
        reason=reason,
        outcome=outcome,
        options=_options_said(basket, item) if product_id == item.product_id else {},
        same_again=same_again and outcome == VARIANT,
        units=units_said(),
        product_id=product_id,
    )


def _options_said(basket: Basket, item: BasketItem) -> dict[str, str]:
    """The options by their places on the page that was sent: those of the product it showed."""
    names = dict.fromkeys(name for v in basket.choices_for(item) for name, _ in v.options)
    said = {name: request.form.get(f"option-{place}", "") for place, name in enumerate(names)}
    return {name: value for name, value in said.items() if value}


def _outcome(basket: Basket, others: bool) -> str | None:
    """`only_way` is what a page says that had nothing to choose from: it counts while that is still so."""
    said = request.form.get("outcome") or (None if others else request.form.get("only_way"))
    if said == GIFT_CARD and basket.policy.gift_card:
        return GIFT_CARD
    if said == PRODUCT and offers_other_products(basket):
        return PRODUCT
    return VARIANT if said == VARIANT and others else None


def _as_asked(item: BasketItem, wish: Wish) -> BasketItem:
    """The item as the refused form had it, so that nothing typed is lost."""
    product_id = item.product_id if wish.product_id == item.product_id else None
    return replace(
        item,
        reason=wish.reason,
        outcome=wish.outcome,
        option_choice=wish.options,
        variant=None,
        product_id=product_id,
    )


def _placed(field: str, sentence: str, basket: Basket, item: BasketItem) -> Errors:
    """The error at the place it belongs: the first option still open, or the last one."""
    if field != "options":
        return [(field, sentence)]
    if item.outcome == PRODUCT and item.product_id is None:
        return [("product", sentence)]
    groups = option_groups(basket, item)
    open_group = next((g for g in groups if not any(c.checked for c in g.choices)), None)
    place = open_group or (groups[-1] if groups else None)
    return [(place.field if place else "outcome", sentence)]


def _page(basket: Basket, item: BasketItem, errors: Errors, status: int) -> Response:
    return render_page(
        "shopper/replacement.html",
        "shopper/_replacement_choice.html",
        status=status,
        page=replacement_page(basket, item),
        errors=errors,
        post_url=request.path,
    )
