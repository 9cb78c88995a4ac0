"""Write a batch of products: three queries to compare, then one statement a kind of change.

Runs inside the caller's transaction and in the store's scope; commits nothing itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from app.models import Product, Variant, db
from app.services.importing.bulk_statements import (
    PRODUCTS,
    VARIANTS,
    Values,
    insert_for_ids,
    insert_rows,
    update_rows,
)
from app.services.importing.parsed import ParsedProduct
from app.services.importing.product_plans import ProductPlan, Stored, plan
from app.services.importing.report import Outcome, Problem, Refused


def write_products(store_id: int, products: Sequence[ParsedProduct]) -> Outcome:
    """Bring the catalogue in line with these products; those with a problem are left out whole."""
    outcome, plans = Outcome(), []
    stored = _stored(products)
    for product in products:
        try:
            made = plan(product, stored)
        except Refused as refused:
            outcome.refusals.append(Problem(refused.line or product.line, product.what, refused.reason))
            continue
        plans.append(made)
        outcome.new += made.product_id is None
        outcome.changed += made.product_id is not None and made.changes
        outcome.unchanged += made.product_id is not None and not made.changes
        outcome.notes += _notes(product)
    _write(store_id, plans)
    return outcome


def _notes(product: ParsedProduct) -> list[Problem]:
    silent = sum(not variant.stock_known for variant in product.variants)
    reason = f"{silent} tracked variants without a quantity: what was known stays, new ones are sold out"
    return [Problem(product.line, product.what, reason)] if silent else []


def _stored(products: Sequence[ParsedProduct]) -> Stored:
    """The products, their variants, and whoever else has one of the SKUs."""
    stored = Stored()
    names = {product.platform_id for product in products}
    for row in _rows(Product, Product.platform_id, names):
        stored.products[row["platform_id"]] = row
    ids = {row["id"] for row in stored.products.values()}
    variants: dict[int, list[Values]] = defaultdict(list)
    for row in _rows(Variant, Variant.product_id, ids):
        variants[row["product_id"]].append(row)
    stored.variants = dict(variants)
    skus = {variant.sku for product in products for variant in product.variants}
    stored.by_sku = {row["sku"]: row for row in _rows(Variant, Variant.sku, skus)}
    return stored


def _rows(
    model: type[Product | Variant], column: InstrumentedAttribute[Any], wanted: set[Any]
) -> list[Values]:
    if not wanted:
        return []
    columns = [getattr(model, column.name) for column in model.__table__.columns]
    return [dict(row) for row in db.session.execute(select(*columns).where(column.in_(wanted))).mappings()]


def _write(store_id: int, plans: Sequence[ProductPlan]) -> None:
    changed = [made for made in plans if made.product_id is not None and made.values]
    new = [made for made in plans if made.product_id is None and made.values]
    ids = insert_for_ids(PRODUCTS, store_id, [made.values or {} for made in new], "platform_id")
    for made in new:
        made.product_id = ids[made.parsed.platform_id]
    update_rows(PRODUCTS, store_id, [(made.values or {}) | {"id": made.product_id} for made in changed])
    for kind in ("let_go_of_sku", "changed_variants", "fresh_readings"):
        update_rows(VARIANTS, store_id, [row for made in plans for row in getattr(made, kind)])
    added = [row | {"product_id": made.product_id} for made in plans for row in made.new_variants]
    insert_rows(VARIANTS, store_id, added)
