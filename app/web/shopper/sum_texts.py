"""The sum with its reasons as a text to keep: of a draft from Review, of an exchange from its status page.

Both are read from the same quote as the page they are linked from.
"""

from __future__ import annotations

from flask import Response, g, make_response, redirect
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.domain.quote import Quote
from app.queries.exchanges import submitted_exchange
from app.services.baskets import Basket, load_basket
from app.services.quotes import quote
from app.web import access
from app.web.acting import screen
from app.web.clock import now
from app.web.filters import day_time
from app.web.shopper import blueprint
from app.web.shopper.parts import explained
from app.web.shopper.sums import sum_text


@blueprint.get("/exchanges/<public_id>/review/sum.txt")
def review_sum(public_id: str) -> AnyResponse:
    """The sum as Review shows it now. Once confirmed, the status page has the one that counts."""
    basket = load_basket(access.require_exchange(public_id).id, now())
    if basket.status is not Status.DRAFT:
        return redirect(screen("status", public_id=public_id), 303)
    current = quote(basket)
    if current is None:
        return redirect(screen("items", public_id=public_id), 303)
    return _text(basket, current, f"Order {basket.order.number}, not confirmed yet")


@blueprint.get("/exchanges/<public_id>/sum.txt")
def status_sum(public_id: str) -> AnyResponse:
    """The sum that was confirmed."""
    exchange = submitted_exchange(access.require_exchange(public_id).id)
    frozen = exchange.quote if exchange else None
    if exchange is None or frozen is None:
        return redirect(screen("status", public_id=public_id), 303)
    basket = load_basket(exchange.id, now())
    return _text(basket, frozen, f"Exchange {exchange.reference} of order {basket.order.number}")


def _text(basket: Basket, current: Quote, title: str) -> Response:
    at = day_time(now(), g.store.locale, g.store.time_zone)
    head = f"{g.store.name}\n{title}\nAs of {at} ({g.store.time_zone})\n\n"
    answer = make_response(head + sum_text(explained(basket, current)))
    answer.mimetype = "text/plain"
    answer.headers["Content-Disposition"] = 'attachment; filename="sum.txt"'
    return answer
