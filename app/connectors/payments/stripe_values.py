"""Single values out of Stripe's answers, doubted before they are believed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.connectors.answers import LARGEST_AMOUNT, one_line, order_number

LONGEST_TEXT = 300


class Unreadable(ValueError):
    """An answer that lacks what Stripe's pages promise."""


def number_of(content: Mapping[str, Any]) -> str:
    """Stripe's name of the thing. Raises Unreadable."""
    number = order_number(content.get("id"))
    if not number:
        raise Unreadable
    return number


def currency_of(content: Mapping[str, Any]) -> str:
    """Its currency in capital letters. Raises Unreadable."""
    currency = content.get("currency")
    if not isinstance(currency, str):
        raise Unreadable
    return currency.upper()


def units_of(content: Mapping[str, Any], name: str) -> int:
    """An amount in Stripe's smallest units. Raises Unreadable."""
    value = content.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_AMOUNT:
        raise Unreadable
    return value


def moment_of(value: Any) -> datetime:
    """Seconds since 1970 as a time. Raises Unreadable."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**11:
        raise Unreadable
    return datetime.fromtimestamp(value, UTC)


def text_of(value: Any) -> str:
    """One line of it, cut; empty where it is no text."""
    return one_line(value)[:LONGEST_TEXT] if isinstance(value, str) else ""
