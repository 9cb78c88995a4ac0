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


def index_exchange(exchange: Exchange) -> None:
    """Take the words of a confirmed exchange anew."""
    db.session.execute(
        delete(SearchKey).where(SearchKey.exchange_id == exchange.id),
        execution_options={"synchronize_session": False},
    )
    numbers = filter(None, (exchange.reference, exchange.rma, exchange.platform_order))
    words = exchange_words(
        numbers=numbers,
        email=exchange.recipient_email or "",
        name=str((exchange.shipping_address or {}).get("name", "")),
    )
    _insert(
        {
            "store_id": exchange.store_id,
            "order_id": exchange.order_id,
            "exchange_id": exchange.id,
            "key": key,
        }
        for key in words
    )


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


def _insert(rows: Iterable[dict[str, Any]]) -> None:
    found = list(rows)
    if found:
        db.session.execute(insert(SearchKey), found)
