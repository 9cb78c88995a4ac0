"""A shopper without the order's number asks for links by e-mail: the same answer for every address."""

from __future__ import annotations

from flask import Response, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.services.connector_settings import Connections
from app.services.lost_orders import ask_for_links
from app.services.mailing import mail_is_on
from app.web import throttles
from app.web.clock import now
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.forms import LostNumberForm


@blueprint.get("/lost")
def lost_number() -> Response:
    """Where to send links to; where no mail is sent at all, whom to ask."""
    return _form(LostNumberForm(), 200)


@blueprint.post("/lost")
def ask_for_order_links() -> AnyResponse:
    """Have links sent, if there is anything to send: not found out here."""
    form = LostNumberForm()
    if not form.validate_on_submit() or not mail_is_on():
        return _form(form, 422)
    throttles.require_place_for_source("links")
    connections: Connections = current_app.extensions["evenly.connections"]
    ask_for_links(connections.box, g.store.id, form.email.data or "", now())
    return redirect(url_for("shopper.links_asked"), 303)


@blueprint.get("/lost/sent")
def links_asked() -> Response:
    """What happens next; the address is not repeated, so that the page is the same for all."""
    return render_page("shopper/links_asked.html", front_url=url_for("shopper.front"))


def _form(form: LostNumberForm, status: int) -> Response:
    return render_page(
        "shopper/lost_number.html",
        status=status,
        form=form,
        errors=[],
        post_url=request.path,
        back_url=url_for("shopper.front"),
        sends=mail_is_on(),
    )
