"""Having the shop tell what it has of a product, when a shopper is about to choose from it.

Asked at most once within what the store's connector calls fresh, waited for no longer than a shopper would,
and outside any transaction. Whatever goes wrong, the catalogue stays as it was, and the exchange is
checked again at Confirm like any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

from app.connectors.found import ProductsFound, ReadProduct
from app.connectors.reading import ProductsWanted, ShelfSource
from app.models import Connector, Product, Store, Variant, db, writing
from app.services import audit
from app.services.importing.optoro_catalogue import shown_price
from app.services.platform_reading import PlatformSilent, Reader, Visit

REST = timedelta(seconds=30)
ACTOR = "portal"


@dataclass(frozen=True)
class _Wanted:
    """A product to ask about, and its number at the platform."""

    id: int
    number: str


def read_shelf(reader: Reader, product_id: int | None, now: datetime) -> bool:
    """Ask about this product of the store in scope, if anybody can be asked and it is time to.

    True after asking, whatever came of it: what was loaded before is let go then, as in every use case that
    writes.
    """
    if product_id is None:
        return False
    visit = reader.shelf_visit(db.session.info["store_id"], now)
    wanted = _wanted(visit.source, product_id, now) if visit else None
    if visit is None or wanted is None:
        return False
    db.session().expunge_all()
    found = _ask(visit, wanted)
    with writing():
        row = db.session.scalar(select(Connector).where(Connector.system == visit.source.system))
        if found is not None:
            _take_over(wanted, found, now)
            _answered(row, wanted, now)
        else:
            _failed(row, wanted, now)
    return True


def _wanted(source: ShelfSource, product_id: int, now: datetime) -> _Wanted | None:
    """None where there is no such product, or the last reading is still fresh."""
    read_at = select(func.max(Variant.stock_read_at)).where(Variant.product_id == Product.id)
    product = db.session.execute(
        select(Product.platform_id, read_at.scalar_subquery()).where(Product.id == product_id)
    ).one_or_none()
    if product is None:
        return None
    number, last = product
    if last is not None and now - last < timedelta(seconds=source.fresh_seconds):
        return None
    return _Wanted(product_id, number)


def _ask(visit: Visit[ShelfSource], wanted: _Wanted) -> ReadProduct | None:
    """What there is, None where that could not be read."""
    source, asked = visit.source, ProductsWanted((wanted.number,))
    try:
        (found,) = visit.find(
            partial(source.products_step, asked), ProductsFound, source.needs_proof
        ).products
    except PlatformSilent:
        return None
    return found


def _take_over(wanted: _Wanted, found: ReadProduct, now: datetime) -> None:
    """Price and stock of every variant of the product. What the answer leaves out cannot be had now.

    A SKU that the catalogue does not know is an import's business.
    """
    rows = db.session.scalars(
        select(Variant).where(Variant.product_id == wanted.id).with_for_update(key_share=True)
    ).all()
    store = db.session.get_one(Store, db.session.info["store_id"]).facts()
    told = {variant.sku: variant for variant in found.variants}
    for row in rows:
        if row.stock_read_at and row.stock_read_at > now:
            continue  # an import came in between
        variant = told.get(row.sku)
        row.stock = variant.stock if variant else 0
        if variant:
            row.price = variant.price if variant.tax_inclusive else shown_price(variant.price, 0, 0, store)
        row.stock_read_at = now


def _answered(row: Connector | None, wanted: _Wanted, now: datetime) -> None:
    if row is not None and row.failures:
        row.failures, row.closed_until = 0, None
        _note(row, "shelf read again", wanted, now)


def _failed(row: Connector | None, wanted: _Wanted, now: datetime) -> None:
    """Leave it alone for a while; the first failure of a row is noted."""
    if row is None:
        return
    if not row.failures:
        _note(row, "shelf not read", wanted, now)
    row.failures += 1
    row.closed_until = now + REST


def _note(row: Connector, act: str, wanted: _Wanted, now: datetime) -> None:
    details = {"system": row.system, "product": wanted.number}
    audit.record(f"store:{row.store_id}", ACTOR, act, details, now)
