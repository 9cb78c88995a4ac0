"""Taking an exchange in Medusa back: one more course, which may be run again after anything.

It looks first, and does only what is left to do.
"""

from __future__ import annotations

from app.connectors.base import Told
from app.connectors.platforms.medusa_asking import Asked, content_of, first_request, our_exchanges
from app.connectors.platforms.medusa_course import Course, NoWayOn
from app.connectors.platforms.medusa_json import entries, inner, text
from app.connectors.platforms.medusa_reply import Exchange


def undo(asked: Asked) -> Course[Told]:
    """Give up what is open and cancel what is confirmed. Raises NoWayOn."""
    order_id = yield from first_request(asked)
    ours, _everything = yield from our_exchanges(asked, order_id)
    if not ours:
        raise NoWayOn(f"the order in Medusa has no exchange of the reference {asked.message.reference}")
    for exchange in ours:
        if exchange.open:
            reply = yield asked.calls.delete(exchange.id)
            if reply.status != 404:
                content_of(reply)
        elif exchange.confirmed:
            yield from _cancel(asked, exchange)
    return Told({"cancelled": [exchange.id for exchange in ours]})


def _cancel(asked: Asked, exchange: Exchange) -> Course[None]:
    """With return shipping there is a fulfilment of the return, which must be cancelled first."""
    if exchange.return_id:
        found = content_of((yield asked.calls.fulfilments_of_return(exchange.return_id)))
        for fulfilment in entries(inner(found, "return").get("fulfillments")):
            if fulfilment.get("canceled_at") is None:
                content_of((yield asked.calls.cancel_fulfilment(text(fulfilment.get("id")))))
    content_of((yield asked.calls.cancel(exchange.id)))
