"""The order page: what was bought, by whom, and its exchanges. Opening it is noted in its audit trail.

From here an agent begins to act for the shopper (`acting`).
"""

from __future__ import annotations

from flask import Response, abort, url_for

from app.domain.facts import Address
from app.domain.signed_link import Purpose
from app.models import DeskDraft, Order
from app.queries.console_exchange import orders_made_of
from app.queries.desk_drafts import desk_draft_of_order
from app.queries.search import exchanges_of, order_with_lines
from app.services.desk_work import note_view, order_chain
from app.services.find_order import view_of
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.exchanges import Typed
from app.web.console.words import STATES
from app.web.rendering import render_page
from app.web.shopper.parts import address_text


@blueprint.get("/orders/<int:order_id>")
def order(order_id: int) -> Response:
    """One order, its people unmasked: so this is noted."""
    required_order(order_id)
    note_view(order_chain(order_id), desk.actor(), now())
    return order_page(order_id, Typed(), 200)


def required_order(order_id: int) -> Order:
    """The order of this store, or 404."""
    found = order_with_lines(order_id) if order_id < 2**62 else None
    if found is None:
        abort(404)
    return found


def order_page(order_id: int, typed: Typed, status: int) -> Response:
    """The page as it stands now, with what was typed where an act was refused."""
    row = required_order(order_id)
    exchanges = exchanges_of([row.id]).get(row.id, [])
    begun = desk_draft_of_order(row.id)
    live = any(each.occupies_order for each in exchanges)
    return render_page(
        "console/order.html",
        status=status,
        order=row,
        delivery=address_text(Address.from_data(row.shipping_address)),
        exchanges=[
            (each, url_for("console.exchange", reference=each.reference), STATES[each.state])
            for each in exchanges
        ],
        related=_related(row),
        act_url=url_for("console.act_for", order_id=row.id),
        may_act=not live and not row.cancelled,
        of_recipient=view_of(row.id, Purpose.BUYER) is Purpose.GIFT,
        begun=begun,
        begun_url=_begun_url(begun),
        typed=typed,
        errors=typed.errors,
    )


def _begun_url(begun: DeskDraft | None) -> str | None:
    return url_for("console.acting.items", public_id=begun.exchange.public_id) if begun else None


def _related(row: Order) -> list[tuple[str, str, str]]:
    return [
        (
            "Made of order" if other.id == row.parent_id else "Exchanged for order",
            other.number,
            url_for("console.order", order_id=other.id),
        )
        for other in orders_made_of(row)
    ]
