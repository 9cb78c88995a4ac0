"""What must be written so that the catalogue says what a file says: decided here, written elsewhere.

A whole product (a product export) makes its missing variants inactive. A partial one (variants that
came with an order) only adds and refreshes, never with an older reading than the one at hand.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from app.services.importing.bulk_statements import PRODUCTS, VARIANTS, Values
from app.services.importing.column_limits import too_long
from app.services.importing.matching import line_name, name_key
from app.services.importing.parsed import ParsedProduct, ParsedVariant
from app.services.importing.report import Refused


@dataclass
class Stored:
    """The rows a batch of products meets. `by_sku` also holds what the batch itself will add."""

    products: dict[str, Values] = field(default_factory=dict)
    variants: dict[int, list[Values]] = field(default_factory=dict)
    by_sku: dict[str, Values] = field(default_factory=dict)


@dataclass
class ProductPlan:
    """What one product needs. `product_id` None: it is new; `values` None: the row stays as it is."""

    parsed: ParsedProduct
    product_id: int | None
    values: Values | None
    new_variants: list[Values] = field(default_factory=list)
    changed_variants: list[Values] = field(default_factory=list)
    fresh_readings: list[Values] = field(default_factory=list)
    let_go_of_sku: list[Values] = field(default_factory=list)

    @property
    def changes(self) -> bool:
        return bool(self.values or self.new_variants or self.changed_variants)


def plan(parsed: ParsedProduct, stored: Stored) -> ProductPlan:
    """Compare one product with the rows. Raises Refused where its SKUs are somebody else's."""
    row = stored.products.get(parsed.platform_id)
    values = _product_values(parsed)
    variants = stored.variants.get(row["id"], []) if row else []
    made = ProductPlan(parsed, row["id"] if row else None, None if row and _same(values, row) else values)
    _refuse_if(too_long(PRODUCTS, values))
    if parsed.complete:
        _plan_all_variants(made, variants, stored)
    else:
        _plan_known_variants(made, variants, stored)
    _claim_skus(made, stored)
    return made


def _product_values(parsed: ParsedProduct) -> Values:
    values: Values = {"platform_id": parsed.platform_id, "title": parsed.title, "active": parsed.active}
    values |= {"option_names": list(parsed.option_names), "image_url": parsed.image_url}
    if parsed.complete:
        values |= {"vendor": parsed.vendor, "tags": list(parsed.tags), "is_gift_card": parsed.is_gift_card}
    return values


def _variant_values(parsed: ParsedProduct, variant: ParsedVariant, position: int) -> Values:
    values = {
        "position": position,
        "platform_id": variant.platform_id,
        "sku": variant.sku,
        "title": variant.title,
        "line_name": name_key(line_name(parsed.title, variant.option_values)),
        "option_values": list(variant.option_values),
        "price": variant.price,
        "stock": variant.stock,
        "backorder": variant.backorder,
        "active": True,
        "image_url": variant.image_url,
    }
    _refuse_if(too_long(VARIANTS, values))
    return values


def _plan_all_variants(made: ProductPlan, rows: list[Values], stored: Stored) -> None:
    """Match by identity, then by SKU (a renamed option); what is left over is no longer sold."""
    by_platform_id = {row["platform_id"]: row for row in rows}
    matched = {v.platform_id: by_platform_id.get(v.platform_id) for v in made.parsed.variants}
    taken = {row["id"] for row in matched.values() if row}
    free_by_sku = {row["sku"]: row for row in rows if row["id"] not in taken}
    for position, variant in enumerate(made.parsed.variants):
        row = matched[variant.platform_id] or free_by_sku.pop(variant.sku, None)
        _plan_variant(made, variant, position, row)
        taken |= {row["id"]} if row else set()
    gone = [row for row in rows if row["id"] not in taken]
    made.changed_variants += [{"id": row["id"], "active": False} for row in gone if row["active"]]
    _refuse_foreign_skus(made, {row["id"] for row in rows}, gone, stored)


