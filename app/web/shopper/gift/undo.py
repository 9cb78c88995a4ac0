"""The recipient changes their mind: cancel after one more question, and choose anew afterwards."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect
from werkzeug.wrappers import Response as AnyResponse

from app.domain.exchange_status import Status
from app.models import Exchange
from app.queries.exchanges import submitted_exchange
from app.services.cancelling import TooLate, cancel_exchange, cancellable
from app.services.desk_drafts import GIFT_RECIPIENT
from app.services.draft_exchange import open_draft
from app.web import access
from app.web.acting import actor, screen
from app.web.clock import now
from app.web.rendering import render_page
from app.web.shopper import blueprint


@blueprint.get("/gifts/<public_id>/cancel")
def gift_undo(public_id: str) -> AnyResponse:
    """Ask once more: nothing brings a cancelled exchange back."""
    exchange = submitted_exchange(access.require_gift(public_id).id)
    if exchange is None or exchange.state is Status.CANCELLED:
        return _status(public_id)
    return _question(exchange) if cancellable(exchange, now()) else _too_late(exchange)


@blueprint.post("/gifts/<public_id>/cancel")
def cancel_gift(public_id: str) -> AnyResponse:
    """Cancel, unless it has just been passed on to the shop."""
    exchange = submitted_exchange(access.require_gift(public_id).id)
    if exchange is None:
        return _status(public_id)
    try:
        cancel_exchange(exchange.id, actor(GIFT_RECIPIENT), now())
    except TooLate:
        return _too_late(exchange)
    return _status(public_id)


@blueprint.post("/gifts/<public_id>/again")
def choose_gift_again(public_id: str) -> AnyResponse:
    """A new draft of the same order, or the recipient's exchange that holds it meanwhile."""
    found = access.require_gift(public_id)
    begun = open_draft(found.order_id, access.browser_id(), now(), gift=True)
    return redirect(screen("gift_items", public_id=begun), 303)


def _status(public_id: str) -> AnyResponse:
    return redirect(screen("gift_status", public_id=public_id), 303)


def _question(exchange: Exchange) -> Response:
    return render_page("shopper/cancel.html", **_values(exchange))


def _too_late(exchange: Exchange) -> Response:
    return render_page("shopper/cancel_too_late.html", status=409, **_values(exchange))


def _values(exchange: Exchange) -> dict[str, Any]:
    return {
        "reference": exchange.reference,
        "post_url": screen("cancel_gift", public_id=exchange.public_id),
        "status_url": screen("gift_status", public_id=exchange.public_id),
    }
