"""An exchange in the words of Ravelin's `/v2/checkout` and `/v2/refund`, as data.

Sources: Ravelin's pages about exchange orders, checkout and refunds. Times come from the report, so that the
same report gives the same bytes: Ravelin merges what it hears by ids and `timestamp`. Addresses, names and
telephone numbers are left out: nothing that is asked for here needs them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from app.connectors.fraud.ravelin_amounts import basic_units, parts_of, unit_prices
from app.connectors.fraud.ravelin_settings import RavelinSettings
from app.domain.exchange_order import ExchangeOrder, ReturnedItem
from app.domain.exchange_report import Direction, ExchangeReport, MoneyMoved, PaymentUsed
from app.domain.reasons import Reason

Body = dict[str, Any]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
GIFT_CARD = "Gift card"

# The page's full list could not be had: these are upper-case words like those of its samples.
REFUND_REASONS: Mapping[str, str] = MappingProxyType(
    {
        Reason.TOO_SMALL: "WRONG_SIZE",
        Reason.TOO_LARGE: "WRONG_SIZE",
        Reason.DIFFERENT_COLOUR: "WRONG_COLOUR",
        Reason.DAMAGED: "ITEM_DAMAGED",
        Reason.WRONG_ITEM: "WRONG_ITEM",
        Reason.CHANGED_MIND: "CHANGED_MIND",
    }
)
OTHER = "OTHER"
# Numbers of transactions must differ, and one of the exchange order is not one of the order before.
KINDS_NAMED = {Direction.TAKEN: "", Direction.PAID_BACK: "refund", Direction.GIVEN_BACK: "given-back"}


def exchange_checkout(report: ExchangeReport, settings: RavelinSettings) -> Body:
    """The exchange order. A transaction only once the difference was taken, and then for that alone.

    `price` is the full value of the new items, with what is charged for sending them. Told again for its
    money it says nothing of its stage, which may be another by then. Raises Inexact.
    """
    order, at = report.order, _told_at(report)
    again = report.placed_at is not None and at > milliseconds(report.placed_at)
    *goods, sending = _converted([*_values(order), order.shipping], report, settings)
    paid = _paid(report, report.moved, settings) if report.moved else {}
    return {
        "timestamp": at,
        "customerId": order.customer.identifier,
        "order": {
            "orderId": report.platform_order,
            "creationTime": milliseconds(report.submitted_at),
            "price": sum(goods) + sending,
            "currency": order.currency,
            **({} if again else {"status": {"stage": "accepted", "actor": "buyer"}}),
            "items": _items(order, goods),
            "exchange": {"isExchange": True, "parentOrderId": preceding_order(order, settings)},
        },
        **paid,
    }


def shipped_checkout(report: ExchangeReport, settings: RavelinSettings) -> Body:
    """The exchange order once more: fulfilled. Its parent stands in it as messages may overtake each other.

    Ravelin keeps what is newer, so it is later than the exchange order whatever a carrier's clock says. The
    order before is not told again: it is fulfilled already, and that would undo its refund.
    """
    order, placed = report.order, milliseconds(report.placed_at or report.submitted_at)
    return {
        "timestamp": max(milliseconds(report.shipped_at or report.submitted_at), placed + 1),
        "customerId": order.customer.identifier,
        "order": {
            "orderId": report.platform_order,
            "status": {"stage": "fulfilled", "actor": "merchant"},
            "exchange": {"isExchange": True, "parentOrderId": preceding_order(order, settings)},
        },
    }


def refund_checkout(report: ExchangeReport, moved: MoneyMoved, settings: RavelinSettings) -> Body:
    """The directly preceding order again, once money went back: refunded, with the refund beside it.

    There is no stage for a part of an order; the transaction's amount tells how much. Raises Inexact.
    """
    return _refunded(report, moved, settings, preceding_order(report.order, settings))


def given_back_checkout(report: ExchangeReport, moved: MoneyMoved, settings: RavelinSettings) -> Body:
    """The exchange order once more, cancelled since: refunded, as what was taken for it went back.

    A refund makes its order refunded, whatever the cause. That it is an exchange is not said again: such an
    order carries no refund. The order before is not touched. Raises Inexact.
    """
    return _refunded(report, moved, settings, report.platform_order)


def refund_request(report: ExchangeReport, settings: RavelinSettings) -> Body:
    """What comes back, to be judged before anything is placed. Raises Inexact."""
    order, at = report.order, milliseconds(report.submitted_at)
    goods = _converted([item.credit for item in order.returned], report, settings)
    kind = {"refundType": "exchange"} if settings.refund_type == "refundType" else {"type": "EXCHANGE"}
    money = basic_units(report.refund_due, order.currency, exact=settings.inexact == "refuse")
    kept = basic_units(report.forfeited, order.currency, exact=settings.inexact == "refuse")
    issued_to = _issued_to(report)
    # The recipient of a gift is not who bought it, and the buyer's identifier must not get their address.
    email = {} if order.is_gift else {"email": order.customer.email}
    return {
        "timestamp": at,
        "customer": {"customerId": order.customer.identifier, **email},
        "order": {"orderId": preceding_order(order, settings)},
        "refund": {
            "refundId": order.reference,
            "refundRequestTime": at,
            "status": "OPEN",  # must be, for a score
            "initiatedBy": "CUSTOMER",
            **kind,
            "amount": sum(goods) if settings.refund_amount == "goods" else money,
            **({"nonRefundableAmount": kept} if kept else {}),
            "currency": order.currency,
            **({"refundIssuedTo": issued_to} if issued_to else {}),
            "items": [
                entry
                for item, total in zip(order.returned, goods, strict=True)
                for entry in _returned(item, total, order.currency)
            ],
        },
    }


def preceding_order(order: ExchangeOrder, settings: RavelinSettings) -> str:
    """The order that was exchanged, under the id that the merchant told Ravelin of it: never the first of
    a chain, which Ravelin finds by itself."""
    platform = settings.order_id == "platform" and order.platform_order_id
    return order.platform_order_id if platform else order.original_order_id


def milliseconds(moment: datetime) -> int:
    """Unix time in whole milliseconds."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _refunded(report: ExchangeReport, moved: MoneyMoved, settings: RavelinSettings, order_id: str) -> Body:
    return {
        "timestamp": _told_at(report),
        "customerId": report.order.customer.identifier,
        "order": {
            "orderId": order_id,
            "status": {"stage": "refunded", "actor": "merchant", "reason": "returned"},
        },
        "transaction": _transaction(report, moved, settings, "refund"),
    }


