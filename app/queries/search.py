"""Finding orders in the store in scope by the beginnings of words, the newest first.

Every word is a range of one index, on both databases alike; nothing is compared with `LIKE`. A search
begins with the rarest of its words, and of a word that very many orders have it looks at so many and no more:
so its time does not grow with what the store has sold (`benchmarks/search_orders.py`). Which are left out is
settled: those of the smallest keys, and of one key the oldest orders. That some may be is told (`Found.cut`).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import CompoundSelect, Exists, Select, func, literal_column, or_, select, union_all
from sqlalchemy.orm import load_only, selectinload

from app.domain.search_words import Asked
from app.models import Exchange, Order, SearchKey, UnscopedQuery, db

MOST = 50
MOST_AROUND = 20
MOST_OF_ONE = 2_000  # keys looked at of a word that stands alone; PostgreSQL reads all orders for many more
MOST_OF_SEVERAL = 10_000  # and of the rarest of several, which the others then narrow
LAST_SIGN = "\U0010ffff"  # greater than any sign that a key can have
KEYS = SearchKey.__table__
# What a list of orders shows: of fifty whole rows most of the time would go into reading them.
SHOWN = (Order.number, Order.placed_at, Order.first_name, Order.last_name, Order.email)

Word = tuple[str, ...]  # in each of its spellings


@dataclass(frozen=True)
class Found:
    """The newest orders that fit, and whether there may be others that were not looked at."""

    orders: list[Order]
    cut: bool


def found_orders(wanted: Asked) -> Found:
    """At most 50 orders that every word fits, or that all of it fits as one word."""
    ways: list[tuple[Word, ...]] = [wanted.words] if wanted.words else []
    if wanted.whole:
        ways.append((wanted.whole,))
    each = [_with_all(words) for words in ways]
    found = {order.id: order for one in each for order in one.orders}
    newest = sorted(found.values(), key=lambda order: (order.placed_at, order.id), reverse=True)
    return Found(newest[:MOST], len(newest) >= MOST or any(one.cut for one in each))


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


def orders_around(order: Order) -> list[Order]:
    """What it was made of and what was made of it, then others under its e-mail address, the newest first."""
    made = (Order.id == order.parent_id) | (Order.parent_id == order.id)
    same = (Order.email_key == order.email_key) & (Order.email_key != "")
    return list(
        db.session.scalars(
            select(Order)
            .where(made | same, Order.id != order.id)
            .order_by(func.coalesce(made, False).desc(), Order.placed_at.desc(), Order.id.desc())
            .limit(MOST_AROUND)
        )
    )


def order_with_lines(order_id: int) -> Order | None:
    """One order with what was bought, None where the store in scope has no such order."""
    return db.session.scalar(select(Order).where(Order.id == order_id).options(selectinload(Order.lines)))


def _with_all(words: tuple[Word, ...]) -> Found:
    """The newest orders that every word fits: those of the rarest word, looked at for the others."""
    most = MOST_OF_SEVERAL if len(words) > 1 else MOST_OF_ONE
    sizes = _sizes(words, most) if len(words) > 1 else [0]
    first, *others = (word for _, word in sorted(zip(sizes, words, strict=True), key=lambda pair: pair[0]))
    orders = _newest(first, others, most)
    if len(words) == 1 and len(orders) < MOST:  # else there may be more in any case
        sizes = _sizes(words, most)
    return Found(orders, min(sizes) >= most)


def _newest(first: Word, others: list[Word], most: int) -> list[Order]:
    # Joined rather than asked for with IN: the words lead to the orders, and no order is looked at besides.
    hits = select(_keys_of(first, most).subquery().c.order_id).distinct().subquery()
    return list(
        db.session.scalars(
            select(Order)
            .join(hits, hits.c.order_id == Order.id)
            .where(*(_fits(word) for word in others))
            .options(load_only(*SHOWN, raiseload=True))
            .order_by(Order.placed_at.desc(), Order.id.desc())
            .limit(MOST)
        )
    )


def _sizes(words: tuple[Word, ...], most: int) -> list[int]:
    """How many keys there are of each word, up to so many."""
    counts = [
        select(func.count()).select_from(_keys_of(word, most).subquery()).scalar_subquery() for word in words
    ]
    return [int(size) for size in db.session.execute(select(*counts)).one()]


def _keys_of(word: Word, most: int) -> CompoundSelect[int] | Select[int]:
    """Where a word stands, from its last key on: the greatest numbers are the newest ones.

    Many orders have one and the same key, such as a name or a SKU; of those the newest come first, too.
    """
    each = [_beginning(key, most) for key in word]
    if len(each) == 1:
        return each[0]
    # SQLite knows no brackets around parts of a compound, and reads `OR` without the index.
    return union_all(*(select(one.subquery().c.order_id) for one in each))


def _beginning(key: str, most: int) -> Select[int]:
    return (
        select(KEYS.c.order_id)
        .where(KEYS.c.store_id == _store_in_scope(), KEYS.c.key >= key, KEYS.c.key < key + LAST_SIGN)
        .order_by(KEYS.c.key.desc(), KEYS.c.order_id.desc())
        .limit(most)
    )


def _fits(word: Word) -> Exists:
    """Whether an order has this word, read from the index that begins with the order.

    The offset keeps PostgreSQL from turning this round and reading every order that has the word.
    """
    spelt = [KEYS.c.key.between(key, key + LAST_SIGN) for key in word]
    return select(literal_column("1")).where(KEYS.c.order_id == Order.id, or_(*spelt)).offset(0).exists()


def _store_in_scope() -> int:
    """Said in the statement itself, as these are plain tables. Raises UnscopedQuery."""
    store_id = db.session().info.get("store_id")
    if store_id is None:
        raise UnscopedQuery("a search without a store")
    return int(store_id)
