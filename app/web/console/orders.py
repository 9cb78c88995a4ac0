"""The order page: who bought what, what became of it. Opening it is noted in the audit trail."""

from __future__ import annotations

from flask import Response, abort, url_for

from app.domain.facts import Address
from app.queries.console_exchange import orders_made_of
from app.queries.search import exchanges_of, order_with_lines
from app.services.desk_work import note_view, order_chain
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.words import STATES
from app.web.rendering import render_page
from app.web.shopper.parts import address_text


@blueprint.get("/orders/<int:order_id>")
def order(order_id: int) -> Response:
    """One order, its people unmasked: so this is noted."""
    if order_id >= 2**62 or order_with_lines(order_id) is None:
        abort(404)
    note_view(order_chain(order_id), desk.actor(), now())
    row = order_with_lines(order_id)
    if row is None:
        abort(404)
    return render_page(
        "console/order.html",
        order=row,
        delivery=address_text(Address.from_data(row.shipping_address)),
        exchanges=[
            (each, url_for("console.exchange", reference=each.reference), STATES[each.state])
            for each in exchanges_of([row.id]).get(row.id, [])
        ],
        related=[
            (
                "Made of order" if other.id == row.parent_id else "Exchanged for order",
                other.number,
                url_for("console.order", order_id=other.id),
            )
            for other in orders_made_of(row)
        ],
    )
