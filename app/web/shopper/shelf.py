"""Having the shop tell what it has of a product before it is chosen from. On POST: a GET changes nothing."""

from __future__ import annotations

from app.services.baskets import Basket, BasketItem
from app.services.fresh_shelf import read_shelf
from app.web.clock import now
from app.web.shopper.reading import reader


def freshen(item: BasketItem) -> bool:
    """What this item may become: of its own product, or of the other one that was chosen.

    True when that was asked: a basket that was read before is to be read again.
    """
    return read_shelf(reader(), item.product_id or item.line.product_id, now())


def freshen_next(basket: Basket) -> None:
    """The item whose page comes next."""
    item = basket.unsettled()
    if item is not None:
        freshen(item)
