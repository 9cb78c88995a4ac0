"""An exchange order in the words of Optoro Exchange Orders 2.0.0: the request body, as data and bytes.

Amounts named "cents" are the currency's ISO 4217 minor units. Optional keys without a value are left
out, since the published schema knows no null. Whether a body may be sent is `optoro_schema`.
"""

from __future__ import annotations

import json
from typing import Any

from app.domain.exchange_order import CardLine, ExchangeOrder, ReturnedItem, VariantLine
from app.domain.facts import Address, Customer

Body = dict[str, Any]


def body_of(message: ExchangeOrder, api_version: str) -> Body:
    """The body in the order of the published page, so that the same message gives the same bytes."""
    items = [_variant(line) for line in message.variants]
    if message.card is not None:
        items.append(_card(message.card, api_version))
    # A free order has no billing address, and Optoro wants one: the goods' address is the nearest.
    billing = message.billing_address if _is_postal(message.billing_address) else message.shipping_address
    return {
        "currency": message.currency,
        **_given(rma_identifier=message.rma),
        "original_order_id": message.original_order_id,
        **_given(original_secondary_order_id=message.original_secondary_order_id),
        "is_gift": message.is_gift,
        "items": items,
        "customer": _customer(message.customer),
        "shipping_address": _address(message.shipping_address),
        "billing_address": _address(billing),
        "payment": {"transaction_id": message.transaction_id},
    }


def to_bytes(body: Body) -> bytes:
    """Compact JSON in UTF-8. Raises UnicodeEncodeError for half a surrogate pair."""
    return json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode("utf-8")


def _variant(line: VariantLine) -> Body:
    """An "Instant Exchange" line. Unit price × quantity is the product amount or is not said."""
    unit, uneven = divmod(line.product, line.quantity)
    return {
        "sku": line.sku,
        "quantity": line.quantity,
        **_given(title=line.title),
        **({} if uneven else {"unit_price_amount_cents": unit}),
        "product_amount_cents": line.product,
        "discount_amount_cents": line.discount,
        "tax_amount_cents": line.tax,
        **_given(product_identifier=line.product_id, variant_identifier=line.variant_id),
        "original_sku": line.returned.sku,
        "original_item_identifier": line.returned.line_id,
        **_given(concept=line.returned.concept),
    }


def _card(card: CardLine, api_version: str) -> Body:
    """The "Instant Gift Card" line. The field for the bonus came with version 2; before it, the
    published sample shows the same card with the bonus inside its price."""
    apart = api_version != "1"
    return {
        "sku": card.sku,
        "quantity": 1,
        "unit_price_amount_cents": card.face if apart else card.face + card.bonus,
        **({"bonus_credit_amount_cents": card.bonus} if apart and card.bonus else {}),
        "return_items": [_return_item(item) for item in card.returned],
    }


def _return_item(item: ReturnedItem) -> Body:
    return {
        **_given(title=item.title),
        "original_sku": item.sku,
        "original_item_identifier": item.line_id,
        "quantity": item.quantity,
        **_given(concept=item.concept),
    }


def _customer(customer: Customer) -> Body:
    return {
        "identifier": customer.identifier,
        **_given(first_name=customer.first_name, last_name=customer.last_name),
        "email": customer.email,
        **_given(phone=customer.phone),
    }


def _address(address: Address) -> Body:
    """All required keys, also where the country has no such thing: then the value is empty."""
    return {
        "name": address.name,
        "street1": address.street1,
        **_given(street2=address.street2),
        "city": address.city,
        "province": address.province,
        "postal_code": address.postal_code,
        "country_code": address.country_code,
        **_given(phone=address.phone),
    }


def _is_postal(address: Address) -> bool:
    return bool(address.street1.strip() and address.country_code.strip())


def _given(**values: str) -> Body:
    """Only those that say something."""
    return {key: value for key, value in values.items() if value.strip()}
