"""The shopper's screens, under `/<store>/`: find, form, call, answer; no rule and no sum in here."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("shopper", __name__, url_prefix="/<store_slug>")

from app.web.shopper import (  # noqa: E402 - the views attach themselves to the blueprint above
    address,
    find_order,
    gift,
    items,
    link_in,
    lost_number,
    open_exchange,
    paying,
    replacement,
    review,
    status,
    sum_texts,
    undo,
)

__all__ = [
    "address",
    "blueprint",
    "find_order",
    "gift",
    "items",
    "link_in",
    "lost_number",
    "open_exchange",
    "paying",
    "replacement",
    "review",
    "status",
    "sum_texts",
    "undo",
]
