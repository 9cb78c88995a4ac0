"""Orders that are known and that a file states differently: what may change, and what may not.

Units that an exchange has taken stay taken: a file that no longer knows their line is refused. An
order that came out of an exchange keeps its frozen amounts; only how far it got is taken over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from app.models import LineItem, ReturnItem, db
from app.services.importing.bulk_statements import (
    LINE_ITEMS,
    ORDERS,
    Values,
    delete_rows,
    insert_rows,
    update_rows,
)
from app.services.importing.order_rows import OrderRows
from app.services.importing.report import Outcome, Problem, Refused

PROGRESS_OF_AN_EXCHANGE_ORDER = ("cancelled", "shipped_at", "delivered_at", "told_at", "content_hash")


def refresh_orders(store_id: int, changed: Sequence[tuple[OrderRows, Row[Any]]], outcome: Outcome) -> None:
    """Bring stored orders in line with a file, inside the caller's transaction."""
    if not changed:
        return
    stored_lines, held = _stored_lines([stored.id for _, stored in changed])
    for rows, stored in changed:
        try:
            lines = stored_lines[stored.id]
            if stored.parent_id is None:
                _refresh(store_id, rows, stored.id, lines, held)
            else:
                _refresh_exchange_order(store_id, rows, stored.id, lines)
        except Refused as refused:
            outcome.refusals.append(Problem(rows.parsed.line, rows.parsed.what, refused.reason))
            continue
        outcome.changed += 1
        outcome.notes += _notes(rows, lines)


def _stored_lines(order_ids: Sequence[int]) -> tuple[dict[int, list[Values]], set[int]]:
    """The lines by order, locked, and the ids of those that an exchange or draft points at."""
    columns = [getattr(LineItem, column.name) for column in LINE_ITEMS.columns]
    query = select(*columns).where(LineItem.order_id.in_(order_ids)).with_for_update()
    lines: dict[int, list[Values]] = defaultdict(list)
    for row in db.session.execute(query).mappings():
        lines[row["order_id"]].append(dict(row))
    ids = [line["id"] for found in lines.values() for line in found]
    pointed_at = select(ReturnItem.line_item_id).where(ReturnItem.line_item_id.in_(ids))
    return lines, set(db.session.scalars(pointed_at))


def _refresh(store_id: int, rows: OrderRows, order_id: int, stored: list[Values], held: set[int]) -> None:
    """Update, add and drop lines. Raises Refused before anything is written."""
    by_platform_id = {line["platform_id"]: line for line in stored}
    in_file = {line["platform_id"] for line in rows.lines}
    gone = [line for line in stored if line["platform_id"] not in in_file]
    for line in gone:
        if line["committed"] or line["id"] in held:
            raise Refused(f"{line['title']} is being exchanged, and the file no longer has that line")
    updates, added = [], []
    for line in rows.lines:
        known = by_platform_id.get(line["platform_id"])
        if known is None:
            added.append(line | {"order_id": order_id})
        elif any(known[name] != value for name, value in line.items()):
            _check_exchanged(known, line, held)
            updates.append(line | {"id": known["id"]})
    update_rows(ORDERS, store_id, [_order_changes(rows) | {"id": order_id}])
    delete_rows(LINE_ITEMS, store_id, [line["id"] for line in gone])
    update_rows(LINE_ITEMS, store_id, updates)
    insert_rows(LINE_ITEMS, store_id, added)


def _check_exchanged(known: Values, line: Values, held: set[int]) -> None:
    if line["quantity"] < known["committed"]:
        raise Refused(f"{known['title']}: fewer units than are being exchanged already")
    other = known["variant_id"] and line["variant_id"] and known["variant_id"] != line["variant_id"]
    if other and (known["committed"] or known["id"] in held):
        raise Refused(f"{known['title']} is being exchanged, and the file has another item in its place")


def _order_changes(rows: OrderRows) -> Values:
    """The order's columns; that it is a gift, and its payment, are not forgotten by a file that is silent."""
    changes = dict(rows.values)
    for name in ("is_gift", "gift_code", "gift_code_key", "payment_reference", "told_at"):
        if not changes[name]:
            del changes[name]
    return changes


def _refresh_exchange_order(store_id: int, rows: OrderRows, order_id: int, stored: list[Values]) -> None:
    """Dates, and by SKU how many units went out and were refunded."""
    progress = {name: rows.values[name] for name in PROGRESS_OF_AN_EXCHANGE_ORDER}
    update_rows(ORDERS, store_id, [progress | {"id": order_id}])
    in_file: dict[str, list[Values]] = defaultdict(list)
    for line in rows.lines:
        in_file[line["sku"]].append(line)
    updates = []
    for line in stored:
        if in_file[line["sku"]]:  # one SKU may stand on several lines: first to first
            told = in_file[line["sku"]].pop(0)
            shipped, refunded = (min(told[name], line["quantity"]) for name in ("shipped", "refunded"))
            updates.append({"id": line["id"], "shipped": shipped, "refunded": refunded})
    update_rows(LINE_ITEMS, store_id, updates)


def _notes(rows: OrderRows, stored: list[Values]) -> list[Problem]:
    """What a person should look at: units both refunded and exchanged, and the file's own notes."""
    committed = {line["platform_id"]: line["committed"] for line in stored}
    notes = list(rows.parsed.notes)
    for line in rows.lines:
        over = line["refunded"] + committed.get(line["platform_id"], 0) - line["quantity"]
        if over > 0:
            notes.append(f"{line['title']}: {over} units are both refunded and exchanged")
    return [Problem(rows.parsed.line, rows.parsed.what, note) for note in notes]