def _refuse_foreign_skus(made: ProductPlan, own: set[int], gone: list[Values], stored: Stored) -> None:
    left = {row["sku"] for row in gone}
    for variant in made.parsed.variants:
        owner = stored.by_sku.get(variant.sku)
        if variant.sku in left or (owner and owner.get("id") not in own):
            raise Refused(f"the SKU {variant.sku} already belongs to another variant")


def _plan_known_variants(made: ProductPlan, rows: list[Values], stored: Stored) -> None:
    """Refresh by SKU wherever the variant stands in the catalogue, else by identity, else add."""
    by_platform_id = {row["platform_id"]: row for row in rows}
    next_position = 1 + max((row["position"] for row in rows), default=-1)
    for variant in made.parsed.variants:
        owner = stored.by_sku.get(variant.sku)
        if owner and owner.get("product_id") != made.product_id:
            if "id" in owner:
                _plan_elsewhere(made, variant, owner)
            continue
        row = owner or by_platform_id.get(variant.platform_id)
        position = row["position"] if row else next_position
        next_position += 0 if row else 1
        _plan_variant(made, variant, position, row)
    if not rows and not made.new_variants:
        made.values = None  # all of it stands in the catalogue under other products
    readings = [row["stock_read_at"] for row in rows if row["stock_read_at"]]
    if readings and max(readings) > max(variant.read_at for variant in made.parsed.variants):
        made.values = None  # the catalogue knows something newer


def _plan_elsewhere(made: ProductPlan, variant: ParsedVariant, row: Values) -> None:
    """The SKU is another product's here: only what can change every day is taken over."""
    values = {"price": variant.price, "stock": variant.stock, "backorder": variant.backorder, "active": True}
    _plan_change(made, variant, values, row)


def _plan_variant(made: ProductPlan, variant: ParsedVariant, position: int, row: Values | None) -> None:
    values = _variant_values(made.parsed, variant, position)
    if row is not None:
        _plan_change(made, variant, values, row)
        return
    if not variant.stock_known:
        values["stock"] = 0  # tracked, yet nobody says how many: nothing can be promised
    made.new_variants.append(values | {"stock_read_at": variant.read_at})


def _plan_change(made: ProductPlan, variant: ParsedVariant, values: Values, row: Values) -> None:
    if not variant.stock_known:
        del values["stock"]
    read_before = row["stock_read_at"]
    older = read_before is not None and variant.read_at < read_before
    if older and not made.parsed.complete:
        return
    reading = {"id": row["id"], "stock_read_at": variant.read_at}
    if not _same(values, row):
        made.changed_variants.append(values | reading)
        if values.get("sku", row["sku"]) != row["sku"]:
            # Two variants may have swapped theirs: both let go before either is taken.
            made.let_go_of_sku.append({"id": row["id"], "sku": f"/{row['id']}"})
    elif variant.read_at != read_before:
        made.fresh_readings.append(reading)


def _claim_skus(made: ProductPlan, stored: Stored) -> None:
    """From now on these SKUs are this product's, for the products after it in the batch."""
    for values in made.new_variants:
        stored.by_sku[values["sku"]] = {"product_id": f"the new {made.parsed.platform_id}"}
    for values in made.changed_variants:
        if "sku" in values:
            stored.by_sku[values["sku"]] = {"id": values["id"], "product_id": made.product_id}


def _same(values: Values, row: Values) -> bool:
    return all(row[name] == value for name, value in values.items())


def _refuse_if(reason: str | None) -> None:
    if reason:
        raise Refused(reason)


def merged(products: Iterable[ParsedProduct]) -> list[ParsedProduct]:
    """One product for each that several orders brought along, every variant by its newest reading."""
    by_id: dict[str, ParsedProduct] = {}
    variants: dict[str, dict[str, ParsedVariant]] = {}
    for product in products:
        by_id[product.platform_id] = product
        known = variants.setdefault(product.platform_id, {})
        for variant in product.variants:
            before = known.get(variant.platform_id)
            if before is None or variant.read_at >= before.read_at:
                known[variant.platform_id] = variant
    return [replace(by_id[name], variants=tuple(known.values())) for name, known in variants.items()]
