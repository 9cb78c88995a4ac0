"""The shopper's screens for an agent who acts in their place: the very same views, at the console's door.

Only these are opened here. Looking an order up and links are the shopper's. What a gift's recipient
exchanges is shown in their view, without amounts, to an agent as to them.
What differs within the views is `app.web.acting`; the desk's own pages around them are `exceptions` and
`hand_over`.
"""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.services.acting import AlreadyLive, CannotAct, begin
from app.services.portal_links import Purpose
from app.web.acting import first_screen
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.exchanges import Typed
from app.web.console.orders import order_page, required_order
from app.web.console.typed_text import typed_text, wrong_text
from app.web.shopper import address, gift, items, replacement, review, status, sum_texts, undo

LONGEST = 500  # characters of a reason
screens: Blueprint = Blueprint("acting", __name__, url_prefix="/acting")

EXCHANGE, GIFT = "/exchanges/<public_id>", "/gifts/<public_id>"
SCREENS = (
    ("GET", f"{EXCHANGE}/items", items.items),
    ("POST", f"{EXCHANGE}/items", items.choose),
    ("GET", f"{EXCHANGE}/items/<int:item_id>", replacement.replacement),
    ("POST", f"{EXCHANGE}/items/<int:item_id>", replacement.choose_for_item),
    ("GET", f"{EXCHANGE}/address", address.address),
    ("POST", f"{EXCHANGE}/address", address.save_address),
    ("GET", f"{EXCHANGE}/review", review.review),
    ("POST", f"{EXCHANGE}/review", review.confirm),
    ("GET", f"{EXCHANGE}/review/sum.txt", sum_texts.review_sum),
    ("GET", EXCHANGE, status.status),
    ("GET", f"{EXCHANGE}/sum.txt", sum_texts.status_sum),
    ("GET", f"{EXCHANGE}/cancel", undo.undo),
    ("POST", f"{EXCHANGE}/cancel", undo.cancel),
    ("GET", f"{GIFT}/items", gift.items.gift_items),
    ("POST", f"{GIFT}/items", gift.items.choose_gift_items),
    ("GET", f"{GIFT}/items/<int:item_id>", gift.replacement.gift_replacement),
    ("POST", f"{GIFT}/items/<int:item_id>", gift.replacement.choose_for_gift_item),
    ("GET", f"{GIFT}/recipient", gift.recipient.gift_recipient),
    ("POST", f"{GIFT}/recipient", gift.recipient.save_gift_recipient),
    ("GET", f"{GIFT}/review", gift.review.gift_review),
    ("POST", f"{GIFT}/review", gift.review.confirm_gift),
    ("GET", GIFT, gift.status.gift_status),
    ("GET", f"{GIFT}/cancel", gift.undo.gift_undo),
    ("POST", f"{GIFT}/cancel", gift.undo.cancel_gift),
)
for _method, _rule, _view in SCREENS:
    screens.add_url_rule(_rule, view_func=_view, methods=[_method])


@blueprint.post("/orders/<int:order_id>/act-for")
def act_for(order_id: int) -> AnyResponse:
    """Begin to choose for the order's shopper or for who received it, or go on with what the desk began."""
    required_order(order_id)
    gift = request.form.get("view") == Purpose.GIFT
    reason = typed_text("acting-reason")
    errors = wrong_text("acting-reason", reason, "Say why you act for them, for your colleagues.", LONGEST)
    if errors:
        return order_page(order_id, Typed(tuple(errors), values=request.form), 422)
    try:
        public_id = begin(order_id, desk.agent().agent_id, reason, now(), gift=gift)
    except AlreadyLive as live:
        return redirect(url_for("console.exchange", reference=live.reference), 303)
    except CannotAct as refused:
        return order_page(order_id, Typed(problem=str(refused), values=request.form), 409)
    return redirect(first_screen(public_id, gift=gift), 303)
