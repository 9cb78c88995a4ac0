"""The bodies of Ravelin's events, as its pages describe them.

Sources: the pages about exchange orders, `v2/checkout` and `v2/refund`. What is here: every field that the
pages name, with its type, and the rules of an exchange. What is not: keys, advice and answers (`ravelin.py`).

Ravelin takes more than it needs and says little of what it makes of it. This one is strict: a field that no
page names is refused, and so is a transaction on the wrong order.
"""

from collections.abc import Iterator, Mapping

from app.sandbox.checks import (
    Check,
    Problem,
    list_of,
    one_of,
    record,
    text,
    text_like,
    true_or_false,
    whole_number,
)

# Milliseconds since 1970 between 2001 and 2286: seconds and nanoseconds fall outside.
MOMENT = whole_number(10**12, 10**13 - 1)
AMOUNT = whole_number(0)
CURRENCY = text_like(r"[a-zA-Z]{3}")
STAGES = frozenset({"pending", "accepted", "failed", "cancelled", "fulfilled", "refunded"})
REASONS = {
    "failed": {"payment_declined", "seller_rejected", "system_error"},
    "cancelled": {"buyer", "seller", "merchant", "ravelin", "other_fraud_tool"},
    "refunded": {"returned", "complaint"},
}
TRANSACTIONS = frozenset({"auth", "capture", "auth_capture", "refund", "void"})
METHODS = frozenset(
    {
        "card",
        "paymentMethodCipher",
        "cash",
        "bankaccount",
        "paypal",
        "credit",
        "invoice",
        "wallet",
        "fromTransaction",
    }
)
EMAIL = text_like(r"[^@\s]+@[^@\s]+")

CUSTOMER = record(
    required={"customerId": text()},
    optional={"email": EMAIL, "name": text(), "givenName": text(), "familyName": text()},
)
ITEM = record(
    required={"sku": text(), "quantity": whole_number(1)},
    optional={
        "name": text(),
        "price": AMOUNT,
        "currency": CURRENCY,
        "brand": text(),
        "upc": text(),
        "category": text(),
    },
)
RETURNED_ITEM = record(
    required={"sku": text(), "quantity": whole_number(1), "refundReason": text_like(r"[A-Z_]+")},
    optional={
        "name": text(),
        "price": AMOUNT,
        "currency": CURRENCY,
        "category": text(),
        "subcategory": text(),
        "brand": text(),
    },
)
STATUS = record(required={"stage": one_of(STAGES)}, optional={"actor": text(), "reason": text()})
EXCHANGE = record(required={"isExchange": true_or_false()}, optional={"parentOrderId": text()})
ORDER = record(
    required={"orderId": text()},
    optional={
        "creationTime": MOMENT,
        "price": AMOUNT,
        "currency": CURRENCY,
        "status": STATUS,
        "items": list_of(ITEM, at_least=0),
        "exchange": EXCHANGE,
    },
)
TRANSACTION = record(
    required={"transactionId": text(), "amount": AMOUNT, "currency": CURRENCY, "type": one_of(TRANSACTIONS)},
    optional={
        "time": MOMENT,
        "success": true_or_false(),
        "gateway": text(),
        "gatewayReference": text(),
        "authCode": text(),
        "declineCode": text(),
    },
)
METHOD = record(
    required={"methodType": one_of(METHODS)},
    optional={
        "paymentMethodId": text(),
        "cardLastFour": text_like(r"\d{4}"),
        "cardBin": text_like(r"\d{6,8}"),
    },
)
CHECKOUT: Check = record(
    required={"timestamp": MOMENT},
    optional={
        "eventType": text_like(r"[a-zA-Z0-9][a-zA-Z0-9-_]*"),
        "customerId": text(),
        "customer": CUSTOMER,
        "order": ORDER,
        "paymentMethod": METHOD,
        "paymentMethodId": text(),
        "transaction": TRANSACTION,
    },
)
REFUND: Check = record(
    required={
        "timestamp": MOMENT,
        "customer": CUSTOMER,
        "order": record(required={"orderId": text()}, optional={}),
        "refund": record(
            required={"refundId": text()},
            optional={
                "refundRequestTime": MOMENT,
                "status": text(),
                "initiatedBy": text(),
                "refundType": one_of(frozenset({"exchange"})),
                "type": one_of(frozenset({"REFUND", "EXCHANGE"})),
                "claim": text(),
                "policy": text(),
                "amount": AMOUNT,
                "currency": CURRENCY,
                "nonRefundableAmount": AMOUNT,
                "refundIssuedTo": list_of(text_like(r"[A-Z_]+"), at_least=1),
                "refundReason": text(),
                "items": list_of(RETURNED_ITEM, at_least=1),
            },
        ),
    },
    optional={"eventType": text()},
)


def problems_in_checkout(body: object) -> Iterator[Problem]:
    """Everything wrong with a `v2/checkout`."""
    problems = list(CHECKOUT(body, ""))
    yield from problems
    if problems or not isinstance(body, dict):
        return
    for one, other in (("customerId", "customer"), ("paymentMethodId", "paymentMethod")):
        if one in body and other in body:
            yield Problem(other, "not_allowed")
    order = body.get("order", {})
    yield from _status(order.get("status", {}))
    yield from _exchange(order, body.get("transaction", {}))
    yield from _sum(order)


def problems_in_refund(body: object, *, scored: bool) -> Iterator[Problem]:
    """Everything wrong with a `v2/refund`. A score is only given while the request is open."""
    problems = list(REFUND(body, ""))
    yield from problems
    if not problems and isinstance(body, dict) and scored and body["refund"].get("status") != "OPEN":
        yield Problem("refund.status", "invalid")


def _status(status: Mapping[str, str]) -> Iterator[Problem]:
    """Some stages have a closed list of reasons, the others have none."""
    allowed = REASONS.get(status.get("stage", ""), set())
    reason = status.get("reason")
    if allowed and reason not in allowed:
        yield Problem("order.status.reason", "missing_field" if reason is None else "invalid")
    if not allowed and reason is not None:
        yield Problem("order.status.reason", "not_allowed")


def _exchange(order: Mapping[str, object], transaction: Mapping[str, object]) -> Iterator[Problem]:
    """The rules of the page: linked by its parent, and refunds belong on the order before."""
    exchange, refunds = order.get("exchange"), transaction.get("type") == "refund"
    if isinstance(exchange, dict):
        if exchange["isExchange"] and "parentOrderId" not in exchange:
            yield Problem("order.exchange.parentOrderId", "missing_field")
        if exchange.get("parentOrderId") == order["orderId"]:
            yield Problem("order.exchange.parentOrderId", "inconsistent")
        if refunds:
            yield Problem("transaction.type", "not_allowed")
        return
    status = order.get("status")
    refunded = isinstance(status, dict) and status.get("stage") == "refunded"
    if refunds != refunded:
        yield Problem("order.status.stage", "inconsistent")


def _sum(order: Mapping[str, object]) -> Iterator[Problem]:
    """Items alone never cost more than their order: the rest is sending."""
    items, price = order.get("items"), order.get("price")
    if not isinstance(items, list) or not isinstance(price, int):
        return
    if sum(item.get("price", 0) * item["quantity"] for item in items) > price:
        yield Problem("order.price", "inconsistent")


def fields(problems: list[Problem]) -> str:
    """The faults in one sentence, as Ravelin's own messages run."""
    return "; ".join(f"{problem.field} {problem.code.replace('_', ' ')}" for problem in problems)
