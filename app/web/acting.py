"""The shopper's screens at the console's door: an agent acts for a shopper, in the same views and use cases.

Here is what differs: addresses stay under `/console/acting`, the right to look is the agent's (signed in,
serving the store) and never the shopper's cookie, and every look and act is the agent's for the shopper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, g, redirect, request, url_for

from app.domain.exchange_status import Status
from app.queries.access import DeskExchange, VisibleExchange, desk_exchange
from app.services.agents.people import actor_for_shopper
from app.services.desk_drafts import SHOPPER
from app.services.desk_work import note_people_shown, note_view
from app.web import stores
from app.web.clock import now
from app.web.rendering import wants_partial

BLUEPRINT = "console.acting"
# They say themselves that they showed where somebody lives or is written to, once they really do.
SHOW_PEOPLE = frozenset(
    f"{BLUEPRINT}.{name}"
    for name in (
        *("address", "save_address", "review", "confirm"),
        *("gift_recipient", "save_gift_recipient", "gift_review", "confirm_gift"),
    )
)


@dataclass(frozen=True)
class Bar:
    """What stands over every screen: whom the agent acts for, and the ways out."""

    shopper: str
    order_number: str
    order_url: str
    rules_url: str
    places: tuple[tuple[str, str, str], ...]  # id, words and address: what there is to do before confirming


def is_acting() -> bool:
    """Whether this page is asked for by an agent in a shopper's place."""
    return request.blueprint == BLUEPRINT


def is_poll() -> bool:
    """Whether a page that is open asks by itself how the exchange stands: nobody looks, nobody clicked.

    Only the moving part of the status page is answered to that, whatever else the header is sent with.
    """
    return request.endpoint in (f"{BLUEPRINT}.status", f"{BLUEPRINT}.gift_status") and wants_partial()


def note_shown(exchange_id: int) -> None:
    """Write down that the page in the making shows an agent where the shopper lives or is written to."""
    if is_acting():
        note_people_shown(f"exchange:{exchange_id}", actor(), now())


def actor(themselves: str = SHOPPER) -> str:
    """Who acts on this page, as the audit trail names them: an agent for them, or they `themselves`."""
    return actor_for_shopper(g.agent.agent_id) if is_acting() else themselves


def screen(name: str, **values: Any) -> str:
    """The address of one of the shopper's screens, at the door where this page is."""
    return url_for(f"{BLUEPRINT}.{name}" if is_acting() else f"shopper.{name}", **values)


def first_screen(public_id: str, *, gift: bool) -> str:
    """Where an agent chooses in the shopper's place."""
    return url_for(f"{BLUEPRINT}.{'gift_items' if gift else 'items'}", public_id=public_id)


def require_screen(public_id: str, *, gift: bool | None = None) -> VisibleExchange:
    """What one of the shopper's screens shows to an agent. 404 for what is not of the desk.

    A screen of the gift view shows what a recipient exchanges and nothing else, one of the buyer's the rest;
    `gift` None is for pages of the desk itself.

    A draft that the shopper has leads to the page where it can be taken back; one that ended, to its order.
    """
    found = require_any(public_id)
    if gift not in (None, found.gift):
        abort(404)
    if not found.submitted and found.state is not Status.DRAFT:
        abort(redirect(url_for("console.order", order_id=found.order_id), 303))
    if found.state is Status.AWAITING_PAYMENT:  # the shopper's to pay, and nothing for an agent to press
        abort(redirect(url_for("console.order", order_id=found.order_id), 303))
    if found.state is Status.DRAFT and found.handed_over:
        abort(redirect(url_for(f"{BLUEPRINT}.hand_over", public_id=public_id), 303))
    return VisibleExchange(found.id, found.order_id, found.state)


def require_any(public_id: str) -> DeskExchange:
    """The same for the pages around those screens, whoever has the draft. Looking leaves a trace."""
    found = desk_exchange(public_id)
    if found is None:
        abort(404)
    if request.method == "GET" and not is_poll() and request.endpoint not in SHOW_PEOPLE:
        note_view(f"exchange:{found.id}", actor(), now())
        stores.hold_on()
    g.acting = _bar(public_id, found)
    return found


def _bar(public_id: str, found: DeskExchange) -> Bar:
    """Once it is confirmed there is nothing more to grant and nothing to hand over."""
    places = (
        ("items", "Choose", first_screen(public_id, gift=found.gift)),
        ("exceptions", "Rules and exceptions", url_for(f"{BLUEPRINT}.exceptions", public_id=public_id)),
        ("hand-over", "Hand over", url_for(f"{BLUEPRINT}.hand_over", public_id=public_id)),
    )
    return Bar(
        shopper=found.shopper,
        order_number=found.order_number,
        order_url=url_for("console.order", order_id=found.order_id),
        rules_url=url_for(f"{BLUEPRINT}.exceptions", public_id=public_id),
        places=places if found.state is Status.DRAFT else (),
    )
