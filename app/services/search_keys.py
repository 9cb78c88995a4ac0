"""Keeping the words that orders and exchanges are found by, inside the transaction that changes them.

Called by whoever stores an order or confirms an exchange; nothing here happens by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import delete, insert, select

from app.domain.search_words import exchange_words, order_words
from app.models import Exchange, LineItem, Order, SearchKey, db


def index_orders(order_ids: Collection[int]) -> None:
    """Take these orders' words anew, in the store in scope."""
    ids = list(order_ids)
    if not ids:
        return
    db.session.execute(
        delete(SearchKey).where(SearchKey.order_id.in_(ids), SearchKey.exchange_id.is_(None)),
        execution_options={"synchronize_session": False},
    )
    skus: dict[int, set[str]] = {}
    for order_id, sku in db.session.execute(
        select(LineItem.order_id, LineItem.sku).where(LineItem.order_id.in_(ids))
    ):
        skus.setdefault(order_id, set()).add(sku)
    orders = db.session.execute(select(*COLUMNS).where(Order.id.in_(ids)))
    _insert(
        {"store_id": row.store_id, "order_id": row.id, "exchange_id": None, "key": key}
        for row in orders
        for key in words_of_order(row, skus.get(row.id, ()))
    )


def index_new_order(order: Order) -> None:
    """Keep the words of an order that was stored just now, all of it in memory still."""
    skus = {line.sku for line in order.lines}
    _insert(
        {"store_id": order.store_id, "order_id": order.id, "exchange_id": None, "key": key}
        for key in words_of_order(order, skus)
    )


def index_exchange(exchange: Exchange) -> None:
    """Take the words of a confirmed exchange anew."""
    db.session.execute(
        delete(SearchKey).where(SearchKey.exchange_id == exchange.id),
        execution_options={"synchronize_session": False},
    )
    _insert(_rows_of(exchange, _words_of(exchange, exchange.platform_order)))


def index_placed_number(exchange: Exchange) -> None:
    """Keep the words that the platform's number, given just now, adds to a confirmed exchange."""
    _insert(_rows_of(exchange, _words_of(exchange, exchange.platform_order) - _words_of(exchange, None)))


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


def words_of_order(row: Any, skus: Iterable[str]) -> frozenset[str]:
    """What an order is found by: its numbers, who bought it, who got it, and what was in it."""
    return order_words(
        numbers=(row.number, row.platform_id, row.secondary_id),
        emails=(row.email,),
        names=(row.first_name, row.last_name, str((row.shipping_address or {}).get("name", ""))),
        phone=row.phone,
        skus=skus,
    )


def _words_of(exchange: Exchange, platform_order: str | None) -> frozenset[str]:
    return exchange_words(
        numbers=filter(None, (exchange.reference, exchange.rma, platform_order)),
        email=exchange.recipient_email or "",
        name=str((exchange.shipping_address or {}).get("name", "")),
    )


def _rows_of(exchange: Exchange, words: Iterable[str]) -> Iterable[dict[str, Any]]:
    owner = {"store_id": exchange.store_id, "order_id": exchange.order_id, "exchange_id": exchange.id}
    return ({**owner, "key": key} for key in words)


def _insert(rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        db.session.execute(insert(SearchKey), found)
