"""Bringing an order and its products up to date from the platform when a shopper comes, and on Review.

What was read a moment ago is not read again, and an order that a live exchange holds is left alone. Where
the platform is silent, what is known here stands, and whoever asked is told so. A store whose platform is
not read from costs one query.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import func, select, update

from app.connectors.found import OrderFound, ProductsFound, ReadOrder
from app.connectors.reading import OrderSource, OrderWanted, ProductSource, ProductsWanted
from app.domain.exchange_status import LIVE, PLACED_ONCE
from app.domain.facts import StoreFacts
from app.models import Exchange, LineItem, Order, Product, ReturnItem, Store, Variant, db, writing
from app.services.find_order import NoMatch, find_order
from app.services.importing.bulk_statements import lock_store
from app.services.importing.from_platform import Known, parsed_order, parsed_product
from app.services.importing.parsed import ParsedProduct
from app.services.importing.report import Outcome, Refused
from app.services.importing.writing_orders import write_orders
from app.services.importing.writing_products import write_products
from app.services.platform_reading import PlatformSilent, PlatformVisit, Reader
from app.services.stale_products import Reviewed, is_fresh

log = logging.getLogger("evenly.reading")

LONGEST_EMAIL = 320


def refresh_for_look_up(reader: Reader, number: str, fact: str, now: datetime) -> bool:
    """Read the order with this number and e-mail before it is looked up here, with its products.

    By e-mail only: nobody can search a platform by postcode. Asking for what is not there, and for what is
    somebody else's, costs the same. False where the platform could not be asked.
    """
    visit = reader.visit(db.session.info["store_id"], now)
    if visit is None:
        return True
    try:
        order_id: int | None = find_order(number, fact)
    except NoMatch:
        order_id = None
    if order_id is None and not ("@" in fact and len(fact) <= LONGEST_EMAIL):
        return True
    return _refresh(visit, order_id, OrderWanted(number, fact.strip()), now)


def refresh_for_order(reader: Reader, order_id: int, now: datetime) -> bool:
    """The same for an order that is known, for whoever comes by a link."""
    visit = reader.visit(db.session.info["store_id"], now)
    return visit is None or _refresh(visit, order_id, None, now)


def refresh_products(reader: Reader, draft: Reviewed, now: datetime) -> bool | None:
    """Read prices and stock of what of a draft should be read again.

    True where anything was written down, False where it could not be read, None where nothing was to be read.
    """
    stale = draft.stale(now) if reader.may_read_products(draft.platform) else []
    visit = reader.visit(db.session.info["store_id"], now) if stale else None
    if visit is None:
        return None
    try:
        parsed = _read(visit, stale, draft.store, now)
    except PlatformSilent:
        return False
    refused = _write_products(parsed)
    return any(product.variants and product.what not in refused for product in parsed) or None


def _refresh(visit: PlatformVisit, order_id: int | None, wanted: OrderWanted | None, now: datetime) -> bool:
    try:
        read = _order(visit, order_id, wanted, now)
    except PlatformSilent:
        return False
    ids = [line.product_id for line in read.lines] if read else _products_of(order_id)
    try:
        products, told = _products(visit, ids, now), True
    except PlatformSilent:
        products, told = [], False
    if read:
        _write_order(read, order_id, products, now, whole=told)
    else:
        _write_products(products)
    return True


def _order(
    visit: PlatformVisit, order_id: int | None, wanted: OrderWanted | None, now: datetime
) -> ReadOrder | None:
    """The order as the platform has it; None where there is none, or no need to ask.

    Raises PlatformSilent.
    """
    source = visit.source
    if not isinstance(source, OrderSource) or not source.reads_orders():
        return None
    if order_id is not None:
        row = db.session.get_one(Order, order_id)
        if row.parent_id is not None or is_fresh(row.read_at, now) or _held(order_id):
            return None
        wanted = OrderWanted(row.number, row.email, row.platform_id)
    if wanted is None:
        return None
    return visit.find(partial(source.order_step, wanted), OrderFound, source.needs_proof).order


def _products(visit: PlatformVisit, ids: Iterable[str], now: datetime) -> list[ParsedProduct]:
    """Those of the products that were not read just now. Raises PlatformSilent."""
    wanted = sorted({name for name in ids if name})
    if not wanted:
        return []
    rows = db.session.execute(
        select(Product.platform_id, func.max(Variant.stock_read_at))
        .join(Product.variants)
        .where(Product.platform_id.in_(wanted))
        .group_by(Product.platform_id)
    )
    fresh = {name for name, read_at in rows if is_fresh(read_at, now)}
    store = db.session.get_one(Store, db.session.info["store_id"]).facts()
    return _read(visit, [name for name in wanted if name not in fresh], store, now)


def _read(
    visit: PlatformVisit, products: Sequence[str], store: StoreFacts, now: datetime
) -> list[ParsedProduct]:
    """These products as the platform has them. Raises PlatformSilent."""
    source = visit.source
    if not products or not isinstance(source, ProductSource) or not source.reads_products():
        return []
    wanted = ProductsWanted(tuple(products))
    found = visit.find(partial(source.products_step, wanted), ProductsFound, source.needs_proof)
    parsed = []
    for product in found.products:
        try:
            parsed.append(parsed_product(product, store, now))
        except Refused as refused:
            log.warning("Store %s: product %s is not taken over: %s", store.slug, product.id, refused.reason)
    return parsed


def _write_order(
    read: ReadOrder, order_id: int | None, products: list[ParsedProduct], now: datetime, *, whole: bool
) -> None:
    """Store it by the same code as a file of orders. `whole`: its products were read as well."""
    known = _known(read, order_id)
    parsed = parsed_order(read, known, tuple(products))
    store_id: int = db.session.info["store_id"]
    _tell(store_id, write_orders(store_id, [parsed]))
    if whole:
        with writing():
            db.session.execute(update(Order).where(Order.number_key == parsed.number_key).values(read_at=now))


def _write_products(products: list[ParsedProduct]) -> set[str]:
    """Store them; those that could not be, by name."""
    if not products:
        return set()
    store_id: int = db.session.info["store_id"]
    with writing():
        lock_store(store_id)
        outcome = write_products(store_id, products)
    _tell(store_id, outcome)
    return {problem.what for problem in outcome.refusals}


def _tell(store_id: int, outcome: Outcome) -> None:
    for problem in outcome.refusals:
        log.warning("Store %s: %s is not taken over: %s", store_id, problem.what, problem.reason)


def _known(read: ReadOrder, order_id: int | None) -> Known:
    """The order's row, also where it was looked up by an e-mail that the platform has changed since."""
    row = (
        db.session.get(Order, order_id)
        if order_id is not None
        else db.session.scalar(
            select(Order).where(Order.platform_id == read.id, Order.parent_id.is_(None)).limit(1)
        )
    )
    if row is None:
        return Known()
    placed = [str(status) for status in PLACED_ONCE]
    units = db.session.execute(
        select(LineItem.platform_id, func.sum(ReturnItem.quantity))
        .join(ReturnItem, ReturnItem.line_item_id == LineItem.id)
        .join(Exchange, Exchange.id == ReturnItem.exchange_id)
        .where(Exchange.order_id == row.id, Exchange.status.in_(placed))
        .group_by(LineItem.platform_id)
    )
    return Known(row, {line: int(count) for line, count in units})


def _products_of(order_id: int | None) -> list[str]:
    query = (
        select(Product.platform_id)
        .join(LineItem, LineItem.product_id == Product.id)
        .where(LineItem.order_id == order_id)
    )
    return list(db.session.scalars(query))


def _held(order_id: int) -> bool:
    live = [str(status) for status in LIVE]
    query = select(Exchange.id).where(Exchange.order_id == order_id, Exchange.status.in_(live)).limit(1)
    return db.session.scalar(query) is not None
