"""Keeping the words that orders and exchanges are found by, inside the transaction that changes them.

Called by whoever stores an order or confirms an exchange; nothing here happens by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, insert, select

from app.domain.search_words import exchange_words, order_words
from app.models import Exchange, LineItem, Order, SearchKey, db, forget, remembered

PLACED = "placed just now"


def index_orders(order_ids: Collection[int]) -> None:
    """Take these orders' words anew, in the store in scope."""
    ids = list(order_ids)
    if not ids:
        return
    db.session.execute(
        delete(SearchKey).where(SearchKey.order_id.in_(ids), SearchKey.exchange_id.is_(None)),
        execution_options={"synchronize_session": False},
    )
    lines: dict[int, list[Any]] = {}
    columns = LineItem.order_id, LineItem.sku, LineItem.platform_orders
    for line in db.session.execute(select(*columns).where(LineItem.order_id.in_(ids))):
        lines.setdefault(line.order_id, []).append(line)
    orders = db.session.execute(select(*COLUMNS).where(Order.id.in_(ids)))
    _insert(
        {"store_id": row.store_id, "order_id": row.id, "exchange_id": None, "key": key}
        for row in orders
        for key in words_of_order(row, lines.get(row.id, ()))
    )


def index_exchange(exchange: Exchange, order: Order | None = None) -> None:
    """Take the words of a confirmed exchange anew, with the numbers of the order that was made of it."""
    db.session.execute(
        delete(SearchKey).where(SearchKey.exchange_id == exchange.id),
        execution_options={"synchronize_session": False},
    )
    _insert(_rows_of(exchange, _words_of(exchange, _numbers_of(exchange, order))))


def index_placed_later(exchange: Exchange, order: Order | None = None) -> None:
    """Note that the platform's numbers were given just now, and the order that it made of the exchange."""
    remembered(PLACED)[exchange.id] = exchange, order


def index_placed() -> None:
    """Keep the words of all that was noted in this transaction, now that it has to be written anyway."""
    db.session.flush()
    noted = remembered(PLACED).values()
    _insert(row for exchange, order in noted for row in _rows_of_placed(exchange, order))
    forget(PLACED)


def _rows_of_placed(exchange: Exchange, order: Order | None) -> Iterable[dict[str, Any]]:
    """What the numbers add to the exchange's words, and the words of the order, which is in memory still."""
    numbers = _numbers_of(exchange, order)
    yield from _rows_of(exchange, _words_of(exchange, numbers) - _words_of(exchange, ()))
    if order is not None:
        owner = {"store_id": order.store_id, "order_id": order.id, "exchange_id": None}
        yield from ({**owner, "key": key} for key in words_of_order(order, order.lines))


def _numbers_of(exchange: Exchange, order: Order | None) -> set[str]:
    """Every number that the platform gave it: it may have made an order of each unit."""
    return {exchange.platform_order or "", *unit_numbers(order.lines if order else ())}


def unit_numbers(lines: Iterable[Any]) -> set[str]:
    """The platform's own orders of the units of these lines, where it made several."""
    return {number for line in lines for number in line.platform_orders or ()}


COLUMNS = (
    Order.id,
    Order.store_id,
    Order.number,
    Order.platform_id,
    Order.secondary_id,
    Order.email,
    Order.first_name,
    Order.last_name,
    Order.phone,
    Order.shipping_address,
)


def words_of_order(row: Any, lines: Collection[Any]) -> frozenset[str]:
    """What an order is found by: its numbers, who bought it, who got it, and what was in it."""
    return order_words(
        numbers=(row.number, row.platform_id, row.secondary_id, *unit_numbers(lines)),
        emails=(row.email,),
        names=(row.first_name, row.last_name, str((row.shipping_address or {}).get("name", ""))),
        phone=row.phone,
        skus={line.sku for line in lines},
    )


def _words_of(exchange: Exchange, numbers: Iterable[str]) -> frozenset[str]:
    return exchange_words(
        numbers=filter(None, (exchange.reference, exchange.rma, *numbers)),
        email=exchange.recipient_email or "",
        name=str((exchange.shipping_address or {}).get("name", "")),
    )


def _rows_of(exchange: Exchange, words: Iterable[str]) -> Iterable[dict[str, Any]]:
    owner = {"store_id": exchange.store_id, "order_id": exchange.order_id, "exchange_id": exchange.id}
    return ({**owner, "key": key} for key in words)


def _insert(rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        # With the nulls, or rows without an exchange would not go into the same statement.
        db.session.execute(insert(SearchKey), found, execution_options={"render_nulls": True})
