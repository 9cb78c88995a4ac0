"""How a recipient comes in: by gift code, or by order number and delivery postcode. One answer for every
failure, and the same two throttles as any look-up.
"""

from __future__ import annotations

import hashlib

from flask import Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.order_number import code_key, number_key
from app.services.find_order import NoMatch, find_gift, find_gift_code
from app.web import throttles
from app.web.rendering import render_page
from app.web.shopper import blueprint
from app.web.shopper.find_order import enter_gift
from app.web.shopper.gift.forms import GiftForm

NO_MATCH = "We could not match those details. Check the gift code, or the order number and the postcode."
LETTERS = str.maketrans("0123456789", "ghijklmnop")


@blueprint.get("/gift")
def gift() -> Response:
    """The empty form."""
    return _form(GiftForm(), 200)


@blueprint.post("/gift")
def find_gift_order() -> AnyResponse:
    """Look the gift up, and open it in the recipient's view."""
    form = GiftForm()
    if not form.validate_on_submit():
        return _form(form, 422)
    code = form.gift_code.data or ""
    number = form.order_number.data or ""
    bucket = _bucket_of_code(code) if code else number_key(number)
    throttles.require_room(g.store.id, bucket)
    try:
        order_id = find_gift_code(code) if code else find_gift(number, form.postcode.data or "")
    except NoMatch:
        throttles.count_failure(g.store.id, bucket)
        return _form(form, 422, NO_MATCH)
    return redirect(enter_gift(order_id), 303)


def _bucket_of_code(code: str) -> str:
    """A bucket of the code's own: without a digit, so that it can meet no order's."""
    return hashlib.sha256(code_key(code).encode()).hexdigest().translate(LETTERS)


def _form(form: GiftForm, status: int, error: str | None = None) -> Response:
    field = "gift_code" if form.gift_code.data else "order_number"
    errors = [(field, error)] if error else []
    return render_page(
        "gift/find.html", status=status, form=form, errors=errors, post_url=request.path, back_url=_front()
    )


def _front() -> str:
    return url_for("shopper.front")
