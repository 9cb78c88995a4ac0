"""Look an order up by its number and one more fact, without telling which of the two was wrong."""

from __future__ import annotations

import hmac
from typing import Any

from sqlalchemy import Row, or_, select

from app.domain.order_number import code_key, could_be, email_key, number_digits, number_key, postcode_key
from app.domain.signed_link import Purpose
from app.models import Order, db

MOST_CANDIDATES = 20


class NoMatch(Exception):
    """No order fits; why is never said, and finding out costs the same in every case."""


def find_order(number: str, email_or_postcode: str) -> int:
    """The id of the order with this number and e-mail or delivery postcode, in the store in scope.

    An order flagged as a gift opens with the buyer's e-mail only: its delivery postcode is known to
    whoever received it (`find_gift`). Raises NoMatch.
    """
    email, postcode = email_key(email_or_postcode), postcode_key(email_or_postcode)
    found = [
        row.id
        for row in _candidates(number)
        if (_same(email, row.email_key) & (not recipients_own(row)))
        | (_same(postcode, row.postcode_key) & (not row.is_gift))
    ]
    if not found:
        raise NoMatch
    return int(found[0])


def find_gift(number: str, fact: str, *, flagged: bool = False) -> int:
    """The id of the order that somebody received as a gift, for the view without amounts.

    `fact` is the delivery postcode; for what a recipient got in exchange also their e-mail, as it went to
    them. With `flagged` only orders that were bought as a gift. Raises NoMatch.
    """
    email, postcode = email_key(fact), postcode_key(fact)
    for row in _candidates(number):
        own = _same(email, row.email_key) & recipients_own(row)
        if (own | _same(postcode, row.postcode_key)) & (row.is_gift or not flagged):
            return int(row.id)
    raise NoMatch


def find_gift_code(code: str) -> int:
    """The id of the order with this gift code; a code that several orders share opens none.

    Raises NoMatch.
    """
    key = code_key(code)
    found = db.session.scalars(select(Order.id).where(Order.gift_code_key == key).limit(2)).all()
    if not key or len(found) != 1:
        raise NoMatch
    return found[0]


def view_of(order_id: int, asked: Purpose) -> Purpose:
    """Whose view an order opens in: what a gift was exchanged for went to its recipient."""
    row = db.session.execute(select(Order.is_gift, Order.parent_id).where(Order.id == order_id)).one()
    return Purpose.GIFT if recipients_own(row) else asked


def order_by_number(number: str) -> int:
    """The id of the order a signed link names, in its exact spelling. Raises NoMatch."""
    order_id = db.session.scalar(select(Order.id).where(Order.number == number))
    if order_id is None:
        raise NoMatch
    return order_id


def _candidates(number: str) -> list[Row[int, str, str, str, bool, int | None]]:
    """Orders that this spelling may mean, the exact one first. Columns only, so that finding one
    takes no longer than finding none."""
    key, digits = number_key(number), number_digits(number)
    if not key:
        return []
    spellings = [Order.number_key == key]
    if digits:
        spellings.append(Order.number_digits == digits)
    rows = db.session.execute(
        select(
            Order.id, Order.number_key, Order.email_key, Order.postcode_key, Order.is_gift, Order.parent_id
        )
        .where(or_(*spellings))
        .limit(MOST_CANDIDATES)
    ).all()
    return sorted(
        (row for row in rows if could_be(key, row.number_key)), key=lambda row: row.number_key != key
    )


def recipients_own(row: Any) -> bool:
    """Whether this order came out of a gift's exchange: its e-mail is the recipient's, not the giver's."""
    return bool(row.is_gift) and row.parent_id is not None


def _same(given: str, kept: str) -> bool:
    """Compare without a hint in the time it takes; nothing equals nothing."""
    return hmac.compare_digest(given.encode(), kept.encode()) and bool(given)
