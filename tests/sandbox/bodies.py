"""Exchange orders to send to the pretend merchant, written by hand from the published page.

Not made by our own connector, on purpose: these tests are about the peer, and would follow the connector's
errors.
"""

from typing import Any

Body = dict[str, Any]


def variant_line(**changes: object) -> Body:
    """One jacket in another size: 129.00, with 10.64 tax."""
    return {
        "sku": "JACKET-L",
        "quantity": 1,
        "title": "Rain jacket, L",
        "unit_price_amount_cents": 12900,
        "product_amount_cents": 12900,
        "discount_amount_cents": 0,
        "tax_amount_cents": 1064,
        "product_identifier": "JACKET",
        "variant_identifier": "JACKET-L",
        "original_sku": "JACKET-M",
        "original_item_identifier": "11",
        "concept": "harbour",
        **changes,
    }


def card_line(**changes: object) -> Body:
    """A gift card of 45.00 and a bonus of 5.00, for one cap."""
    return {
        "sku": "OPTOROGIFTCARD",
        "quantity": 1,
        "unit_price_amount_cents": 4500,
        "bonus_credit_amount_cents": 500,
        "return_items": [return_item()],
        **changes,
    }


def return_item(**changes: object) -> Body:
    """The cap that the card is for."""
    return {
        "title": "Cap",
        "original_sku": "CAP-RED",
        "original_item_identifier": "12",
        "quantity": 1,
        "concept": "harbour",
        **changes,
    }


def address(**changes: object) -> Body:
    """Somewhere in Oregon."""
    return {
        "name": "Ada Moss",
        "street1": "9 Quay St",
        "street2": "Flat 2",
        "city": "Bend",
        "province": "OR",
        "postal_code": "97701",
        "country_code": "US",
        "phone": "+1 541 555 0100",
        **changes,
    }


def order(number: str = "H-1001", **changes: object) -> Body:
    """A whole body with every field of the page in it: one jacket and one card."""
    return {
        "currency": "USD",
        "rma_identifier": "RMA-70021",
        "original_order_id": number,
        "original_secondary_order_id": "880011",
        "is_gift": False,
        "items": [variant_line(), card_line()],
        "customer": {
            "identifier": "cus_88",
            "first_name": "Ada",
            "last_name": "Moss",
            "email": "ada@example.test",
            "phone": "+1 541 555 0100",
        },
        "shipping_address": address(),
        "billing_address": address(),
        "payment": {"transaction_id": "0d7f2c5e-2f0a-4d0f-9a53-6b0b8a4d7c11"},
        **changes,
    }


def changed(body: Body, path: str, value: object) -> Body:
    """The body with one place set: `"items.0.sku"`."""
    target: Any = body
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    for step in way:
        target = target[step]
    target[last] = value
    return body


def without(body: Body, path: str) -> Body:
    """The body with one key gone."""
    target: Any = body
    *way, last = [int(step) if step.isdecimal() else step for step in path.split(".")]
    for step in way:
        target = target[step]
    del target[last]
    return body
