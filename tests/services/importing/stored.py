"""What stands in the database after an import, for tests to compare."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.models import Base, LineItem, Order, Product, Variant, db


def orders() -> dict[str, Order]:
    """All orders of the store in scope, by number, read afresh."""
    db.session.expire_all()
    return {order.number: order for order in db.session.scalars(select(Order).order_by(Order.id))}


def lines(number: str) -> list[LineItem]:
    return orders()[number].lines


def products() -> dict[str, Product]:
    db.session.expire_all()
    return {row.platform_id: row for row in db.session.scalars(select(Product).order_by(Product.id))}


def variants() -> dict[str, Variant]:
    """All variants of the store in scope, by SKU."""
    db.session.expire_all()
    return {row.sku: row for row in db.session.scalars(select(Variant).order_by(Variant.id))}


def everything() -> list[dict[str, Any]]:
    """Every column of every row that an import writes, in a stable order."""
    db.session.expire_all()
    found = []
    for name in ("product", "variant", "orders", "line_item"):
        table = Base.metadata.tables[name]
        rows = db.session.execute(select(table).order_by(table.c.id)).mappings()
        found += [{"table": table.name, **row} for row in rows]
    db.session.rollback()
    return found
