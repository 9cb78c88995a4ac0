"""The bodies of StateSet's calls, as its pages describe them.

Sources: `POST /v1/returns/:id/exchange` (request table and sample) and the page about making a return. What
is here: every field with its type. What is not: states and answers (`stateset.py`).

The exchange page marks no field as required. This account wants a product and a price difference, without
which there is nothing to do, and takes the id under either of the two names that the page uses.
"""

import re
from collections.abc import Iterator

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

# No currency has more decimals than four, and no amount more digits than a number of JSON can hold.
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,4})?")
CONDITIONS = frozenset("ABCD")


def number(value: object, where: str) -> Iterator[Problem]:
    """A JSON number that can be an amount, in major or in minor units."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        yield Problem(where, "null" if value is None else "wrong_type")
    elif not NUMBER.fullmatch(str(value)):
        yield Problem(where, "invalid")


EXCHANGE: Check = record(
    required={"exchange_product_id": text(), "price_difference": number},
    optional={
        "id": text(),
        "return_id": text(),
        "exchange_variant_id": text(),
        "exchange_reason": text(),
        "shipping_method": text(),
        "expedited": true_or_false(),
    },
)

ITEM = record(
    required={"sku": text(), "quantity": whole_number(1)},
    optional={"reason": text(), "condition": one_of(CONDITIONS)},
)
RETURN: Check = record(
    required={
        "order_id": text(),
        "customer_email": text_like(r"[^@\s]+@[^@\s]+"),
        "reason_code": text_like(r"[a-z_]+"),
        "type": one_of(frozenset({"replacement", "refund", "store_credit"})),
        "items": list_of(ITEM, at_least=1),
    },
    optional={"customer_notes": text()},
)


def problems_in_return(body: object) -> Iterator[Problem]:
    """Everything wrong with the body of a new return."""
    yield from RETURN(body, "")


def problems_in_exchange(body: dict[str, object], return_id: str) -> Iterator[Problem]:
    """Everything wrong with an exchange of this return. The id stands in the path and in the body."""
    yield from EXCHANGE(body, "")
    given = [name for name in ("id", "return_id") if name in body]
    if not given:
        yield Problem("id", "missing_field")
    for name in given:
        if body[name] != return_id:
            yield Problem(name, "inconsistent")
