"""Taking an exchange in Medusa back, and marking a difference as paid there: two more courses.

Both may be run again after anything: they look first, and do only what is left to do.
"""

from __future__ import annotations

from app.connectors.base import Told
from app.connectors.platforms.medusa_asking import Asked, content_of, first_request, our_exchanges, pending
from app.connectors.platforms.medusa_course import Course, NoWayOn
from app.connectors.platforms.medusa_json import entries, inner, minor_of, text
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


def mark_as_paid(asked: Asked, due: int) -> Course[Told]:
    """Mark the unpaid collection of exactly this amount as paid elsewhere. Raises NoWayOn.

    An order that owes nothing any more is settled: that is how it looks after a lost answer, too.
    """
    order_id = yield from first_request(asked)
    found = content_of((yield asked.calls.payment_collections(order_id)))
    collections = entries(inner(found, "order").get("payment_collections"))
    unpaid = [one for one in collections if one.get("status") == "not_paid"]
    matching = [one for one in unpaid if minor_of(one.get("amount"), asked.message.currency) == due]
    owed = pending(inner(found, "order"), asked.message.currency)
    if not matching and owed is not None and owed <= 0:
        return Told({"payment_collection": ""})
    if len(matching) != 1:
        raise NoWayOn(f"the order in Medusa has {len(matching)} unpaid amounts of this size, not one")
    collection = text(matching[0].get("id"))
    content_of((yield asked.calls.mark_as_paid(collection, order_id)))
    return Told({"payment_collection": collection})
