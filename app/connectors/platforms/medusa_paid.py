"""The amount that Medusa wants for an exchange, and marking it as paid where it was paid elsewhere.

Medusa makes a payment collection of what an order owes. The one that came of an exchange is noted when the
exchange is placed and marked later: its amount may be a little off ours, and then no amount would find it.
The course may be run again after anything: it looks first. Source: calls to a running Medusa 2.21.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from app.connectors.base import Told
from app.connectors.platforms.medusa_asking import Asked, content_of, first_request, pending
from app.connectors.platforms.medusa_course import Course, NoWayOn
from app.connectors.platforms.medusa_json import Json, amount, entries, inner, minor_of, text

UNPAID, PAID = "not_paid", "completed"
A_CENT = 1  # Medusa reckons tax without rounding


@dataclass(frozen=True)
class Collection:
    """An amount that an order in Medusa has to be paid, in minor units."""

    id: str
    amount: int

    def to_data(self) -> dict[str, str]:
        """As it is noted with what Medusa answered to the placing."""
        return {"payment_collection_id": self.id, "payment_collection_minor": str(self.amount)}

    @classmethod
    def noted_in(cls, reply: Mapping[str, Any]) -> Self | None:
        """The one that was noted, None for an exchange that was placed without."""
        identifier, minor = (
            text(reply.get(name)) for name in ("payment_collection_id", "payment_collection_minor")
        )
        return cls(identifier, int(minor)) if identifier and minor.isdecimal() else None


def unpaid_of(order: Json, currency: str) -> list[Collection]:
    """What the order has to be paid and nobody has paid yet."""
    return [
        Collection(text(one.get("id")), minor)
        for one in entries(order.get("payment_collections"))
        if one.get("status") == UNPAID and (minor := minor_of(one.get("amount"), currency)) is not None
    ]


def mark_as_paid(asked: Asked, due: int, noted: Collection | None) -> Course[Told]:
    """Mark the collection that was noted when it was placed as paid elsewhere. Raises NoWayOn.

    `due` is what was paid, in minor units; without a note it is the unpaid collection of exactly that. An
    order that owes nothing any more is settled: that is how it looks after a lost answer, too.
    """
    order_id = yield from first_request(asked)
    order = inner(content_of((yield asked.calls.payment_collections(order_id))), "order")
    owed = pending(order, asked.message.currency)
    if owed is not None and owed <= 0:
        return Told({"payment_collection": ""})
    if noted is not None and _is_paid(order, noted):
        return Told({"payment_collection": noted.id})
    unpaid = unpaid_of(order, asked.message.currency)
    collection = _of_size(unpaid, due) if noted is None else _still_there(asked, unpaid, noted, due)
    content_of((yield asked.calls.mark_as_paid(collection, order_id)))
    return Told({"payment_collection": collection})


def _is_paid(order: Json, noted: Collection) -> bool:
    there = entries(order.get("payment_collections"))
    return any(one.get("id") == noted.id and one.get("status") == PAID for one in there)


def _still_there(asked: Asked, unpaid: list[Collection], noted: Collection, due: int) -> str:
    """Its id, as long as it is about what was paid. Raises NoWayOn."""
    found = next((one for one in unpaid if one.id == noted.id), None)
    if found is None:
        raise NoWayOn("the unpaid amount that Medusa made of this exchange is not there any more")
    if found.amount != noted.amount:
        raise NoWayOn(
            f"Medusa wanted {_words(asked, noted.amount)} for this exchange and has made"
            f" {_words(asked, found.amount)} of it since"
        )
    if found.amount > due + A_CENT:
        raise NoWayOn(f"Medusa wants {_words(asked, found.amount)}, and {_words(asked, due)} was confirmed")
    return found.id


def _of_size(unpaid: list[Collection], due: int) -> str:
    matching = [one.id for one in unpaid if one.amount == due]
    if len(matching) != 1:
        raise NoWayOn(f"the order in Medusa has {len(matching)} unpaid amounts of this size, not one")
    return matching[0]


def _words(asked: Asked, minor: int) -> str:
    return f"{amount(minor, asked.message.currency)} {asked.message.currency}"
