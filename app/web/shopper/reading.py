"""What the store's platform is asked with while a shopper waits, and a look at the prices of this moment."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from app.services.platform_reading import Reader
from app.services.refreshing import refresh_products
from app.services.stale_products import reviewed
from app.web.clock import now


@dataclass(frozen=True)
class Looked:
    """What came of a look before Review.

    `written`: something was taken over, so the page is asked for again, which then has nothing to read.
    `unread`: prices and stock should have been read and could not be.
    """

    written: bool
    unread: bool
    was_paying: bool


def reader() -> Reader:
    """The one that `create_app` made."""
    found: Reader = current_app.extensions["evenly.reader"]
    return found


def look_anew(exchange_id: int) -> Looked:
    """Have the platform tell price and stock of what this draft is about, where that was told a while ago."""
    draft = reviewed(exchange_id)
    told = refresh_products(reader(), draft, now())
    return Looked(told is True, told is False, draft.was_paying)
