"""What the store's platform is asked with while a shopper waits, and a draft at its prices of this moment."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from app.domain.exchange_status import Status
from app.services.baskets import Basket, load_basket
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_products, stale_products
from app.web.clock import now


@dataclass(frozen=True)
class Looked:
    """A draft, and whether its prices and stock should have been read anew and could not be."""

    basket: Basket
    unread: bool


def reader() -> Reader:
    """The one that `create_app` made."""
    found: Reader = current_app.extensions["evenly.reader"]
    return found


def load_fresh(exchange_id: int) -> Looked:
    """The draft, read again where the platform told something new."""
    basket = load_basket(exchange_id, now())
    stale = stale_products(reader(), basket, now()) if basket.status is Status.DRAFT else []
    told = refresh_products(reader(), stale, now())
    return Looked(load_basket(exchange_id, now()) if told else basket, told is False)
