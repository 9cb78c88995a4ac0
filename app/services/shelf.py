"""What is on the shelf, as the rules see it: variants with the stock that can still be had, and pictures.

Read in a few queries, whatever the number of variants. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from app.domain.facts import OrderFacts, VariantFacts
from app.models import Product, Variant, db
from app.services.stock import taken_by_others


def variants_of(
    product_ids: Iterable[int | None], now: datetime, exchange_id: int | None = None
) -> dict[int, VariantFacts]:
    """All variants of these products; stock less what others hold or were promised."""
    products = {product_id for product_id in product_ids if product_id is not None}
    if not products:
        return {}
    rows = db.session.execute(
        select(Variant, taken_by_others(now, exchange_id))
        .join(Variant.product)
        .where(Variant.product_id.in_(products))
        .options(
            contains_eager(Variant.product).load_only(
                Product.title,
                Product.platform_id,
                Product.option_names,
                Product.active,
                Product.image_url,
                Product.tags,
                Product.is_gift_card,
            )
        )
        .order_by(Variant.product_id, Variant.position, Variant.id)
    ).all()
    return {row.id: row.facts(int(taken)) for row, taken in rows}


def pictures_of(order: OrderFacts, variants: Mapping[int, VariantFacts]) -> dict[int, str]:
    """A picture for each line: as the order had it, else as the catalogue has it today.

    Asked for are those alone that are not among these `variants`.
    """
    known = {line.id: line.image_url for line in order.lines if line.image_url}
    for line in order.lines:
        variant = variants.get(line.variant_id or 0)
        if variant is not None and variant.image_url:
            known.setdefault(line.id, variant.image_url)
    bare = {line.variant_id for line in order.lines if line.id not in known} - {None, *variants}
    if bare:
        url = func.coalesce(Variant.image_url, Product.image_url)
        rows = db.session.execute(
            select(Variant.id, url).join(Variant.product).where(Variant.id.in_(bare))
        ).all()
        found = {variant_id: picture for variant_id, picture in rows if picture}
        for line in order.lines:
            if line.id not in known and line.variant_id in found:
                known[line.id] = found[line.variant_id]
    return known
