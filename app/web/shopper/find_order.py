"""Screen 1: find your order. One answer for every failure, and failures only are counted."""

from __future__ import annotations

from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.order_number import number_key
from app.domain.signed_link import Purpose
from app.services.draft_exchange import open_draft
from app.services.find_order import NoMatch, find_gift, find_order
from app.services.mailing import mail_is_on
from app.services.platform_reading import PlatformSilent
from app.services.refreshing import refresh_for_look_up
from app.web import access, throttles
from app.web.clock import now
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.forms import FindOrderForm
from app.web.shopper.reading import reader

NO_MATCH = "We could not match those details. Check the order number and the email or postcode."
SILENT = "We cannot look your order up at the moment. Please try again in a few minutes."


@blueprint.get("/")
def front() -> Response:
    """The empty form."""
    return _form(FindOrderForm(), 200)


@blueprint.post("/")
def find() -> AnyResponse:
    """Look up, gain access, and go where this order stands."""
    form = FindOrderForm()
    if not form.validate_on_submit():
        return _form(form, 422)
    number, fact = form.order_number.data or "", form.email_or_postcode.data or ""
    key = number_key(number)
    throttles.require_room(g.store.id, key)
    try:
        return redirect(_found(number, fact), 303)
    except NoMatch:
        throttles.count_failure(g.store.id, key)
        return _form(form, 422, NO_MATCH)
    except PlatformSilent:
        throttles.count_failure(g.store.id, key)
        return _form(form, 503, SILENT)


@blueprint.post("/leave")
def leave() -> AnyResponse:
    """End this browser's access, for a shared computer."""
    access.leave()
    return redirect(url_for("shopper.front"), 303)


def enter(order_id: int) -> str:
    """Give this browser the order in its buyer's view: the address of its draft or its exchange."""
    session_id = access.grant(order_id, Purpose.BUYER, now())
    public_id = open_draft(order_id, session_id, now())
    return url_for("shopper.items", public_id=public_id)


def enter_gift(order_id: int) -> str:
    """The same in the view of a gift's recipient."""
    session_id = access.grant(order_id, Purpose.GIFT, now())
    public_id = open_draft(order_id, session_id, now(), gift=True)
    return url_for("shopper.gift_items", public_id=public_id)


def _found(number: str, fact: str) -> str:
    """Whoever knows no more of a gift than where it went is its recipient.

    Raises NoMatch, and PlatformSilent where the order is not here and the platform could not be asked for it.
    """
    told = refresh_for_look_up(reader(), number, fact, now())
    try:
        return enter(find_order(number, fact))
    except NoMatch:
        pass
    try:
        return enter_gift(find_gift(number, fact, flagged=True))
    except NoMatch:
        if told:
            raise
        raise PlatformSilent from None


def _form(form: FindOrderForm, status: int, error: str | None = None) -> Response:
    errors = [("order_number", error)] if error else []
    return render_page(
        "shopper/find_order.html",
        status=status,
        form=form,
        errors=errors,
        post_url=request.path,
        gift_url=url_for("shopper.gift"),
        lost_url=url_for("shopper.lost_number") if mail_is_on() else None,
    )
