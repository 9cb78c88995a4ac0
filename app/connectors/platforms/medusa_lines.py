"""What goes into an exchange in Medusa: the items that come back, those that go out, and what sending costs.

Amounts are major units as Medusa wants them. Which calls they go into is `medusa_placing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.connectors.platforms.medusa_asking import Asked
from app.connectors.platforms.medusa_course import NoWayOn
from app.connectors.platforms.medusa_json import Json, amount
from app.domain.exchange_order import ExchangeOrder, ReturnedItem, VariantLine


def inbound(asked: Asked, units: Mapping[str, tuple[int, ReturnedItem]]) -> list[Json]:
    """What comes back, one entry a line: a second call would append, and so would a second entry."""
    return [
        {"id": line, "quantity": count, **_reason(asked, item.reason)}
        for line, (count, item) in units.items()
    ]


def outbound(asked: Asked) -> list[Json]:
    """The replacements, at our price where the settings say so. Raises NoWayOn."""
    return [entry for line in asked.message.variants for entry in _replacement(asked, line)]


def sending(asked: Asked) -> Any:
    """What the shopper pays besides the replacements: fees have no other place in Medusa."""
    return amount(fees(asked.message), asked.message.currency)


def fees(message: ExchangeOrder) -> int:
    """All fees in the price difference, in minor units."""
    credit = sum(line.returned.credit for line in message.variants)
    return max(message.shipping, message.difference + credit - message.replacements)


def shipping_option(asked: Asked) -> str:
    settings = asked.settings
    faster = settings.expedited_shipping_option_id if asked.message.expedited else ""
    return faster or settings.shipping_option_id


def _reason(asked: Asked, reason: str) -> Json:
    identifier = asked.settings.reason_id(reason)
    if identifier:
        return {"reason_id": identifier}
    return {"internal_note": reason} if reason else {}


def _replacement(asked: Asked, line: VariantLine) -> list[Json]:
    """One entry, or two where the units do not all cost the same: 100.00 for three is 2 × 33.33 and 33.34."""
    if not line.variant_id:
        raise NoWayOn(f"{line.sku} has no id of Medusa's; import the catalogue from there")
    if line.quantity < 1:
        raise NoWayOn(f"{line.quantity} of {line.sku} cannot be sent")
    if asked.settings.prices == "theirs":
        return [{"variant_id": line.variant_id, "quantity": line.quantity}]
    total = line.product - line.discount + (line.tax if asked.settings.tax_inclusive else 0)
    if total < 0:
        raise NoWayOn(f"{line.sku} would cost less than nothing")
    unit, dearer = divmod(total, line.quantity)
    parts = [(line.quantity - dearer, unit), (dearer, unit + 1)]
    return [
        {
            "variant_id": line.variant_id,
            "quantity": count,
            "unit_price": amount(price, asked.message.currency),
        }
        for count, price in parts
        if count
    ]
