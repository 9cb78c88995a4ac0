"""Screen 6: confirmation and status in one page; htmx polls its moving part until it rests."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import segno
from flask import g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from app.domain.collecting import Collecting
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, Status
from app.domain.quote import Quote
from app.models import Exchange
from app.queries.exchanges import has_been_paying, submitted_exchange
from app.services.baskets import Basket, load_basket
from app.services.return_labels import label_address
from app.services.settled_sum import ending_of, units_left
from app.services.tracking import order_sent_by
from app.web import access
from app.web.acting import screen
from app.web.clock import now
from app.web.rendering import all_anew, render_page, wants_partial
from app.web.shopper import blueprint
from app.web.shopper.afterwards import chain_links, new_start, way_back
from app.web.shopper.open_exchange import ask_for_a_fact
from app.web.shopper.pages import ReturnNote, ReviewItem, StatusPage
from app.web.shopper.paid_how import kept_words
from app.web.shopper.parts import explained, in_words, leaves_words, swaps
from app.web.shopper.paying import paying_page
from app.web.shopper.progress import headline, is_settled, lead, steps, trouble
from app.web.shopper.sums import difference_of_part, explained_difference, sum_rows


@blueprint.get("/exchanges/<public_id>")
def status(public_id: str) -> AnyResponse:
    """Where an exchange stands; a draft is shown where it is being chosen."""
    found = access.exchange_if_open(public_id)
    if found is None:
        return ask_for_a_fact()
    exchange = submitted_exchange(found.id)
    quote = exchange.quote if exchange else None
    if found.state is Status.EXPIRED and quote is None:
        return render_page("shopper/draft_ended.html", again_url=screen("choose_again", public_id=public_id))
    if wants_partial() and request.args.get("awaits") and found.state is not Status.AWAITING_PAYMENT:
        return all_anew()  # it awaited a payment, and everything is different now
    if exchange is None or quote is None:
        page = "review" if has_been_paying(found.id) else "items"
        return redirect(screen(page, public_id=public_id), 303)
    if exchange.state is Status.AWAITING_PAYMENT:
        return paying_page(exchange.id)
    basket = load_basket(exchange.id, now())
    return render_page(
        "shopper/status.html",
        "shopper/_status_progress.html",
        page=_page(exchange, basket, quote),
        post_url=request.path,
    )


def _page(exchange: Exchange, basket: Basket, quote: Quote) -> StatusPage:
    reasons, end = explained(basket, quote), ending_of(exchange, quote)
    sent, whole = order_sent_by(exchange), not exchange.given_back
    return StatusPage(
        reference=exchange.reference or "",
        order_number=basket.order.number,
        headline=headline(exchange),
        lead=lead(exchange, sent),
        platform_order=exchange.platform_order,
        steps=steps(exchange, quote, sent),
        return_note=return_note(exchange, basket),
        items=swaps(basket) if whole else placed_swaps(exchange, basket),
        rows=sum_rows(reasons) if whole else (),
        difference=explained_difference(reasons) if whole else difference_of_part(end, in_words),
        collected_later=end.due > 0 and exchange.collect in (None, Collecting.LATER),
        paid_how=kept_words(exchange),
        trouble=trouble(exchange),
        settled=is_settled(exchange),
        sum_url=screen("status_sum", public_id=exchange.public_id) if whole else "",
        chain=chain_links(exchange),
        undo=way_back(exchange),
        again_url=new_start(exchange),
        chosen_kept=exchange.state is Status.EXPIRED,
        ended=exchange.state in ENDED_WITHOUT_PLACING,
    )


def placed_swaps(exchange: Exchange, basket: Basket) -> tuple[ReviewItem, ...]:
    """What goes back and what comes of an exchange that is placed in part; the rest is kept."""
    left = units_left(exchange, [(item.id, item.line.id, item.quantity) for item in basket.items])
    shown = zip(basket.items, swaps(basket), strict=True)
    return tuple(replace(swap, quantity=left[item.id]) for item, swap in shown if left[item.id])


def return_note(exchange: Exchange, basket: Basket) -> ReturnNote | None:
    """How the goods go back, while they shall; the QR code carries the RMA and nothing else."""
    if not exchange.rma or exchange.send_by is None or exchange.rma_closed_at or exchange.waits_for_a_person:
        return None
    drawing = segno.make(exchange.rma, micro=False).svg_inline(scale=4, border=2, omitsize=True)
    units = Counter(basket.units_by_line())
    for each in exchange.given_back or ():
        units[each["line"]] -= each["units"]
    lines = dict.fromkeys(item.line for item in basket.items if units[item.line.id] > 0)
    items = tuple(
        f"{line.title}, {leaves_words(line)}" + (f" × {units[line.id]}" if units[line.id] > 1 else "")
        for line in lines
    )
    return ReturnNote(exchange.rma, drawing, exchange.send_by, items, _label_url(exchange, basket))


def _label_url(exchange: Exchange, basket: Basket) -> str | None:
    if not g.store.label_url:
        return None
    rma, reference = exchange.rma or "", exchange.reference or ""
    return label_address(g.store.label_url, rma=rma, order=basket.order.number, reference=reference)
