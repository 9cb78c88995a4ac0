"""Confirmation and status of a gift's exchange; htmx polls its moving part until it rests.

A browser that has not opened it yet is led to the entrance, whatever the address: one that leads nowhere
looks the same.
"""

from __future__ import annotations

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, Status
from app.domain.quote import Quote
from app.domain.signed_link import Purpose
from app.models import Exchange
from app.queries.exchanges import submitted_exchange
from app.services.baskets import Basket, load_basket
from app.services.cancelling import cancellable
from app.web import access
from app.web.acting import is_acting, screen
from app.web.clock import now
from app.web.rendering import render_page, wants_partial
from app.web.shopper import blueprint
from app.web.shopper.gift.pages import GiftStatus
from app.web.shopper.gift.parts import gift_swaps
from app.web.shopper.gift.progress import headline, is_settled, lead, steps, trouble
from app.web.shopper.pages import Undo
from app.web.shopper.status import return_note


@blueprint.get("/gifts/<public_id>")
def gift_status(public_id: str) -> AnyResponse:
    """Where it stands; a draft is shown where it is being chosen."""
    found = access.exchange_if_open(public_id, Purpose.GIFT)
    if found is None:
        return abort(404) if wants_partial() else redirect(url_for("shopper.gift"), 303)
    exchange = submitted_exchange(found.id)
    quote = exchange.quote if exchange else None
    if found.state is Status.EXPIRED and quote is None:
        again_url = url_for("shopper.choose_gift_again", public_id=public_id)
        return render_page("shopper/draft_ended.html", again_url=again_url)
    if exchange is None or quote is None:
        return redirect(screen("gift_items", public_id=public_id), 303)
    return render_page(
        "gift/status.html",
        "shopper/_status_progress.html",
        page=_page(exchange, load_basket(exchange.id, now()), quote),
        post_url=request.path,
    )


def _page(exchange: Exchange, basket: Basket, quote: Quote) -> GiftStatus:
    ended = exchange.state in ENDED_WITHOUT_PLACING
    return GiftStatus(
        reference=exchange.reference or "",
        order_number=basket.order.number,
        headline=headline(exchange),
        lead=lead(exchange),
        platform_order=exchange.platform_order,
        steps=steps(exchange, quote),
        return_note=return_note(exchange, basket),
        items=gift_swaps(basket),
        card=quote.card is not None and not ended,
        trouble=trouble(exchange),
        settled=is_settled(exchange),
        ended=ended,
        undo=_way_back(exchange),
        again_url=url_for("shopper.choose_gift_again", public_id=exchange.public_id)
        if ended and not exchange.occupies_order and not is_acting()
        else None,
    )


def _way_back(exchange: Exchange) -> Undo | None:
    if not cancellable(exchange, now()):
        return None
    until = None if exchange.waits_for_a_person else exchange.release_at
    return Undo(screen("gift_undo", public_id=exchange.public_id), until)
