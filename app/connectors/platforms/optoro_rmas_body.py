"""A placed exchange in the words of Optoro's RMAs 5.0.0: what comes back, under which number, and for what.

An item of the page has no quantity, so each unit is an item. Amounts named "cents" are the currency's
ISO 4217 minor units. Where the page wants a text that nobody knows here, its key stands there with an empty
one; optional keys without a value are left out. What may be sent is `RMA`, our own JSON Schema of the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from app.connectors.body_schema import AMOUNT, ANY_TEXT, FILLED, BodySchema, record
from app.connectors.platforms.optoro_rmas_settings import RmasSettings
from app.domain.exchange_order import ReturnedItem
from app.domain.exchange_report import ExchangeReport, ParcelLeg
from app.domain.money import share_between, spread
from app.domain.reasons import REASON_WORDS, Reason

Body = dict[str, Any]

CREATED = "CREATED"  # the exchange order is placed; before that the page has PENDING_EXCHANGE
CANCELED = "CANCELED"  # it was taken back since: nothing is to come back any more
STORE_CREDIT = "INSTANT_STORE_CREDIT"
# Before anybody has seen the parcel nothing is known of it: the key is left out.
PACKAGE = {ParcelLeg.IN_TRANSIT: "TRANSIT", ParcelLeg.RECEIVED: "DELIVERED"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"}
FINANCIALS = {
    "estimated_refund_amount_cents": AMOUNT,
    "optoro_refund_amount_cents": AMOUNT,
    "shopper_refund_amount_cents": AMOUNT,
}
ITEM = record(
    {
        "order_line_item_identifier": FILLED,
        "order_identifier": FILLED,
        "return_reason": ANY_TEXT,
        "sku": ANY_TEXT,
        "upc": ANY_TEXT,
        "refund_financials": record(FINANCIALS, {}),
        "refund_type": {"enum": ["STANDARD_EXCHANGE", "INSTANT_EXCHANGE", STORE_CREDIT]},
    },
    {
        "secondary_identifier": FILLED,
        "exchange_order_identifier": FILLED,
        "package_tracking_status": {"enum": list(PACKAGE.values())},
        "is_exchange": {"type": "boolean"},
    },
)
RMA = BodySchema(
    record(
        {
            "rma_identifier": FILLED,
            "status": {"enum": [CREATED, CANCELED]},
            "created_at": TIME,
            "items": {"type": "array", "items": ITEM, "minItems": 1},
            "return_method": {"enum": ["mail-back", "express-returns", "customer-keep", "home-pickup"]},
            "return_shipping_cost_cents": AMOUNT,
            "bonus_credit_amount_cents": AMOUNT,
            "gift_refund_only": {"type": "boolean"},
        },
        {"updated_at": TIME, "giftee_email": FILLED, "concept": FILLED},
    )
)


def rma_of(report: ExchangeReport, settings: RmasSettings) -> Body:
    """The message in the order of the published page, so that the same report gives the same bytes.

    Nothing is charged for sending goods back: what a shopper pays for is the way to them.
    """
    order = report.order
    newest = report.cancelled_at or report.parcel_noted_at or report.placed_at or report.submitted_at
    concept = next((item.concept for item in order.returned if item.concept.strip()), "")
    return {
        "rma_identifier": order.rma,
        "status": CANCELED if report.cancelled_at else CREATED,
        "created_at": _time(report.submitted_at),
        "updated_at": _time(newest),
        "items": list(_items(report, settings)),
        "return_method": settings.return_method,
        "return_shipping_cost_cents": 0,
        "bonus_credit_amount_cents": order.card.bonus if order.card else 0,
        "gift_refund_only": order.is_gift,
        **({"giftee_email": order.customer.email} if order.is_gift else {}),
        **({"concept": concept} if concept else {}),
    }


def _items(report: ExchangeReport, settings: RmasSettings) -> Iterator[Body]:
    """Units for variants first. A refund due is shared out among those, by what was paid for each."""
    order = report.order
    exchanged = [unit for line in order.variants for unit in _units(line.returned)]
    refunds = spread(report.refund_due, [credit for _, credit in exchanged])
    for (returned, credit), refund in zip(exchanged, refunds, strict=True):
        yield {
            **_item(report, returned, settings),
            "is_exchange": True,
            "refund_financials": _financials(credit, refund),
            "refund_type": settings.exchange_type,
        }
    for given in order.card.returned if order.card else ():
        for returned, credit in _units(given):
            yield {
                **_item(report, returned, settings),
                "refund_financials": _financials(credit, 0),
                "refund_type": STORE_CREDIT,
            }


def _units(item: ReturnedItem) -> Iterator[tuple[ReturnedItem, int]]:
    """Each unit with its share of what was paid for all."""
    for unit in range(item.quantity):
        yield item, share_between(item.credit, unit, unit + 1, item.quantity)


def _item(report: ExchangeReport, item: ReturnedItem, settings: RmasSettings) -> Body:
    order = report.order
    return {
        "order_line_item_identifier": item.line_id,
        "order_identifier": order.original_order_id,
        **_given(
            secondary_identifier=order.original_secondary_order_id,
            exchange_order_identifier=report.platform_order,
            package_tracking_status=PACKAGE.get(report.parcel, ""),
        ),
        "return_reason": _words(item.reason),
        "sku": item.sku,
        "upc": item.sku if settings.upc == "sku" else "",
    }


def _financials(credit: int, refund: int) -> Body:
    """What was paid for the unit: the part that goes into the exchange, and the part that goes back.

    The page calls the former Optoro's, who pays the exchange order in its own portal.
    """
    return {
        "estimated_refund_amount_cents": credit,
        "optoro_refund_amount_cents": credit - refund,
        "shopper_refund_amount_cents": refund,
    }


def _words(reason: str) -> str:
    """The reason as a shopper chose it; a code that is none of ours stands as it is."""
    return REASON_WORDS.get(Reason(reason), reason) if reason in set(Reason) else reason


def _time(at: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, as the page's samples have it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _given(**values: str) -> Body:
    """Only those that say something."""
    return {key: value for key, value in values.items() if value.strip()}
