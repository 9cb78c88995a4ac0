"""Comparing what Review showed with what the platform was sent, to the minor unit.

The sum of Review is read off the page (`tab.sum_rows`), the order off the sandbox's ledger; neither
side uses the other's code.
"""

from __future__ import annotations

from typing import Any

Rows = dict[str, int]


def assert_sent_as_reviewed(body: dict[str, Any], reviewed: Rows) -> None:
    """Fail unless the exchange order carries exactly the amounts of the review page."""
    lines = [item for item in body["items"] if "return_items" not in item]
    cards = [item for item in body["items"] if "return_items" in item]
    product = sum(line["product_amount_cents"] for line in lines)
    tax = sum(line["tax_amount_cents"] for line in lines)
    discount = sum(line["discount_amount_cents"] for line in lines)
    card = sum(item["unit_price_amount_cents"] + item.get("bonus_credit_amount_cents", 0) for item in cards)
    shown_tax = reviewed.get("tax", 0)
    assert shown_tax in (0, tax)
    kept = reviewed.get("replacement", 0) + reviewed.get("discount", 0)
    if tax and not shown_tax:
        # Where prices contain tax the page shows all of it with its tax: what is left is what is paid.
        assert kept == product - discount + tax
    else:
        assert (reviewed.get("replacement", 0), reviewed.get("discount", 0)) == (product, -discount)
    assert reviewed.get("card", 0) + reviewed.get("bonus", 0) == card
    assert reviewed.get("you get a gift card of", 0) == card
    assert ending(reviewed) == product + tax - discount + reviewed.get("card", 0) + reviewed["credit"]


def ending(reviewed: Rows) -> int:
    """How the sum ends: above zero the shopper pays."""
    return reviewed.get("you pay", 0) - reviewed.get("you get back", 0)
