"""Screen 2: choose the items. Lines that cannot be exchanged stay, with the reason and a way out."""

from __future__ import annotations

from flask import Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.eligibility import Eligibility
from app.domain.exchange_status import Status
from app.domain.facts import LineFacts
from app.domain.money import round_half_even
from app.domain.overrides import to_override
from app.services.baskets import Basket, load_basket
from app.services.choosing import CannotChoose, NotADraft
from app.services.draft_exchange import choose_items
from app.web import access
from app.web.acting import actor, is_acting, screen
from app.web.clock import now
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.pages import ItemsPage, LineCard
from app.web.shopper.parts import line_picture, summary
from app.web.shopper.shelf import freshen_next

Typed = dict[int, int]


@blueprint.get("/exchanges/<public_id>/items")
def items(public_id: str) -> AnyResponse:
    """The order's lines, as chosen so far."""
    exchange = access.require_exchange(public_id)
    basket = load_basket(exchange.id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("status", public_id=public_id), 303)
    return _page(basket, None, [], 200)


@blueprint.post("/exchanges/<public_id>/items")
def choose(public_id: str) -> AnyResponse:
    """Keep the ticked lines and go on to the first that wants a replacement."""
    exchange = access.require_exchange(public_id)
    typed, errors = typed_lines()
    try:
        if not errors:
            choose_items(exchange.id, typed, now(), actor=actor())
            basket = load_basket(exchange.id, now())
            freshen_next(basket)
            return redirect(next_page(basket), 303)
    except NotADraft:
        return redirect(screen("status", public_id=public_id), 303)
    except CannotChoose as refused:
        errors = [(refused.field, refused.sentence)]
    return _page(load_basket(exchange.id, now()), typed, errors, 422)


def next_page(basket: Basket) -> str:
    """Where a draft goes on: the first unsettled item, else Review."""
    item = basket.unsettled()
    if item is None:
        return screen("review", public_id=basket.public_id)
    return screen("replacement", public_id=basket.public_id, item_id=item.id)


def typed_lines() -> tuple[Typed, list[tuple[str, str]]]:
    """The ticked lines with their quantities, and what of it cannot be read."""
    typed: Typed = {}
    errors = []
    for text in request.form.getlist("line"):
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            errors.append(("line", "One of these items is not part of this order."))
            continue
        number = request.form.get(f"quantity-{text}", "1").strip()
        if not (number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= 1000):
            errors.append((f"quantity-{text}", "Choose a quantity from the list."))
            number = "1"
        typed[int(text)] = int(number)
    return typed, errors


def _page(basket: Basket, typed: Typed | None, errors: list[tuple[str, str]], status: int) -> Response:
    chosen = basket.units_by_line() if typed is None else typed
    page = ItemsPage(
        order_number=basket.order.number,
        lines=tuple(_card(basket, line, chosen) for line in basket.order.lines),
        once_only=basket.one_exchange_only,
        summary=summary(basket),
    )
    return render_page("shopper/items.html", status=status, page=page, errors=errors, post_url=request.path)


def _card(basket: Basket, line: LineFacts, chosen: Typed) -> LineCard:
    verdicts = basket.eligibility(line)
    refusal = verdicts.refusal
    way_words, way_out_url = way_out(basket, verdicts)
    return LineCard(
        id=line.id,
        picture=line_picture(basket, line),
        title=line.title,
        variant=line.variant_words,
        paid_each=_paid_each(basket, line),
        quantity=max(line.open_units, 1),
        chosen_quantity=min(chosen.get(line.id, line.open_units), max(line.open_units, 1)),
        chosen=line.id in chosen and refusal is None,
        eligible=refusal is None,
        until=verdicts.until if refusal is None and not verdicts.overridden else None,
        refusal=f"{refusal.shopper}." if refusal else None,
        way_out=way_words,
        way_out_url=way_out_url,
        by_hand=bool(verdicts.doubts),
        exception=bool(verdicts.overridden),
    )


def way_out(basket: Basket, verdicts: Eligibility) -> tuple[str | None, str | None]:
    """Whom to ask where a line is refused; an agent can make the exception, where one can be made."""
    if verdicts.refusal is None:
        return None, None
    if is_acting():
        rules_url = screen("exceptions", public_id=basket.public_id)
        return ("Make an exception", rules_url) if to_override(verdicts) else ("See the rules", rules_url)
    help_url = g.store.help_url or (f"mailto:{g.store.support_email}" if g.store.support_email else None)
    return ("Ask us about an exception", help_url) if help_url else (None, None)


def _paid_each(basket: Basket, line: LineFacts) -> int | None:
    """None where the order was paid in another currency: pages write amounts in the store's."""
    if basket.order.currency != basket.store.currency:
        return None
    return round_half_even(line.net + line.tax, line.quantity)
