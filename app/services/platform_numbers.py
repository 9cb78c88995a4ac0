"""Whose order number a platform's answer carries: one that another order has may be an old answer replayed.

Many are looked up at once. What the same transaction has placed counts too, written or not.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from app.domain.order_number import number_key
from app.models import Exchange, Order, db, remembered

LONGEST_KEY = 255
CARRIERS = "carriers of numbers"
TAKEN = "numbers taken"


def look_up_numbers(numbers: Iterable[str]) -> None:
    """Read who of the store in scope carries these, so that `why_not_known_by` need not ask for each."""
    carriers = remembered(CARRIERS)
    wanted = {number for number in numbers if number not in carriers}
    if not wanted:
        return
    keys = {number_key(number) for number in wanted}
    columns = Order.number, Order.number_key, Order.platform_id, Order.secondary_id
    same = or_(Order.number_key.in_(keys), Order.platform_id.in_(wanted), Order.secondary_id.in_(wanted))
    placed = Exchange.platform_order.in_(wanted)
    with db.session.no_autoflush:
        orders = db.session.execute(select(*columns).where(same)).all()
        exchanges = db.session.execute(
            select(Exchange.id, Exchange.reference, Exchange.platform_order).where(placed)
        ).all()
    for number in wanted:
        its_own = (number_key(number), number, number)
        found = [(None, f"order {row.number}") for row in orders if _any_same(row[1:], its_own)]
        found += [(row.id, f"exchange {row.reference}") for row in exchanges if row.platform_order == number]
        carriers[number] = found


def why_not_known_by(exchange: Exchange, number: str) -> str:
    """Why an order cannot be kept under this number; empty when it can."""
    key = number_key(number)
    if not 0 < len(key) <= LONGEST_KEY:
        return f"its number {number} is none that could be looked up"
    look_up_numbers([number])
    taken = remembered(TAKEN).get(key, exchange.id)
    carriers = [*remembered(CARRIERS)[number], (taken, f"order {number}")]
    others = (words for owner, words in carriers if owner != exchange.id)
    return next((f"its number {number} is that of {words}" for words in others), "")


def take_number(exchange: Exchange, number: str) -> None:
    """From here on the number is this exchange's, for whatever else this transaction records."""
    remembered(TAKEN)[number_key(number)] = exchange.id


def _any_same(one: Iterable[str], other: Iterable[str]) -> bool:
    return any(mine == theirs for mine, theirs in zip(one, other, strict=True))
