"""Our own JSON Schema of what Optoro Exchange Orders 2.0.0 takes, held before anything is sent.

Stricter than the published page where its prose is: a quantity is 1 to 1000, a variant line names what
it replaces, a gift card line lists what it was given for, and there is one card at most. A refusal
says which field and why in words, for an agent to read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.connectors import body_schema
from app.connectors.body_schema import AMOUNT, ANY_TEXT, FILLED, BodySchema, record

QUANTITY = {"type": "integer", "minimum": 1, "maximum": 1000}


def _address(filled: Mapping[str, Any]) -> dict[str, Any]:
    """Places without provinces or postcodes exist; the key must be there all the same."""
    required = {
        "name": filled,
        "street1": filled,
        "city": ANY_TEXT,
        "province": ANY_TEXT,
        "postal_code": ANY_TEXT,
        "country_code": filled,
    }
    return record(required, {"street2": FILLED, "phone": FILLED})


RETURN_ITEM = record(
    {"original_sku": FILLED, "original_item_identifier": FILLED, "quantity": QUANTITY},
    {"title": FILLED, "concept": FILLED},
)
VARIANT_LINE = record(
    {
        "sku": FILLED,
        "quantity": QUANTITY,
        "product_amount_cents": AMOUNT,
        "discount_amount_cents": AMOUNT,
        "tax_amount_cents": AMOUNT,
        "original_sku": FILLED,
        "original_item_identifier": FILLED,
    },
    {
        "title": FILLED,
        "unit_price_amount_cents": AMOUNT,
        "product_identifier": FILLED,
        "variant_identifier": FILLED,
        "concept": FILLED,
    },
)
CARD_LINE_V1 = record(
    {
        "sku": FILLED,
        "quantity": {"const": 1},
        "unit_price_amount_cents": AMOUNT,
        "return_items": {"type": "array", "items": RETURN_ITEM, "minItems": 1},
    },
    {},
)
CARD_LINE_V2 = {
    **CARD_LINE_V1,
    "properties": {**CARD_LINE_V1["properties"], "bonus_credit_amount_cents": AMOUNT},
}


def _order(card_line: Mapping[str, Any]) -> dict[str, Any]:
    is_card = {"required": ["return_items"]}
    return record(
        {
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "original_order_id": FILLED,
            "is_gift": {"type": "boolean"},
            "items": {
                "type": "array",
                "items": {"if": is_card, "then": card_line, "else": VARIANT_LINE},
                "minItems": 1,
                "contains": is_card,
                "minContains": 0,
                "maxContains": 1,
            },
            "customer": record(
                {"identifier": FILLED, "email": {"type": "string", "pattern": r"^\S+@\S+$"}},
                {"first_name": FILLED, "last_name": FILLED, "phone": FILLED},
            ),
            "shipping_address": _address(FILLED),
            "billing_address": _address(ANY_TEXT),
            "payment": record({"transaction_id": FILLED}, {}),
        },
        {"rma_identifier": FILLED, "original_secondary_order_id": FILLED},
    )


VALIDATORS = {
    "1": BodySchema(_order(CARD_LINE_V1)),
    "2": BodySchema(_order(CARD_LINE_V2)),
}


def fault_in(body: Mapping[str, Any], api_version: str) -> str:
    """What keeps this body from being sent, in words; empty when nothing does."""
    return body_schema.fault_in(VALIDATORS[api_version], body, "Optoro")
