"""Filling the database with the demo's stores, catalogue and orders.

What is missing is added and what is there is left alone: an order that somebody exchanged stays
exchanged, and dates stay what they were. The one thing brought up to date is where the sandbox
listens. Exchanges that were placed before anybody came are `placed_before`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.cli.demo.order_rows import Shelf, order_row
from app.cli.demo.placed_before import place_earlier_exchange
from app.cli.demo.tables import DemoProduct, DemoStore
from app.models import Connector, Order, Product, Store, TaxMode, Variant, db, store_scope, writing
from app.queries.stores import store_with
from app.services.connector_settings import Connections, connect_store
from app.services.search_keys import index_orders
from app.services.stores import NewStore, brand_store, create_store

ACTOR = "demo"
# The sandbox takes any key, and signs with this for anybody: docs/connectors/cards.md.
CARDS_SECRET = "sk_of_the_demo whsec_YW55Ym9keSBtYXkga25vdyB0aGlzIHNhbmRib3gga2V5"  # noqa: S105
STALE_AFTER = timedelta(days=20)


class NotTheDemos(Exception):
    """There is a store of this slug that somebody else opened; nothing of it was touched."""


def seed(
    store: DemoStore, connections: Connections, sandbox_url: str, now: datetime, portal_url: str = ""
) -> int:
    """Bring one store in and return how many orders are new. Raises NotTheDemos.

    With a `portal_url` an amount due is paid on the sandbox's page, which tells that portal; without one the
    shop collects it later.
    """
    row = store_with(store.slug)
    if row is not None and not is_the_demos(row, store):
        raise NotTheDemos(store.slug)
    store_id = row.id if row is not None else _open(store, now)
    with store_scope(store_id):
        _connect(store, connections, store_id, f"{sandbox_url}/optoro", now)
        if portal_url:
            _connect_cards(
                connections, store_id, sandbox_url, f"{portal_url}/hooks/v1/{store.slug}/cards", now
            )
        with writing():
            new = _add_orders(_stocked(store, store_id, now), now)
        for order in store.orders:
            if order.exchanged:
                place_earlier_exchange(order, order.exchanged, now)
    return new


def is_the_demos(row: Store, store: DemoStore) -> bool:
    """Whether this row is the demo's store and not a merchant's that has the same slug."""
    return (row.name, row.currency) == (store.name, store.currency)


def has_aged(store: DemoStore, now: datetime) -> bool:
    """Whether the store's orders were made so long ago that their windows close or have closed."""
    row = store_with(store.slug)
    return row is not None and now - row.created_at > STALE_AFTER


def _open(store: DemoStore, now: datetime) -> int:
    new = NewStore(
        slug=store.slug,
        name=store.name,
        currency=store.currency,
        locale=store.locale,
        time_zone=store.time_zone,
        tax_mode=TaxMode.INCLUSIVE if store.tax_inclusive else TaxMode.EXCLUSIVE,
        tax_rate=store.tax_rate,
    )
    store_id = create_store(new, now, ACTOR, store.policy)
    brand_store(store.slug, store.branding, None, now)
    return store_id


def _connect(store: DemoStore, connections: Connections, store_id: int, url: str, now: datetime) -> None:
    """To where the sandbox listens this time: its port may be another one than last time."""
    connected = db.session.scalar(select(Connector).where(Connector.system == "optoro"))
    if connected is None or connected.settings.get("url") != url:
        connect_store(connections, store_id, "optoro", {"url": url, **store.optoro}, None, now, ACTOR)


def _connect_cards(
    connections: Connections, store_id: int, sandbox_url: str, webhook_url: str, now: datetime
) -> None:
    """The sandbox's payment page, wherever sandbox and portal are this time."""
    settings = {"url": f"{sandbox_url}/cards", "webhook_url": webhook_url}
    connected = db.session.scalar(select(Connector).where(Connector.system == "cards"))
    if connected is None or connected.settings != settings:
        connect_store(connections, store_id, "cards", settings, CARDS_SECRET, now, ACTOR)


def _stocked(store: DemoStore, store_id: int, now: datetime) -> Shelf:
    """The store with all its products, those that were missing added."""
    known = set(db.session.scalars(select(Product.platform_id)))
    for product in store.products:
        if product.code not in known:
            db.session.add(_product_row(product, store, store_id, now))
    db.session.flush()
    variants = {variant.sku: variant for variant in db.session.scalars(select(Variant))}
    return Shelf(store, store_id, db.session.get_one(Store, store_id).facts(), variants)


def _product_row(product: DemoProduct, store: DemoStore, store_id: int, now: datetime) -> Product:
    return Product(
        store_id=store_id,
        platform_id=product.code,
        title=product.title,
        vendor=store.name,
        option_names=list(product.options),
        image_url=product.picture(product.rows[0].values),
        variants=[
            Variant(
                store_id=store_id,
                position=position,
                platform_id=product.sku(row.values),
                sku=product.sku(row.values),
                title=" / ".join(row.values),
                line_name=" - ".join(filter(None, [product.title, " / ".join(row.values)])).casefold(),
                option_values=list(row.values),
                price=row.price,
                stock=row.stock,
                backorder=row.backorder,
                image_url=product.picture(row.values),
                stock_read_at=now,
            )
            for position, row in enumerate(product.rows)
        ],
    )


def _add_orders(shelf: Shelf, now: datetime) -> int:
    known = set(db.session.scalars(select(Order.number)))
    missing = [order for order in shelf.store.orders if order.number not in known]
    rows = [order_row(shelf, order, now) for order in missing]
    db.session.add_all(rows)
    db.session.flush()
    index_orders([row.id for row in rows])
    return len(missing)
