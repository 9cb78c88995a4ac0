"""The pretend merchant who is told of returns: `POST /optoro/rmas`.

Source: RMAs 5.0.0: the fields that it requires, and the closed lists of its enumerations. The page says no
more of an answer than that any 2xx is success. A receiver of Optoro's webhooks should not answer 4xx to what
it cannot use; this one does, because a peer that takes everything would prove nothing.
"""

from collections.abc import Iterator

from app.sandbox.checks import (
    Check,
    Problem,
    below,
    list_of,
    one_of,
    record,
    text,
    text_like,
    true_or_false,
    whole_number,
)

RMAS_PATH = "/rmas"
API_VERSIONS = ("3",)  # all that the page of version 5.0.0 names
MAY_BE_EMPTY = text(blank_allowed=True)
MOMENT = text_like(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")

ITEM = record(
    required={
        "order_line_item_identifier": text(),
        "order_identifier": text(),
        "refund_financials": record(
            required={
                "estimated_refund_amount_cents": whole_number(0),
                "optoro_refund_amount_cents": whole_number(0),
                "shopper_refund_amount_cents": whole_number(0),
            },
            optional={},
        ),
        "refund_type": one_of(
            frozenset({"REFUND", "STANDARD_EXCHANGE", "INSTANT_EXCHANGE", "INSTANT_STORE_CREDIT"})
        ),
        "return_reason": MAY_BE_EMPTY,
        "sku": MAY_BE_EMPTY,
        "upc": MAY_BE_EMPTY,
    },
    optional={
        "secondary_identifier": text(),
        "exchange_order_identifier": text(),
        "original_order_identifier": text(),
        "is_exchange": true_or_false(),
        "tracking_number": text(),
        "package_tracking_status": one_of(
            frozenset(
                {
                    "PRE_TRANSIT",
                    "ACCEPTED",
                    "TRANSIT",
                    "DELIVERED",
                    "RETURNED",
                    "FAILURE",
                    "NOT_DROPPED_OFF",
                }
            )
        ),
        "receiving_status": one_of(frozenset({"PENDING", "RECEIVED", "NOT_RECEIVED"})),
        "warehouse_receipt_condition": text(),
    },
)
RMA: Check = record(
    required={
        "rma_identifier": text(),
        "created_at": MOMENT,
        "items": list_of(ITEM, at_least=1),
        "status": one_of(
            frozenset({"PENDING_EXCHANGE", "CREATED", "REFUNDED", "PARTIAL_REFUND", "CANCELED"})
        ),
        "return_shipping_cost_cents": whole_number(0),
        "bonus_credit_amount_cents": whole_number(0),
        "return_method": one_of(frozenset({"mail-back", "express-returns", "customer-keep", "home-pickup"})),
        "gift_refund_only": true_or_false(),
    },
    optional={
        "updated_at": MOMENT,
        "giftee_email": text_like(r"[^@\s]+@[^@\s]+"),
        "warehouse_id": MAY_BE_EMPTY,
        "receiving_complete": true_or_false(),
        "concept": text(),
        "vendor": text(),
        "customer": record(required={}, optional={"tags": list_of(text(), at_least=0)}),
    },
)


def problems_in_rma(body: object) -> Iterator[Problem]:
    """Everything wrong with a message, and amounts of an item that do not add up."""
    yield from RMA(body, "")
    items = body.get("items") if isinstance(body, dict) else None
    for position, item in enumerate(items if isinstance(items, list) else []):
        financials = item.get("refund_financials") if isinstance(item, dict) else None
        if isinstance(financials, dict) and not _adds_up(financials):
            yield Problem(below(f"items[{position}]", "refund_financials"), "inconsistent")


def _adds_up(financials: dict[str, object]) -> bool:
    """What goes to the shopper and what goes into the exchange are together what was paid."""
    names = ("estimated", "optoro", "shopper")
    amounts = [financials.get(f"{name}_refund_amount_cents") for name in names]
    numbers = [each for each in amounts if isinstance(each, int)]
    return len(numbers) < len(names) or numbers[0] == numbers[1] + numbers[2]
