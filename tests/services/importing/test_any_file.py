"""Whatever a file holds, an order is read, refused in words, or the file is: nothing else happens."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.money import minor_units
from app.services.importing import optoro_snapshot, shopify_orders
from app.services.importing.csv_reading import Row, group_rows, read_rows
from app.services.importing.load_orders import Piece, Pieces
from app.services.importing.optoro_stream import RawOrder
from app.services.importing.parsed import ParsedOrder
from app.services.importing.report import FileRefused, Refused
from app.services.importing.shopify_products import read_product
from benchmarks.export_files import ORDER_COLUMNS
from tests.services.importing.files import (
    FIRST,
    LINE,
    NOW,
    PRODUCT_COLUMNS,
    csv_text,
    reading,
    snapshot_order,
)

Result = TypeVar("Result")
patient = settings(deadline=None)  # a busy machine is no broken rule

readable = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
cell = st.one_of(
    st.text(readable, max_size=12),
    st.sampled_from(
        ["0", "-1", "2", "80.00", "1e9", "USD", "JPY", "fulfilled", "true", "#1", "NaN", "'", '"']
    ),
    st.sampled_from(["2026-10-06 09:30:00 -0500", "9999-12-31 23:59:59 -0500", "2026-02-30"]),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@patient
@given(
    st.lists(st.dictionaries(st.sampled_from(ORDER_COLUMNS), cell, max_size=5), min_size=1, max_size=4),
    st.booleans(),
)
def test_order_rows(differences: list[dict[str, str]], inclusive: bool) -> None:
    text = csv_text([FIRST | LINE | different for different in differences])
    for piece in shopify_orders.pieces(io.StringIO(text)):
        piece.placed_at(reading())
        order = read_or_refused(partial(piece.read, reading(tax_inclusive=inclusive)))
        if order:
            check(order)
        if order and not inclusive:
            total = sum_of_rows(piece.group.rows, order.currency)
            assert sum(line.product for line in order.lines) == total


def read_or_refused(read: Callable[[], Result]) -> Result | None:
    """What was read, or None where it was refused in words; anything else is a failure."""
    try:
        return read()
    except (FileRefused, Refused) as refused:
        if not str(refused):
            raise
        return None


def check(order: ParsedOrder) -> None:
    """What every stored order must be."""
    assert order.number_key
    assert order.customer.identifier
    assert order.placed_at.tzinfo is not None
    assert len({line.platform_id for line in order.lines}) == len(order.lines)
    for line in order.lines:
        assert line.quantity >= 1
        assert 0 <= line.discount <= line.product
        assert line.tax >= 0
        assert 0 <= line.shipped <= line.quantity


def sum_of_rows(rows: Sequence[Row], currency: str) -> int:
    total = 0
    for row in rows:
        name, price, units = (row[f"Lineitem {part}"] for part in ("name", "price", "quantity"))
        total += minor_units(price, currency) * int(units) if name or units else 0
    return total


@patient
@given(st.lists(st.dictionaries(st.sampled_from(PRODUCT_COLUMNS), cell, max_size=6), min_size=1, max_size=4))
def test_product_rows(rows: list[dict[str, str]]) -> None:
    text = csv_text([{"Handle": "a"} | row for row in rows], PRODUCT_COLUMNS)
    for group in group_rows(read_rows(io.StringIO(text), ("Handle",)), "Handle"):
        product = read_or_refused(partial(read_product, group, reading(), NOW))
        if product:
            assert product.title
            assert all(variant.sku and variant.price >= 0 for variant in product.variants)


@patient
@given(st.text(readable))
def test_any_text_at_all(text: str) -> None:
    formats: tuple[Pieces, ...] = (shopify_orders.pieces, optoro_snapshot.pieces)
    for pieces in formats:
        found = read_or_refused(partial(list[Piece], pieces(io.StringIO(text, newline=""))))
        for piece in found or ():
            read_or_refused(partial(piece.read, reading()))


@patient
@given(st.dictionaries(st.sampled_from(sorted(snapshot_order())), json_values, max_size=2))
def test_snapshot_fields(different: dict[str, object]) -> None:
    piece = optoro_snapshot.SnapshotPiece(RawOrder(1, snapshot_order() | different))
    order = read_or_refused(partial(piece.read, reading()))
    if order:
        check(order)
