"""`POST /hooks/v1/<store>`: signed messages with news of exchanges, as Standard Webhooks has them.

Senders deliver at least once and in any order. A message that was taken is answered with 200 and its outcome,
also when it comes again, and so is one that is of no use here, as repeating it would not help. News that
cannot be true yet is 409, so that the sender tries again later. A payment provider has an address of its own,
with its system's name behind the store's, and signs as it does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.domain.news import NewsKind
from app.models import store_scope
from app.queries.stores import store_with
from app.services.connector_settings import Connections
from app.services.exchange_news import CannotMark, UnknownExchange, take_news
from app.services.heard_webhooks import outcome_of, remember
from app.services.payment_news import NoSuchProvider, hear
from app.services.webhook_secrets import verifier_for
from app.services.webhook_signatures import Envelope, NotSigned
from app.web.api.gate import raw_body, read_json, require_call_of_source
from app.web.api.news_body import news_in
from app.web.clock import now
from app.web.problems import Problem

ACTOR = "webhook"
TAKEN = "taken"
NOT_SIGNED = "This message is not signed with this store's secret, or is too old."
TYPES = {
    "return.in_transit": NewsKind.IN_TRANSIT,
    "return.received": NewsKind.RECEIVED,
    "exchange.shipped": NewsKind.SHIPPED,
    "exchange.delivered": NewsKind.DELIVERED,
    "exchange.cancelled": NewsKind.CANCELLED,
}

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks/v1")


@blueprint.post("/<slug>")
def take_message(slug: str) -> ResponseReturnValue:
    """Verify the bytes as they came, then take the news in them once."""
    require_call_of_source()
    store = store_with(slug) if "\0" not in slug else None
    body, envelope, at = raw_body(), _envelope(), now()
    connections: Connections = current_app.extensions["evenly.connections"]
    if store is None:
        raise Problem(404, "There is no such store.")
    store_id = store.id
    try:
        verifier_for(connections.box, store_id, at).check(body, envelope)
    except NotSigned:
        raise Problem(401, NOT_SIGNED) from None
    outcome = outcome_of(store_id, envelope.message_id)
    if outcome is None:
        with store_scope(store_id):
            outcome = _take(body, datetime.fromtimestamp(int(envelope.timestamp), UTC), at)
        remember(store_id, envelope.message_id, outcome, at)
    return {"outcome": outcome}


@blueprint.post("/<slug>/<system>")
def take_payment_news(slug: str, system: str) -> ResponseReturnValue:
    """A payment provider's message. It is a reason to look at the provider's record, and nothing more."""
    require_call_of_source()
    store = store_with(slug) if "\0" not in slug + system else None
    if store is None:
        raise Problem(404, "There is no such store.")
    connections: Connections = current_app.extensions["evenly.connections"]
    with store_scope(store.id):
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            known = hear(connections, system, headers, raw_body(), now())
        except NoSuchProvider:
            raise Problem(404, "The store has no such payment provider.") from None
        except NotSigned:
            raise Problem(401, NOT_SIGNED) from None
    return {"outcome": TAKEN if known else "ignored: it is about no payment of this store"}


def _envelope() -> Envelope:
    given = request.headers
    return Envelope(
        given.get("webhook-id", ""), given.get("webhook-timestamp", ""), given.get("webhook-signature", "")
    )


def _take(body: bytes, sent_at: datetime, at: datetime) -> str:
    """What became of a message that is signed. Raises Problem where it should come again."""
    try:
        reference, told = _news_of(read_json(body), sent_at)
        take_news(reference, news_in(told), ACTOR, at)
    except UnknownExchange:
        return "ignored: the store has no such exchange"
    except CannotMark as refused:
        raise Problem(409, str(refused)) from None
    except Problem as refused:
        return f"ignored: {refused.description}"
    return TAKEN


def _news_of(message: Any, sent_at: datetime) -> tuple[str, dict[str, Any]]:
    """The exchange's reference, and the news as the API takes it."""
    data = message.get("data") if isinstance(message, dict) else None
    kind = TYPES.get(str(message.get("type"))) if isinstance(message, dict) else None
    if kind is None:
        raise Problem(422, "The type is none that is of use here.")
    if not isinstance(data, dict) or not isinstance(data.get("reference"), str) or "\0" in data["reference"]:
        raise Problem(422, "data.reference must name an exchange.")
    rest = {name: value for name, value in data.items() if name != "reference"}
    # When it says no time of its own it happened before it was sent; a fast clock must not refuse it.
    return data["reference"], {"at": min(sent_at, now()).isoformat()} | rest | {"event": str(kind)}
