"""The body of an exchange order, as the published page and its prose describe it.

Source: "Optoro Exchange Orders 2.0.0", request body. What is here: every field with its type and limits, and
the shape of the two kinds of line. What is not: headers, prices and answers (`optoro.py`).

The page leaves some things open; this merchant is strict about them and says so at each place below.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TypeGuard

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
from app.sandbox.currencies import KNOWN_CURRENCIES

LARGEST_QUANTITY = 1000

# The page says only that a quantity is at most 1000; nobody orders none of a thing.
QUANTITY = whole_number(1, LARGEST_QUANTITY)
AMOUNT = whole_number(0)
EMAIL = text_like(r"[^@\s]+@[^@\s]+")
# The page shows no sample; two capital letters is the ISO 3166-1 code that its other pages use.
COUNTRY_CODE = text_like(r"[A-Z]{2}")
# Not every country has provinces or postcodes. The key must be there all the same, and may be blank.
IF_THE_COUNTRY_HAS_IT = text(blank_allowed=True)

ADDRESS = record(
    required={
        "name": text(),
        "street1": text(),
        "city": text(),
        "province": IF_THE_COUNTRY_HAS_IT,
        "postal_code": IF_THE_COUNTRY_HAS_IT,
        "country_code": COUNTRY_CODE,
    },
    optional={"street2": text(), "phone": text()},
)

CUSTOMER = record(
    required={"identifier": text(), "email": EMAIL},
    optional={"first_name": text(), "last_name": text(), "phone": text()},
)

RETURN_ITEM = record(
    required={"original_sku": text(), "original_item_identifier": text(), "quantity": QUANTITY},
    optional={"title": text(), "concept": text()},
)

ITEM = record(
    required={"sku": text(), "quantity": QUANTITY},
    optional={
        "title": text(),
        "unit_price_amount_cents": AMOUNT,
        "product_amount_cents": AMOUNT,
        "discount_amount_cents": AMOUNT,
        "tax_amount_cents": AMOUNT,
        "bonus_credit_amount_cents": AMOUNT,
        "product_identifier": text(),
        "variant_identifier": text(),
        "original_sku": text(),
        "original_item_identifier": text(),
        "concept": text(),
        "return_items": list_of(RETURN_ITEM, at_least=1),
    },
)

ORDER: Check = record(
    required={
        "currency": one_of(KNOWN_CURRENCIES),
        "original_order_id": text(),
        "is_gift": true_or_false(),
        "items": list_of(ITEM, at_least=1),
        "customer": CUSTOMER,
        "shipping_address": ADDRESS,
        "billing_address": ADDRESS,
        "payment": record(required={"transaction_id": text()}, optional={}),
    },
    optional={"rma_identifier": text(), "original_secondary_order_id": text()},
)

VARIANT_LINE_NEEDS = ("original_sku", "original_item_identifier")
CARD_LINE_NEEDS = ("unit_price_amount_cents", "return_items")


def problems_in(body: object, *, version: str, gift_card_sku: str) -> Iterator[Problem]:
    """Everything wrong with a body under API version "1" or "2"."""
    yield from ORDER(body, "")
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        return
    cards = 0
    for position, item in enumerate(items):
        if not isinstance(item, dict):
            continue
        where = f"items[{position}]"
        if is_card(item, gift_card_sku):
            cards += 1
            yield from _card_line(item, where, version)
            if cards > 1:
                # One card for all that is returned: the prose has `return_items` list every item of it.
                yield Problem(below(where, "sku"), "duplicate")
        else:
            yield from _variant_line(item, where)
        yield from _amounts_that_disagree(item, where)


def is_card(item: Mapping[str, object], gift_card_sku: str) -> bool:
    """A line is a gift card exactly when it carries the value agreed for `sku`."""
    return item.get("sku") == gift_card_sku


def _variant_line(item: Mapping[str, object], where: str) -> Iterator[Problem]:
    yield from _missing(item, VARIANT_LINE_NEEDS, where)
    yield from _not_allowed(item, ("bonus_credit_amount_cents", "return_items"), where)


def _card_line(item: Mapping[str, object], where: str, version: str) -> Iterator[Problem]:
    """The face value has no other source than the unit price, so a card without one has no value."""
    yield from _missing(item, CARD_LINE_NEEDS, where)
    yield from _not_allowed(item, VARIANT_LINE_NEEDS, where)
    if version == "1":
        # Only the 2.0.0 page has the field; before it the bonus was part of the price.
        yield from _not_allowed(item, ("bonus_credit_amount_cents",), where)
    quantity = item.get("quantity")
    if _is_quantity(quantity) and quantity > 1:
        yield Problem(below(where, "quantity"), "too_large")


def _amounts_that_disagree(item: Mapping[str, object], where: str) -> Iterator[Problem]:
    """Quantity times unit price is the product amount, and no discount is larger than that.

    Values that are wrong in themselves have been named already and are not compared.
    """
    quantity, unit = item.get("quantity"), item.get("unit_price_amount_cents")
    product, discount = item.get("product_amount_cents"), item.get("discount_amount_cents")
    if not _is_amount(product):
        return
    if _is_quantity(quantity) and _is_amount(unit) and quantity * unit != product:
        yield Problem(below(where, "product_amount_cents"), "inconsistent")
    if _is_amount(discount) and discount > product:
        yield Problem(below(where, "discount_amount_cents"), "too_large")


def _missing(item: Mapping[str, object], names: tuple[str, ...], where: str) -> Iterator[Problem]:
    return (Problem(below(where, name), "missing_field") for name in names if name not in item)


def _not_allowed(item: Mapping[str, object], names: tuple[str, ...], where: str) -> Iterator[Problem]:
    return (Problem(below(where, name), "not_allowed") for name in names if name in item)


def _is_quantity(value: object) -> TypeGuard[int]:
    return _is_amount(value) and 1 <= value <= LARGEST_QUANTITY


def _is_amount(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_NUMBERED = re.compile(r"(?P<root>.+)-X(?P<number>[1-9]\d{0,5})", re.DOTALL)


def exchange_order_number(original_order_id: str) -> str:
    """The number of the one exchange order an order can have: "1001" gives "1001-X1", and that "1001-X2".

    No two originals share one, so numbers need no counter and come out the same after a restart.
    """
    numbered = _NUMBERED.fullmatch(original_order_id)
    if numbered is None:
        return f"{original_order_id}-X1"
    return f"{numbered['root']}-X{int(numbered['number']) + 1}"
