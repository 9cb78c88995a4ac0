"""Link in: the GET shows what the link is for; only the POST opens the order.

Mail scanners follow links, so looking uses nothing up and starts no session.
"""

from __future__ import annotations

from contextlib import suppress

from flask import Response, abort, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.services.acting import is_taken_back
from app.services.find_order import NoMatch, order_by_number, view_of
from app.services.portal_links import LinkExpired, LinkInvalid, Purpose, SignedLink
from app.services.refreshing import refresh_for_order
from app.web.clock import now
from app.web.links import read_link
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.find_order import enter, enter_gift
from app.web.shopper.reading import reader


@blueprint.get("/l/<path:token>")
def link(token: str) -> AnyResponse:
    """The page with the one button."""
    signed = _read(token)
    if signed is None or _taken_back(signed):
        return _over(taken_back=signed is not None)
    # Not request.path, which is unescaped: an order's number may hold a "#".
    post_url = url_for("shopper.open_link", token=token)
    return render_page("shopper/link_in.html", order_number=signed.order_number, post_url=post_url)


@blueprint.post("/l/<path:token>")
def open_link(token: str) -> AnyResponse:
    """Start the session. A valid link always passes, however often somebody guessed before."""
    signed = _read(token)
    if signed is None or _taken_back(signed):
        return _over(taken_back=signed is not None)
    try:
        order_id = order_by_number(signed.order_number)
    except NoMatch:
        abort(404)
    refresh_for_order(reader(), order_id, now())
    gift = view_of(order_id, signed.purpose) is Purpose.GIFT
    return redirect(enter_gift(order_id) if gift else enter(order_id), 303)


def _read(token: str) -> SignedLink | None:
    """The link's content, None when its time is over; 404 when it is none of ours."""
    try:
        return read_link(token)
    except LinkExpired:
        return None
    except LinkInvalid:
        abort(404)


def _taken_back(signed: SignedLink) -> bool:
    with suppress(NoMatch):  # what the order is not is said once the button is pressed
        return is_taken_back(order_by_number(signed.order_number), signed)
    return False


def _over(*, taken_back: bool) -> Response:
    return render_page("shopper/link_expired.html", status=410, taken_back=taken_back)
