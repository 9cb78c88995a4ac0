"""Finding orders in the store in scope by the beginnings of words, the newest first.

Every word is a range of one index, on both databases alike; nothing is compared with `LIKE`.
"""

from __future__ import annotations

from sqlalchemy import Select, intersect, select, union
from sqlalchemy.orm import selectinload

from app.domain.search_words import Asked
from app.models import Exchange, Order, SearchKey, db

MOST = 50
LAST_SIGN = "\U0010ffff"  # greater than any sign that a key can have


def found_orders(wanted: Asked) -> list[Order]:
    """At most 50 orders that every word fits, or that all of it fits as one word."""
    ways = [_with_all(wanted.words)] if wanted.words else []
    if wanted.whole:
        ways.append(_with_all(((wanted.whole,),)))
    if not ways:
        return []
    # Joined rather than asked for with IN: the words lead to the orders, and no order is looked at besides.
    hits = union(*ways).subquery()
    return list(
        db.session.scalars(
            select(Order)
            .join(hits, hits.c.order_id == Order.id)
            .order_by(Order.placed_at.desc(), Order.id.desc())
            .limit(MOST)
        )
    )


def exchanges_of(order_ids: list[int]) -> dict[int, list[Exchange]]:
    """The confirmed exchanges of these orders, the latest first."""
    rows = db.session.scalars(
        select(Exchange)
        .where(Exchange.order_id.in_(order_ids), Exchange.submitted_at.is_not(None))
        .order_by(Exchange.submitted_at.desc())
    )
    grouped: dict[int, list[Exchange]] = {}
    for row in rows:
        grouped.setdefault(row.order_id, []).append(row)
    return grouped


def order_with_lines(order_id: int) -> Order | None:
    """One order with what was bought, None where the store in scope has no such order."""
    return db.session.scalar(select(Order).where(Order.id == order_id).options(selectinload(Order.lines)))


def _with_all(words: tuple[tuple[str, ...], ...]) -> Select[int]:
    """The orders that every word fits. Nested: SQLite knows no brackets around parts of a compound."""
    each = [_orders_with(spellings) for spellings in words]
    if len(each) == 1:
        return each[0]
    return select(intersect(*each).subquery().c.order_id)


def _orders_with(spellings: tuple[str, ...]) -> Select[int]:
    """The orders with a word that begins so. A range each: SQLite reads `OR` without the index."""
    each = [_beginning(key) for key in spellings]
    return each[0] if len(each) == 1 else select(union(*each).subquery().c.order_id)


def _beginning(key: str) -> Select[int]:
    return select(SearchKey.order_id).where(SearchKey.key >= key, SearchKey.key < key + LAST_SIGN).distinct()
