"""Choose what to exchange of a gift. What cannot be exchanged stays, without telling what happened to it."""

from __future__ import annotations

from flask import Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.domain.facts import LineFacts
from app.domain.gift import words_for_recipient
from app.services.baskets import Basket, load_basket
from app.services.choosing import CannotChoose, NotADraft
from app.services.desk_drafts import GIFT_RECIPIENT
from app.services.draft_exchange import choose_items
from app.web import access
from app.web.acting import actor, screen
from app.web.clock import now
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.gift.pages import GiftItems, GiftLine
from app.web.shopper.gift.parts import chosen_so_far, next_gift_page
from app.web.shopper.items import Typed, typed_lines, way_out
from app.web.shopper.parts import line_picture
from app.web.shopper.shelf import freshen_next

CANNOT = "This item cannot be exchanged. Please choose another one."


@blueprint.get("/gifts/<public_id>/items")
def gift_items(public_id: str) -> AnyResponse:
    """What was in the parcel, as chosen so far."""
    basket = load_basket(access.require_gift(public_id).id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("gift_status", public_id=public_id), 303)
    return _page(basket, None, [], 200)


@blueprint.post("/gifts/<public_id>/items")
def choose_gift_items(public_id: str) -> AnyResponse:
    """Keep the ticked lines and go on."""
    exchange = access.require_gift(public_id)
    typed, errors = typed_lines()
    try:
        if not errors:
            choose_items(exchange.id, typed, now(), actor=actor(GIFT_RECIPIENT))
            basket = load_basket(exchange.id, now())
            freshen_next(basket)
            return redirect(next_gift_page(basket), 303)
    except NotADraft:
        return redirect(screen("gift_status", public_id=public_id), 303)
    except CannotChoose as refused:
        # A line's sentence may tell what became of it; its own card says what a recipient may read.
        foreign = refused.field.startswith("line-")
        errors = [("line", CANNOT) if foreign else (refused.field, refused.sentence)]
    return _page(load_basket(exchange.id, now()), typed, errors, 422)


def _page(basket: Basket, typed: Typed | None, errors: list[tuple[str, str]], status: int) -> Response:
    chosen = basket.units_by_line() if typed is None else typed
    page = GiftItems(
        order_number=basket.order.number,
        lines=tuple(_line(basket, line, chosen) for line in basket.order.lines),
        once_only=basket.one_exchange_only,
        chosen=chosen_so_far(basket),
    )
    return render_page("gift/items.html", status=status, page=page, errors=errors, post_url=request.path)


def _line(basket: Basket, line: LineFacts, chosen: Typed) -> GiftLine:
    verdicts = basket.eligibility(line)
    refusal = verdicts.refusal
    way_words, way_out_url = way_out(basket, verdicts)
    return GiftLine(
        id=line.id,
        picture=line_picture(basket, line),
        title=line.title,
        variant=line.variant_words,
        quantity=max(line.open_units, 1),
        chosen_quantity=min(chosen.get(line.id, line.open_units), max(line.open_units, 1)),
        chosen=line.id in chosen and refusal is None,
        eligible=refusal is None,
        until=verdicts.until if refusal is None else None,
        refusal=f"{words_for_recipient(refusal)}." if refusal else None,
        way_out=way_words,
        way_out_url=way_out_url,
        by_hand=bool(verdicts.doubts),
    )
