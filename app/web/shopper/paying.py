"""Screen 5: to the provider's page and back. Looking changes nothing; only the provider's record decides.

The address that the shopper comes back to is the exchange's own page, whatever happened at the provider.
"""

from __future__ import annotations

from flask import Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.domain.policy import Release
from app.models import Exchange, Payment, PaymentState
from app.queries.exchanges import submitted_exchange
from app.services.baskets import load_basket
from app.services.cancelling import cancel_exchange
from app.services.leaving_payment import Left, leave_payment
from app.services.payment_attempts import TooManyTries, last_payment
from app.services.payment_pages import NEVER, Cashier, open_page
from app.services.starting_to_pay import start_to_pay
from app.services.tills import till_for
from app.web import access
from app.web.acting import is_acting, screen
from app.web.clock import now
from app.web.filters import clock_time
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.pages.paying import PayingPage
from app.web.shopper.parts import explained, in_words, swaps
from app.web.shopper.sums import explained_difference, sum_rows

SAVED = "Nothing was charged and your exchange is saved."
NOT_OPENED = "The payment page could not be opened. Try again in a moment, or choose something else."
UNPAYABLE = (
    f"This amount cannot be paid on the payment page. {SAVED} The shop knows of it. Choose something else, or"
    " get in touch with the shop."
)
STUCK = "We could not reach the payment provider to close its page, so nothing was changed. Try again soon."

ODD = (
    "Your payment needs a person",
    "What the payment provider reserved is not what was asked for. It is given back, and a person at the shop"
    " looks at it.",
)


@blueprint.post("/exchanges/<public_id>/pay")
def pay(public_id: str) -> AnyResponse:
    """To the provider's page: the one that is open, else a new one."""
    found = access.require_exchange(public_id)
    if found.state is not Status.AWAITING_PAYMENT:
        return _status(public_id)
    try:
        payment_id = start_to_pay(found.id, own_address(public_id), now())
    except TooManyTries as many:
        return paying_page(found.id, too_many(many), 409)
    return to_provider(public_id, payment_id)


@blueprint.post("/exchanges/<public_id>/pay/back")
def leave_paying(public_id: str) -> AnyResponse:
    """Back to choosing, once nothing can be paid any more. What a person said yes to is cancelled instead."""
    found = access.require_exchange(public_id)
    exchange = submitted_exchange(found.id)
    if exchange is None or exchange.state is not Status.AWAITING_PAYMENT:
        return _status(public_id)
    if exchange.pay_until is not None:
        cancel_exchange(exchange.id, "shopper", now())
        return _status(public_id)
    came_to = leave_payment(cashier(), found.id, now())
    if came_to is Left.STUCK:
        return paying_page(found.id, STUCK, 503)
    if came_to is Left.DRAFT:
        return redirect(url_for("shopper.review", public_id=public_id), 303)
    return _status(public_id)


def cashier() -> Cashier:
    """What speaks with payment providers."""
    found: Cashier = current_app.extensions["evenly.cashier"]
    return found


def own_address(public_id: str) -> str:
    """The exchange's own page, whole: at the address that this browser reaches the portal by."""
    return url_for("shopper.status", public_id=public_id, _external=True)


def to_provider(public_id: str, payment_id: int | None) -> AnyResponse:
    """Send the browser to the page of this try; without one, to where the exchange says so."""
    if is_acting():
        return _status(public_id)  # an agent never pays: where something is due first, the shopper confirms
    address = open_page(cashier(), payment_id, now()) if payment_id is not None else None
    return redirect(address, 303) if address else _status(public_id)


def charged_later(exchange: Exchange) -> str:
    """When what is reserved is charged, and what the card's statement shows."""
    instant = exchange.release == Release.INSTANT
    when = "when the shop has taken the exchange" if instant else "once you can no longer cancel"
    return f"It is charged {when}. {on_the_statement(exchange)}"


def on_the_statement(exchange: Exchange) -> str:
    """What the payment is known by on the card's statement, as the provider was asked to write it."""
    return f"Your card's statement shows it with {exchange.reference}."


def too_many(tries: TooManyTries) -> str:
    """What somebody reads who has opened as many payment pages as one may."""
    at = clock_time(tries.until, g.store.locale, g.store.time_zone)
    return f"You have tried to pay several times within an hour. {SAVED} You can try again after {at}."


def paying_page(exchange_id: int, problem: str = "", status: int = 200) -> Response:
    """The exchange while it awaits its payment."""
    exchange = submitted_exchange(exchange_id)
    if exchange is None:
        raise LookupError(f"exchange {exchange_id} awaits nothing")
    return render_page(
        "shopper/paying.html",
        "shopper/_paying.html",
        status=status,
        page=_page(exchange, last_payment(exchange.id), problem),
        post_url=request.path,
    )


def _page(exchange: Exchange, payment: Payment | None, problem: str) -> PayingPage:
    basket, quote = load_basket(exchange.id, now()), exchange.quote
    if quote is None:
        raise LookupError(f"exchange {exchange.id} awaits payment without a sum")
    counter = till_for(cashier().connections, quote.currency)
    g.form_targets = counter.origins if counter else ()
    reasons = explained(basket, quote)
    state = payment.standing if payment else None
    link = exchange.pay_until is not None
    odd = not link and payment is not None and payment.payment is not None
    headline, lead = ODD if odd else _words(exchange, state)
    return PayingPage(
        reference=exchange.reference or "",
        order_number=basket.order.number,
        headline=headline,
        lead=lead,
        items=swaps(basket),
        rows=sum_rows(reasons),
        difference=explained_difference(reasons),
        sum_url=url_for("shopper.status_sum", public_id=exchange.public_id),
        status_url=url_for("shopper.status", public_id=exchange.public_id),
        pay_url=url_for("shopper.pay", public_id=exchange.public_id),
        button=None if odd else f"Pay {in_words(exchange.amount_due or 0)}",
        back_url=url_for("shopper.leave_paying", public_id=exchange.public_id),
        back_words="Cancel exchange" if link else "Back to my exchange",
        waits=state in (PaymentState.OPEN, PaymentState.CLOSING),
        problem=problem or (_not_opened(payment) if payment else ""),
        declined=(payment.declined or "") if payment else "",
        until=exchange.pay_until,
        later=f"The amount is reserved first. {charged_later(exchange)}",
    )


def _not_opened(payment: Payment) -> str:
    """Why there is no page to pay on; empty where there is."""
    if payment.standing is not PaymentState.OPENING or not payment.problem:
        return ""
    return UNPAYABLE if payment.problem.startswith(NEVER) else NOT_OPENED


def _words(exchange: Exchange, state: PaymentState | None) -> tuple[str, str]:
    """Headline and lead."""
    if state is PaymentState.OPEN:
        return (
            "Waiting for your payment",
            "As soon as the payment provider tells us that you have paid, your exchange is confirmed. Until"
            " then everything is kept for you.",
        )
    if exchange.pay_until is not None:
        return (
            "The shop has said yes",
            "Pay the difference and your exchange goes ahead. Nothing was charged yet.",
        )
    return "Your exchange is not paid yet", SAVED


def _status(public_id: str) -> AnyResponse:
    return redirect(screen("status", public_id=public_id), 303)
