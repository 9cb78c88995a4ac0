"""A status page on another device: it asks for one fact about the order, and then shows itself.

Same throttles as a look-up, one answer for every failure; an address that leads nowhere asks too.
"""

from __future__ import annotations

from flask import Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.signed_link import Purpose
from app.services.find_exchange import door_of, open_door
from app.services.find_order import NoMatch
from app.web import access, throttles
from app.web.clock import now
from app.web.rendering import render_page, wants_partial
from app.web.shopper import blueprint
from app.web.shopper.forms import OpenExchangeForm

NO_MATCH = "We could not match those details. Check the email or postcode."


def ask_for_a_fact() -> Response:
    """The empty form; nothing for a page whose part asks for news after its access has run out."""
    if wants_partial():
        abort(404)
    return _form(OpenExchangeForm(), 200)


@blueprint.post("/exchanges/<public_id>")
def open_exchange(public_id: str) -> AnyResponse:
    """Gain access with a fact that fits, under a new session id, and show the page."""
    form = OpenExchangeForm()
    if not form.validate_on_submit():
        return _form(form, 422)
    door = door_of(public_id)
    throttles.require_room(g.store.id, door.bucket)
    try:
        order_id = open_door(door, form.email_or_postcode.data or "")
    except NoMatch:
        throttles.count_failure(g.store.id, door.bucket)
        return _form(form, 422, NO_MATCH)
    access.grant(order_id, Purpose.BUYER, now())
    return redirect(url_for("shopper.status", public_id=public_id), 303)


def _form(form: OpenExchangeForm, status: int, error: str | None = None) -> Response:
    errors = [("email_or_postcode", error)] if error else []
    return render_page(
        "shopper/open_exchange.html", status=status, form=form, errors=errors, post_url=request.path
    )
