"""JSON Schemas of the bodies that Medusa takes, written from its recorded requests and refusals.

By the name of the step. A field that is not here is refused there: "Unrecognized fields".
"""

from __future__ import annotations

from typing import Any

from jsonschema import Draft202012Validator

ID = {"type": "string", "pattern": r"^[A-Za-z0-9_-]+$"}
TEXT = {"type": "string", "minLength": 1}
COUNT = {"type": "integer", "minimum": 1}
AMOUNT = {"type": "number", "minimum": 0}
METADATA = {"type": "object"}


def record(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def listed(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": entry, "minItems": 1}


RETURNED = listed(record({"id": ID, "quantity": COUNT}, {"reason_id": ID, "internal_note": TEXT}))
SENT = listed(record({"variant_id": ID, "quantity": COUNT}, {"unit_price": AMOUNT}))
SHIPPING = record({"shipping_option_id": ID, "custom_amount": AMOUNT})
NOTHING = {"type": "object", "maxProperties": 0}
ABOUT = {"description": TEXT, "internal_note": TEXT, "metadata": METADATA}

SCHEMAS = {
    name: Draft202012Validator(schema)
    for name, schema in {
        "create": record({"order_id": ID}, ABOUT),
        "inbound items": record({"items": RETURNED}, {"location_id": ID}),
        "inbound shipping": SHIPPING,
        "carry over promotions": record({"carry_over_promotions": {"const": True}}),
        "outbound items": record({"items": SENT}),
        "outbound shipping": SHIPPING,
        "confirm": NOTHING,
        "cancel fulfilment": NOTHING,
        "cancel": NOTHING,
        "mark as paid": record({"order_id": ID}),
        "refund": record({"amount": AMOUNT}, {"note": TEXT}),
        "begin return": record({"order_id": ID}, {"location_id": ID, **ABOUT}),
        "return items": record({"items": RETURNED}),
        "confirm return": NOTHING,
        "gift card": record(
            {
                "currency_code": {"type": "string", "pattern": "^[a-z]{3}$"},
                "value": {"type": "number", "minimum": 1},
            },
            {"code": TEXT, "reference": TEXT, "reference_id": TEXT, "note": TEXT, "metadata": METADATA},
        ),
    }.items()
}
