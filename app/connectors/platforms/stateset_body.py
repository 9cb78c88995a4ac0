"""The bodies of StateSet's calls, as data: make a return, approve it, exchange it.

Sources: the pages `return/exchange` and `return/create`. Texts without a value are left out. Amounts: the
exchange page shows only a 0 typed "number"; its sister pages of the return family write decimal major
units, the pages of payments integer minor units. So the unit is a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from jsonschema import Draft202012Validator

from app.connectors.body_schema import FILLED, record
from app.connectors.platforms.stateset_plan import Act, Call, Parcel
from app.connectors.platforms.stateset_settings import StateSetSettings
from app.domain.exchange_order import ExchangeOrder, ReturnedItem
from app.domain.money import major_units
from app.domain.reasons import REASON_WORDS, Reason

Body = dict[str, Any]

# The page lists defective, not_as_described, wrong_item, damaged and other, and says there are more.
REASON_CODES: Mapping[str, str] = MappingProxyType(
    {Reason.DAMAGED: "damaged", Reason.WRONG_ITEM: "wrong_item"}
)
OTHER = "other"

QUANTITY = {"type": "integer", "minimum": 1}
EXCHANGE = record(
    {
        "id": FILLED,
        "exchange_product_id": FILLED,
        "price_difference": {"type": "number"},
        "expedited": {"type": "boolean"},
    },
    {"exchange_variant_id": FILLED, "exchange_reason": FILLED, "shipping_method": FILLED},
)
RETURN = record(
    {
        "order_id": FILLED,
        "customer_email": {"type": "string", "pattern": r"^\S+@\S+$"},
        "reason_code": {"enum": ["damaged", "wrong_item", OTHER]},
        "type": {"enum": ["replacement", "store_credit"]},
        "items": {
            "type": "array",
            "minItems": 1,
            "items": record({"sku": FILLED, "quantity": QUANTITY}, {"reason": FILLED}),
        },
    },
    {"customer_notes": FILLED},
)
VALIDATORS = {
    Act.RETURN: Draft202012Validator(RETURN),
    Act.CREDIT: Draft202012Validator(RETURN),
    Act.APPROVE: Draft202012Validator(record({}, {})),
    Act.EXCHANGE: Draft202012Validator(EXCHANGE),
}


def body_of(message: ExchangeOrder, call: Call, settings: StateSetSettings, return_id: str) -> Body:
    """The body in the order of the page, so that the same message gives the same bytes."""
    match call.act:
        case Act.RETURN | Act.CREDIT:
            return _return(message, call, settings)
        case Act.APPROVE:
            return {}
    return _exchange(message, call, settings, return_id)


def price_difference(minor: int, currency: str, unit: str) -> int | Decimal:
    """Above zero the shopper owes it, below zero it goes back; in the unit that the settings say."""
    return minor if unit == "minor" else major_units(minor, currency)


def _exchange(message: ExchangeOrder, call: Call, settings: StateSetSettings, return_id: str) -> Body:
    parcel = call.parcel
    method = settings.expedited_method if message.expedited else ""
    return {
        # The page's sample says `id`, its table `return_id`: the sample is what its server was shown to take.
        "id": return_id,
        "exchange_product_id": parcel.product_id,
        **_given(exchange_variant_id=parcel.variant_id, exchange_reason=_words(parcel.returned[0])),
        "price_difference": price_difference(parcel.difference, message.currency, settings.price_unit),
        **_given(shipping_method=method or settings.shipping_method),
        "expedited": message.expedited,
    }


def _return(message: ExchangeOrder, call: Call, settings: StateSetSettings) -> Body:
    reason = call.parcel.returned[0].reason
    return {
        "order_id": _order_of(message, call.parcel, settings),
        "customer_email": message.customer.email,
        "reason_code": REASON_CODES.get(reason, OTHER),
        "type": "store_credit" if call.act is Act.CREDIT else "replacement",
        "items": [_item(item) for item in call.parcel.returned],
        # The only place of a return where our own numbers can stand.
        **_given(customer_notes=" ".join(part for part in (message.reference, message.rma) if part)),
    }


def _order_of(message: ExchangeOrder, parcel: Parcel, settings: StateSetSettings) -> str:
    """The order that the unit stands in. An exchange makes one of each unit, and StateSet knows no other."""
    own = next(iter(parcel.returned[0].orders), "")
    by_number = settings.order_id == "number" or not message.platform_order_id
    return own or (message.original_order_id if by_number else message.platform_order_id)


def _item(item: ReturnedItem) -> Body:
    """`condition` (A to D) is for who unpacks it."""
    return {"sku": item.sku, "quantity": item.quantity, **_given(reason=_words(item))}


def _words(item: ReturnedItem) -> str:
    """The reason as a shopper chose it; a code that is none of ours stands as it is."""
    return REASON_WORDS.get(Reason(item.reason), "") if item.reason in list(Reason) else item.reason


def _given(**values: str) -> Body:
    """Only those that say something."""
    return {key: value for key, value in values.items() if value.strip()}
