"""The order page: who bought what, what became of it. Opening it is noted in the audit trail."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, abort, g, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.domain.facts import Address
from app.models import DeskDraft, Exchange, Order
from app.queries.console_exchange import holds_of_order
from app.queries.desk_drafts import desk_drafts_of_order
from app.queries.search import exchanges_of, order_with_lines, orders_around
from app.services.desk_work import (
    NothingKept,
    keep_for_longer,
    note_people_shown,
    note_view,
    order_chain,
)
from app.services.find_order import recipients_own
from app.web.acting import first_screen
from app.web.clock import now
from app.web.console import blueprint, desk
from app.web.console.exchanges import Typed
from app.web.console.masking import Masks
from app.web.console.personal import people_of
from app.web.console.typed_text import typed_count
from app.web.console.words import states_of
from app.web.rendering import render_page


@blueprint.get("/orders/<int:order_id>")
def order(order_id: int) -> Response:
    """One order, its people masked; that it was opened is noted."""
    row = required_order(order_id)
    note_view(order_chain(order_id), desk.actor(), now())
    return order_page(order_id, Typed(), 200, row=row)


@blueprint.post("/orders/<int:order_id>/show")
def show_people_of_order(order_id: int) -> Response:
    """The same page with its people, this once."""
    required_order(order_id)
    note_people_shown(order_chain(order_id), desk.actor(), now())
    return order_page(order_id, Typed(), 200, shown=True)


@blueprint.post("/orders/<int:order_id>/keep")
def keep(order_id: int) -> AnyResponse:
    """Keep what somebody is choosing from it for longer, so that a call can take its time."""
    required_order(order_id)
    try:
        keep_for_longer(order_id, desk.actor(), now(), seen=typed_count("seen"))
    except NothingKept as refused:
        return order_page(order_id, Typed(problem=str(refused)), 409)
    return redirect(url_for("console.order", order_id=order_id), 303)


def required_order(order_id: int) -> Order:
    """The order of this store, or 404."""
    row = order_with_lines(order_id) if order_id < 2**62 else None
    if row is None:
        abort(404)
    return row


def order_page(
    order_id: int, typed: Typed, status: int, *, shown: bool = False, row: Order | None = None
) -> Response:
    """The page as it stands now, with what was typed where an act was refused. `row` if it was just read."""
    row = row or required_order(order_id)
    around = orders_around(row)
    found = exchanges_of([row.id, *(each.id for each in around)])
    exchanges = found.get(row.id, [])
    states = states_of(one for some in found.values() for one in some)
    return render_page(
        "console/order.html",
        status=status,
        typed=typed,
        errors=typed.errors,
        order=row,
        say=str if shown else Masks(row).text,
        people=people_of(row, Address.from_data(row.shipping_address), None, shown=shown),
        show_url=url_for("console.show_people_of_order", order_id=row.id),
        audit_url=url_for("console.audit_of_order", order_id=row.id) if desk.is_lead() else None,
        holds=holds_of_order(row.id, now()),
        keep_url=url_for("console.keep", order_id=row.id),
        exchanges=[_link(each, states) for each in exchanges],
        others=[
            (
                each,
                url_for("console.order", order_id=each.id),
                [_link(one, states) for one in found.get(each.id, [])],
            )
            for each in around
            if each.email_key == row.email_key
        ],
        related=_related(row, around),
        act_url=url_for("console.act_for", order_id=row.id),
        may_act=not row.cancelled and not any(each.occupies_order for each in exchanges),
        gift_url=url_for("shopper.gift", store_slug=g.store.slug),
        of_recipient=recipients_own(row),
        begun=[_begun(each) for each in desk_drafts_of_order(row.id)],
    )


def _link(exchange: Exchange, states: Mapping[int, str]) -> tuple[Exchange, str, str]:
    """With its address and its state in words."""
    return exchange, url_for("console.exchange", reference=exchange.reference), states[exchange.id]


def _begun(draft: DeskDraft) -> tuple[DeskDraft, str]:
    """With the address of where to go on with it."""
    return draft, first_screen(draft.exchange.public_id, gift=draft.exchange.gift_view)


def _related(row: Order, around: list[Order]) -> list[tuple[str, str, str]]:
    made_of = [other for other in around if other.id == row.parent_id]
    made = [other for other in around if other.parent_id == row.id]
    told = [("Made of order", each) for each in made_of] + [("Exchanged for order", each) for each in made]
    return [(words, each.number, url_for("console.order", order_id=each.id)) for words, each in told]
