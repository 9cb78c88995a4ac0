"""An order as rows: the values of its columns and of its lines', and a hash that tells both.

The hash is over everything that would be written, ties to the catalogue included, so that an order
whose product was imported later counts as changed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from app.domain.order_number import code_key, email_key, postcode_key
from app.services.importing.bulk_statements import LINE_ITEMS, ORDERS, Values
from app.services.importing.column_limits import too_long
from app.services.importing.matching import Tie, Ties
from app.services.importing.parsed import ParsedLine, ParsedOrder
from app.services.importing.report import Refused


@dataclass(frozen=True)
class OrderRows:
    """What one order is written as."""

    parsed: ParsedOrder
    values: Values
    lines: list[Values]
    untied: int = field(default=0)

    @property
    def key(self) -> str:
        return self.parsed.number_key


def order_rows(parsed: ParsedOrder, ties: Ties) -> OrderRows:
    """The rows of one order. Raises Refused for a text longer than its column."""
    tied = [ties.of(line) for line in parsed.lines]
    values = _order_values(parsed)
    lines = [
        _line_values(position, line, tie)
        for position, (line, tie) in enumerate(zip(parsed.lines, tied, strict=True), start=1)
    ]
    _refuse_long_texts(values, lines)
    values["content_hash"] = _hash([_told(values), lines])
    values["told_at"] = parsed.told_at
    return OrderRows(parsed, values, lines, untied=tied.count(None))


def _order_values(parsed: ParsedOrder) -> Values:
    customer = parsed.customer
    return {
        "number": parsed.number,
        "number_key": parsed.number_key,
        "platform_id": parsed.platform_id,
        "secondary_id": parsed.secondary_id,
        "currency": parsed.currency,
        "cancelled": parsed.cancelled,
        "placed_at": parsed.placed_at,
        "shipped_at": parsed.shipped_at,
        "delivered_at": parsed.delivered_at,
        "is_gift": parsed.is_gift,
        "gift_code": parsed.gift_code,
        "gift_code_key": code_key(parsed.gift_code or ""),
        "tags": list(parsed.tags),
        "customer_id": customer.identifier,
        "email": customer.email,
        "email_key": email_key(customer.email),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "phone": customer.phone,
        "postcode_key": postcode_key(parsed.shipping_address.postal_code),
        "shipping_address": parsed.shipping_address.to_data(),
        "billing_address": parsed.billing_address.to_data(),
        "payment_reference": parsed.payment_reference,
    }


def _line_values(position: int, line: ParsedLine, tie: Tie | None) -> Values:
    """The line; what the file leaves open is taken from the variant it was."""
    tags = dict.fromkeys((*line.tags, *(tie.tags if tie else ())))
    return {
        "position": position,
        "platform_id": line.platform_id,
        "variant_id": tie.variant_id if tie else None,
        "product_id": tie.product_id if tie else None,
        "sku": line.sku or (tie.sku if tie else line.platform_id),  # never empty: it goes on the wire
        "title": tie.title if tie else line.name,
        "variant_words": tie.words if tie else "",
        "product": line.product,
        "discount": line.discount,
        "tax": line.tax,
        "list_price": line.list_price,
        "quantity": line.quantity,
        "shipped": line.shipped,
        "refunded": line.refunded,
        "tags": list(tags),
        "concept": line.concept,
        "image_url": line.image_url or (tie.image_url if tie else None),
        "return_until": line.return_until,
    }


def _refuse_long_texts(values: Values, lines: list[Values]) -> None:
    long = too_long(ORDERS, values)
    for line in lines:
        long = long or too_long(LINE_ITEMS, line)
    if long:
        raise Refused(long)


def _told(values: Values) -> Values:
    """Without the payment where there is none: orders stored before there was a place for it are the same."""
    return {name: value for name, value in values.items() if value or name != "payment_reference"}


def _hash(content: list[Any]) -> str:
    text = json.dumps(content, default=str, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
