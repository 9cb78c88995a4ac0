"""What goes into an exchange in Medusa: the items that come back, those that go out, and what sending costs.

Amounts are major units as Medusa wants them. Which calls they go into is `medusa_placing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from app.connectors.platforms.medusa_asking import Asked
from app.connectors.platforms.medusa_course import NoWayOn
from app.connectors.platforms.medusa_json import Json, amount, entries
from app.domain.exchange_order import ExchangeOrder, ReturnedItem, VariantLine
from app.domain.money import exponent


def inbound(asked: Asked, units: Mapping[str, tuple[int, ReturnedItem]]) -> list[Json]:
    """What comes back, one entry a line: a second call would append, and so would a second entry."""
    return [
        {"id": line, "quantity": count, **_reason(asked, item.reason)}
        for line, (count, item) in units.items()
    ]


def outbound(asked: Asked) -> list[Json]:
    """The replacements, at our price where the settings say so. Raises NoWayOn."""
    return [entry for line in asked.message.variants for entry in _replacement(asked, line)]


def sending(asked: Asked, order: Json) -> Any:
    """What the shopper pays besides the replacements: fees have no other place in Medusa.

    Where Medusa adds tax to it (`fee_tax=added`), what is left when that is taken out, to four places below
    the minor unit: Medusa reckons tax without rounding, so whole cents would not come to the fee again.
    """
    message = asked.message
    fee, rate = amount(fees(message), message.currency), _sending_tax(order) if adds_tax(asked) else 0
    if not rate:
        return fee
    finest = Decimal(1).scaleb(-exponent(message.currency) - 4)
    return (fee / (1 + rate)).quantize(finest, rounding=ROUND_HALF_EVEN)


def adds_tax(asked: Asked) -> bool:
    """Whether there is a fee, and Medusa adds tax to it."""
    return asked.settings.fee_tax == "added" and fees(asked.message) > 0


def fees(message: ExchangeOrder) -> int:
    """All fees in the price difference, in minor units."""
    credit = sum(line.returned.credit for line in message.variants)
    return max(message.shipping, message.difference + credit - message.replacements)


def _sending_tax(order: Json) -> Decimal:
    """The rate, as a fraction, at which Medusa taxed sending the order in the first place; 0 for none.

    What is sent for an exchange goes by the order's address and region, and so by the same rate.
    """
    for method in entries(order.get("shipping_methods")):
        if method.get("is_tax_inclusive") is True:
            return Decimal(0)
        rates = [line.get("rate") for line in entries(method.get("tax_lines"))]
        percents = [Decimal(rate) for rate in rates if isinstance(rate, int | Decimal)]
        return max(sum(percents, Decimal(0)), Decimal(0)) / 100
    return Decimal(0)


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
