"""Opening a bookmarked status page on another device: one fact about the order besides its long address.

An address that leads nowhere is treated like one whose fact does not fit, in words, count and time. What a
gift's recipient exchanged is not here: `app.web.shopper.gift` has an entrance of its own.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from sqlalchemy import select

from app.domain.order_number import email_key, postcode_key
from app.models import Exchange, Order, db
from app.services.find_order import NoMatch

LETTERS = str.maketrans("0123456789", "ghijklmnop")


@dataclass(frozen=True)
class Door:
    """What stands between a browser and an exchange. `bucket` is where failed tries are counted.

    `order_id` None: there is no such exchange.
    """

    bucket: str
    order_id: int | None
    email_key: str = ""
    postcode_key: str = ""
    is_gift: bool = False


def door_of(public_id: str) -> Door:
    """The door of the confirmed exchange at this address, in the store in scope; or one that never opens."""
    row = db.session.execute(
        select(Order.id, Order.number_key, Order.email_key, Order.postcode_key, Order.is_gift)
        .join(Exchange, Exchange.order_id == Order.id)
        .where(
            Exchange.public_id == public_id,
            Exchange.reference.is_not(None),  # also a draft that came back from paying
            Exchange.gift_view.is_(False),
        )
    ).one_or_none()
    if row is None:
        # Without a digit, so that it can meet no order's bucket.
        return Door(hashlib.sha256(public_id.encode()).hexdigest().translate(LETTERS), None)
    return Door(row.number_key, row.id, row.email_key, row.postcode_key, row.is_gift)


def open_door(door: Door, email_or_postcode: str) -> int:
    """The order to be shown to its buyer, if what was typed is its e-mail or delivery postcode.

    A gift's delivery postcode never opens its buyer's view. Raises NoMatch.
    """
    by_email = _same(email_key(email_or_postcode), door.email_key)
    by_postcode = _same(postcode_key(email_or_postcode), door.postcode_key)
    if door.order_id is None or not by_email | (by_postcode & (not door.is_gift)):
        raise NoMatch
    return door.order_id


def _same(given: str, kept: str) -> bool:
    """Compare without a hint in the time it takes; nothing equals nothing."""
    return hmac.compare_digest(given.encode(), kept.encode()) and bool(given)
