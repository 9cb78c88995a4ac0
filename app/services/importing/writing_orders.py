"""Write a batch of orders: those unknown are inserted, those changed are refreshed, in one commit.

An order is written whole or not at all. `committed` units are never touched from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from app.models import Order, db, writing
from app.services.connected_systems import cannot_write_to, placing_system
from app.services.importing.bulk_statements import (
    LINE_ITEMS,
    ORDERS,
    insert_for_ids,
    insert_rows,
    lock_store,
    update_rows,
)
from app.services.importing.matching import Ties
from app.services.importing.order_rows import OrderRows, order_rows
from app.services.importing.parsed import ParsedOrder
from app.services.importing.product_plans import merged
from app.services.importing.refreshing_orders import refresh_orders
from app.services.importing.report import Outcome, Problem, Refused
from app.services.importing.writing_products import write_products
from app.services.search_keys import index_orders

OLDER = "this is older than what is known of it, so nothing was changed"
NO_EMAIL = "no e-mail address that could be written to, so that"


def write_orders(store_id: int, orders: Sequence[ParsedOrder]) -> Outcome:
    """Write the batch in the store in scope and commit; the outcome says what became of each."""
    outcome = Outcome()
    with writing():
        lock_store(store_id)
        _write_embedded(store_id, orders, outcome)
        new, changed = _compared(store_id, orders, outcome)
        _insert(store_id, new, outcome)
        refresh_orders(store_id, changed, outcome)
        outcome.notes += _unreachable([*new, *(rows for rows, _ in changed)])
        _index([*(rows.key for rows in new), *(rows.key for rows, _ in changed)])
    return outcome


def _compared(
    store_id: int, orders: Sequence[ParsedOrder], outcome: Outcome
) -> tuple[list[OrderRows], list[tuple[OrderRows, Row[Any]]]]:
    """The orders that are new, and those that are stored differently; the rest is counted."""
    ties = Ties(line for order in orders for line in order.lines)
    stored = _stored([order.number_key for order in orders])
    new, changed, confirmed = [], [], []
    for order in orders:
        try:
            rows = order_rows(order, ties)
            known = _same_order(order, stored.get(order.number_key))
        except Refused as refused:
            outcome.refusals.append(Problem(refused.line or order.line, order.what, refused.reason))
            continue
        outcome.untied_lines += rows.untied
        if known is None:
            new.append(rows)
        elif order.told_at and known.told_at and order.told_at < known.told_at:
            outcome.unchanged += 1
            outcome.notes.append(Problem(order.line, order.what, OLDER))
        elif known.content_hash == rows.values["content_hash"]:
            outcome.unchanged += 1
            confirmed.append({"id": known.id, "told_at": order.told_at or known.told_at})
        else:
            changed.append((rows, known))
    update_rows(ORDERS, store_id, confirmed)
    return new, changed


def _index(number_keys: Sequence[str]) -> None:
    """Let the console find what was written."""
    index_orders(db.session.scalars(select(Order.id).where(Order.number_key.in_(number_keys))).all())


def _unreachable(written: Sequence[OrderRows]) -> list[Problem]:
    """Orders that the store's platform would refuse an exchange of, as it needs an e-mail address."""
    system = placing_system()
    return [
        Problem(rows.parsed.line, rows.parsed.what, f"{NO_EMAIL} {system} takes no exchange of it")
        for rows in written
        if cannot_write_to(system, rows.parsed.customer.email)
    ]


def _write_embedded(store_id: int, orders: Sequence[ParsedOrder], outcome: Outcome) -> None:
    """Products that orders brought along; trouble with one is a note, the order still loads."""
    products = merged(product for order in orders for product in order.embedded)
    if products:
        catalogue = write_products(store_id, products)
        outcome.notes += catalogue.refusals + catalogue.notes


def _stored(keys: Sequence[str]) -> dict[str, Row[Any]]:
    columns = (
        Order.id,
        Order.number,
        Order.number_key,
        Order.platform_id,
        Order.content_hash,
        Order.parent_id,
        Order.told_at,
    )
    found: list[Row[Any]] = list(db.session.execute(select(*columns).where(Order.number_key.in_(keys))))
    return {row.number_key: row for row in found}


def _same_order(order: ParsedOrder, stored: Row[Any] | None) -> Row[Any] | None:
    """The stored order, if any. Raises Refused when it is another one that only reads alike."""
    if stored is None or order.number.casefold() == stored.number.casefold():
        return stored
    if order.platform_id != stored.platform_id:
        raise Refused(f"its number reads like {stored.number}, which is another order here")
    return stored


def _insert(store_id: int, new: Sequence[OrderRows], outcome: Outcome) -> None:
    ids = insert_for_ids(ORDERS, store_id, [rows.values for rows in new], "number_key")
    lines = [line | {"order_id": ids[rows.key]} for rows in new for line in rows.lines]
    insert_rows(LINE_ITEMS, store_id, lines)
    outcome.new += len(new)
    for rows in new:
        outcome.notes += [Problem(rows.parsed.line, rows.parsed.what, note) for note in rows.parsed.notes]
