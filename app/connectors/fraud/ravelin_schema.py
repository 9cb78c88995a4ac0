"""Our own JSON Schemas of what Ravelin takes, held before anything is sent.

Stricter than the pages, which want no more than a timestamp and ids: what is here is what we send.
"""

from __future__ import annotations

from typing import Any

from app.connectors.body_schema import AMOUNT, FILLED, BodySchema, record

CURRENCY = {"type": "string", "pattern": "^[A-Z]{3}$"}
MOMENT = {"type": "integer", "minimum": 1}
QUANTITY = {"type": "integer", "minimum": 1}
PRICED: dict[str, Any] = {"sku": FILLED, "price": AMOUNT, "currency": CURRENCY, "quantity": QUANTITY}
NAMED = {"name": FILLED, "brand": FILLED}


def _transaction(*kinds: str) -> dict[str, Any]:
    return record(
        {
            "transactionId": FILLED,
            "time": MOMENT,
            "amount": AMOUNT,
            "currency": CURRENCY,
            "type": {"enum": list(kinds)},
            "gateway": FILLED,
            "gatewayReference": FILLED,
            "success": {"const": True},
        },
        {},
    )


def _items(more: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "minItems": 1, "items": record({**PRICED, **more}, NAMED)}


EXCHANGE_CHECKOUT = record(
    {
        "timestamp": MOMENT,
        "customerId": FILLED,
        "order": record(
            {
                "orderId": FILLED,
                "creationTime": MOMENT,
                "price": AMOUNT,
                "currency": CURRENCY,
                "items": _items({}),
                "exchange": record({"isExchange": {"const": True}, "parentOrderId": FILLED}, {}),
            },
            {"status": record({"stage": {"const": "accepted"}, "actor": {"const": "buyer"}}, {})},
        ),
    },
    {
        "transaction": _transaction("auth_capture"),
        "paymentMethod": record(
            {"methodType": FILLED}, {"paymentMethodId": FILLED, "cardLastFour": {"pattern": "^[0-9]{4}$"}}
        ),
    },
)
REFUND_CHECKOUT = record(
    {
        "timestamp": MOMENT,
        "customerId": FILLED,
        "order": record(
            {
                "orderId": FILLED,
                "status": record(
                    {
                        "stage": {"const": "refunded"},
                        "actor": {"const": "merchant"},
                        "reason": {"const": "returned"},
                    },
                    {},
                ),
            },
            {},
        ),
        "transaction": _transaction("refund"),
    },
    {},
)
SHIPPED_CHECKOUT = record(
    {
        "timestamp": MOMENT,
        "customerId": FILLED,
        "order": record(
            {
                "orderId": FILLED,
                "status": record({"stage": {"const": "fulfilled"}, "actor": {"const": "merchant"}}, {}),
                "exchange": record({"isExchange": {"const": True}, "parentOrderId": FILLED}, {}),
            },
            {},
        ),
    },
    {},
)
REFUND_REQUEST = record(
    {
        "timestamp": MOMENT,
        "customer": record({"customerId": FILLED}, {"email": {"type": "string", "pattern": r"^\S+@\S+$"}}),
        "order": record({"orderId": FILLED}, {}),
        "refund": record(
            {
                "refundId": FILLED,
                "refundRequestTime": MOMENT,
                "status": {"const": "OPEN"},
                "initiatedBy": {"const": "CUSTOMER"},
                "amount": AMOUNT,
                "currency": CURRENCY,
                "items": _items({"refundReason": FILLED}),
            },
            {
                "refundType": {"const": "exchange"},
                "type": {"const": "EXCHANGE"},
                "nonRefundableAmount": AMOUNT,
                "refundIssuedTo": {"type": "array", "minItems": 1, "items": FILLED},
            },
        ),
    },
    {},
)
VALIDATORS = {
    "exchange order": BodySchema(EXCHANGE_CHECKOUT),
    "refund": BodySchema(REFUND_CHECKOUT),
    "given back": BodySchema(REFUND_CHECKOUT),
    "shipped": BodySchema(SHIPPED_CHECKOUT),
    "refund request": BodySchema(REFUND_REQUEST),
}