def _told_at(report: ExchangeReport) -> int:
    """When it was so. Ravelin merges by this, so what came later says so; a repeat says the same."""
    placed = report.placed_at or report.submitted_at
    return milliseconds(max(placed, report.moved.at) if report.moved else placed)


def _values(order: ExchangeOrder) -> list[int]:
    """What each line of the exchange order is worth, the card last, with the bonus on it."""
    lines = [line.product - line.discount + line.tax for line in order.variants]
    return [*lines, order.card.face + order.card.bonus] if order.card else lines


def _converted(amounts: list[int], report: ExchangeReport, settings: RavelinSettings) -> list[int]:
    return parts_of(amounts, report.order.currency, exact=settings.inexact == "refuse")


def _items(order: ExchangeOrder, goods: list[int]) -> list[Body]:
    """`price` is for one unit; units that do not divide evenly are told as two items."""
    described = [(line.sku, line.title, line.quantity, line.returned.concept) for line in order.variants]
    if order.card:
        described.append((order.card.sku, GIFT_CARD, 1, ""))
    return [
        {
            "sku": sku,
            **_given(name=title),
            "price": price,
            "currency": order.currency,
            "quantity": units,
            **_given(brand=concept),
        }
        for (sku, title, quantity, concept), total in zip(described, goods, strict=True)
        for price, units in unit_prices(total, quantity)
    ]


def _returned(item: ReturnedItem, total: int, currency: str) -> list[Body]:
    return [
        {
            **_given(name=item.title),
            "sku": item.sku,
            "quantity": units,
            "price": price,
            "currency": currency,
            **_given(brand=item.concept),
            "refundReason": REFUND_REASONS.get(item.reason, OTHER),
        }
        for price, units in unit_prices(total, item.quantity)
    ]


def _paid(report: ExchangeReport, moved: MoneyMoved, settings: RavelinSettings) -> Body:
    """The difference that was taken, and how, where that is known."""
    used = report.payment or PaymentUsed()
    known = {
        "paymentMethodId": used.method_id,
        "methodType": used.method_type,
        "cardLastFour": used.last_four,
    }
    method = _given(**known)
    transaction = _transaction(report, moved, settings, "auth_capture")
    return {**({"paymentMethod": method} if used.method_type else {}), "transaction": transaction}


def _transaction(report: ExchangeReport, moved: MoneyMoved, settings: RavelinSettings, kind: str) -> Body:
    """The amount is above zero for a refund too: the type tells the direction."""
    number = report.order.transaction_id
    names = (number, KINDS_NAMED[moved.direction], moved.part)
    return {
        "transactionId": "-".join(name for name in names if name),
        "time": milliseconds(moved.at),
        "amount": basic_units(moved.amount, report.order.currency, exact=settings.inexact == "refuse"),
        "currency": report.order.currency,
        "type": kind,
        "gateway": moved.gateway or settings.gateway,
        "gatewayReference": moved.reference or number,
        "success": True,
    }


def _issued_to(report: ExchangeReport) -> list[str]:
    places = {"ORIGINAL_PAYMENT_METHOD": report.refund_due, "GIFT_CARD": report.card_total}
    return [place for place, amount in places.items() if amount]


def _given(**values: str) -> Body:
    """Only those that say something."""
    return {key: value for key, value in values.items() if value.strip()}
