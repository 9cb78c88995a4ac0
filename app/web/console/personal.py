"""The people of an order as a page of the console shows them: masked, until somebody asks to see them.

Asking is a POST of its own, noted in the audit trail, and holds for that one answer.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.facts import Address
from app.models import Order
from app.web.console.words import DOTS, masked, masked_address
from app.web.shopper.pages import AddressText
from app.web.shopper.parts import address_text


@dataclass(frozen=True)
class People:
    """Who bought it, who gets it, and where. Everything in the spelling that the page shows."""

    shown: bool
    name: str
    email: str
    phone: str
    recipient: str
    delivery: AddressText


def people_of(order: Order, delivery: Address, recipient: str | None, *, shown: bool) -> People:
    """As they stand, where `shown`; else enough to ask the person on the telephone for the rest."""
    name = f"{order.first_name} {order.last_name}".strip()
    given = recipient or ""
    if shown:
        return People(True, name, order.email, order.phone, given, address_text(delivery))
    return People(
        False,
        masked(name),
        masked_address(order.email),
        f"{DOTS} {order.phone[-2:]}" if order.phone else "",
        masked_address(given),
        _masked_delivery(delivery),
    )


def _masked_delivery(address: Address) -> AddressText:
    """The name's letters and the city: no street, no house, no postcode."""
    place = " ".join(part for part in (address.city, address.country_code) if part)
    return AddressText(tuple(line for line in (masked(address.name), DOTS, place) if line))
