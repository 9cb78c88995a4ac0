"""Orders and products read from a pretend Medusa when a shopper comes: what is stored, what left alone."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.exchange_status import Status
from app.models import LineItem, Order, Product, Store, Variant, db
from app.services.find_order import NoMatch, find_order
from app.services.moving import move_exchange
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up, refresh_for_order, refresh_products
from app.services.stale_products import reviewed
from tests.factories import NOW
from tests.services.dispatch_cases import Acme, exchange_of
from tests.services.medusa_store import EMAIL, LATER, TO_L, TWO_TEES, asked, configure, connect


def line_of(order_id: int) -> LineItem:
    db.session.expunge_all()
    db.session.rollback()
    (line,) = db.session.scalars(select(LineItem).where(LineItem.order_id == order_id))
    return line


def count_of(column: InstrumentedAttribute[int], *where: ColumnElement[bool]) -> int:
    return db.session.scalar(select(func.count(column)).where(*where)) or 0


def stock_of(sku: str) -> tuple[int, int | None]:
    db.session.rollback()
    row = db.session.execute(select(Variant.price, Variant.stock).where(Variant.sku == sku)).one()
    return row.price, row.stock


def test_an_order_that_is_not_here_is_read_with_its_product(reader: Reader) -> None:
    assert refresh_for_look_up(reader, "#1001", "Ada@Example.com", NOW)
    order_id = find_order("1001", EMAIL)
    order = db.session.get_one(Order, order_id)
    assert (order.number, order.platform_id, order.currency) == ("1001", "order_001001", "USD")
    assert (order.postcode_key, order.read_at) == ("97701", NOW)
    line = line_of(order_id)
    assert (line.platform_id, line.sku, line.title, line.variant_words) == (
        "ordli_1001_1",
        "TEE-S",
        "Tee",
        "S",
    )
    assert (line.product, line.discount, line.tax, line.list_price) == (4000, 0, 0, 2000)
    assert (line.quantity, line.shipped, line.refunded) == (2, 2, 0)
    assert stock_of("TEE-XL") == (1800, 1)


@pytest.mark.parametrize(
    ("number", "email"),
    [
        ("1001", "eve@example.com"),
        ("9999", EMAIL),
        ("9999", "eve@example.com"),
        ("100", EMAIL),
        ("1001", "@"),
    ],
)
def test_strangers_and_guesses_cost_the_same_and_store_nothing(
    medusa: httpx2.Client, reader: Reader, number: str, email: str
) -> None:
    assert refresh_for_look_up(reader, number, email, NOW)
    with pytest.raises(NoMatch):
        find_order(number, email)
    assert asked(medusa) == ["/admin/orders"]
    assert count_of(Order.id) == 0
    assert count_of(Product.id, Product.platform_id == "prod_tee") == 0


def test_a_postcode_asks_nobody(medusa: httpx2.Client, reader: Reader) -> None:
    assert refresh_for_look_up(reader, "1001", "97701", NOW)
    assert asked(medusa) == []


def test_an_order_behind_a_hundred_others_of_the_same_address_is_found(
    medusa: httpx2.Client, reader: Reader
) -> None:
    configure(medusa, orders=[TWO_TEES | {"display_id": number} for number in range(2001, 2121)])
    assert refresh_for_look_up(reader, "2120", EMAIL, NOW)
    assert db.session.get_one(Order, find_order("2120", EMAIL)).platform_id == "order_002120"
    assert asked(medusa)[:3] == ["/admin/orders", "/admin/orders", "/admin/orders/order_002120"]


def test_units_that_went_back_elsewhere_are_gone(medusa: httpx2.Client, reader: Reader) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    begun = medusa.post("/medusa/admin/returns", json={"order_id": "order_001001"}).json()["return"]["id"]
    items = {"items": [{"id": "ordli_1001_1", "quantity": 1}]}
    assert medusa.post(f"/medusa/admin/returns/{begun}/request-items", json=items).status_code == 200
    assert medusa.post(f"/medusa/admin/returns/{begun}/request", json={}).status_code == 200
    order_id = find_order("1001", EMAIL)
    assert refresh_for_order(reader, order_id, LATER)
    assert line_of(order_id).refunded == 1


def test_what_was_read_a_moment_ago_is_not_read_again(medusa: httpx2.Client, reader: Reader) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    before = len(asked(medusa))
    assert refresh_for_look_up(reader, "1001", EMAIL, NOW + timedelta(seconds=59))
    assert len(asked(medusa)) == before
    assert refresh_for_look_up(reader, "1001", EMAIL, NOW + timedelta(seconds=61))
    assert asked(medusa)[before:] == [
        "/admin/orders/order_001001",
        "/admin/exchanges",
        "/store/products/prod_tee",
    ]


def test_a_file_says_more_than_a_platform_and_keeps_it(reader: Reader) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    order_id = find_order("1001", EMAIL)
    order = db.session.get_one(Order, order_id)
    order.number, order.number_key = "AC-1001", "ac1001"
    order.tags, order.is_gift, order.secondary_id = ["vip"], True, "S-7"
    order.lines[0].tags, order.lines[0].concept = ["final-sale"], "Harbour"
    db.session.commit()
    assert refresh_for_order(reader, order_id, LATER)
    line = line_of(order_id)
    order = db.session.get_one(Order, order_id)
    assert (order.number, order.tags, order.is_gift, order.secondary_id) == ("AC-1001", ["vip"], True, "S-7")
    assert (line.tags, line.concept, order.read_at) == (["final-sale"], "Harbour", LATER)
    assert count_of(Order.id) == 1


def exchanged(store: Acme) -> int:
    """The order's id, after one of its units became an L in Medusa."""
    order_id = find_order("1001", EMAIL)
    exchange_id = store.confirm_order(order_id, TO_L)
    store.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    move_exchange(exchange, Status.COMPLETED, "worker", NOW)
    exchange.occupies_order = False
    db.session.commit()
    return order_id


def test_what_our_exchange_did_to_the_order_is_not_counted_twice(store: Acme, reader: Reader) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    order_id = exchanged(store)
    assert refresh_for_order(reader, order_id, LATER)
    line = line_of(order_id)  # and no second one: the L is a line of the order 1001-E…
    assert (line.sku, line.committed, line.refunded) == ("TEE-S", 1, 0)
    assert db.session.get_one(Order, order_id).read_at == LATER


def test_an_order_that_is_being_exchanged_is_left_alone(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    store.confirm_order(find_order("1001", EMAIL), TO_L)
    before = len(asked(medusa))
    refresh_for_look_up(reader, "1001", EMAIL, LATER)
    assert asked(medusa)[before:] == ["/store/products/prod_tee"]


def test_a_variant_that_is_no_longer_sold_does_not_keep_its_product_stale(
    medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    product_id = db.session.scalars(select(Product.id).where(Product.platform_id == "prod_tee")).one()
    gone = Variant(product_id=product_id, position=9, platform_id="variant_gone", sku="GONE", title="XXL")
    gone.store_id, gone.line_name, gone.option_values = db.session.info["store_id"], "tee - xxl", ["XXL"]
    gone.price, gone.stock, gone.stock_read_at = 100, 1, NOW - timedelta(days=9)
    db.session.add(gone)
    db.session.commit()
    refresh_for_look_up(reader, "1001", EMAIL, LATER)
    before = len(asked(medusa))
    refresh_for_look_up(reader, "1001", EMAIL, LATER)
    assert len(asked(medusa)) == before
    db.session.rollback()
    assert not db.session.scalars(select(Variant.active).where(Variant.sku == "GONE")).one()


def test_review_has_the_prices_and_the_stock_of_the_moment(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    draft = store.draft_of(find_order("1001", EMAIL), TO_L)
    configure(medusa, variants=[{"id": "variant_tee-l", "sku": "TEE-L", "title": "L", "price_cents": 2750}])
    configure(medusa, stock={"variant_tee-s": 3})
    assert reviewed(draft).stale(LATER) == ["prod_tee"]
    assert refresh_products(reader, reviewed(draft), LATER)
    assert reviewed(draft).stale(LATER) == []
    assert refresh_products(reader, reviewed(draft), LATER) is None
    assert stock_of("TEE-L") == (2750, 1000)
    assert stock_of("TEE-S") == (2000, 3)


def test_an_order_is_stored_without_its_product_where_that_is_not_told_in_time(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    connect(store, f"{str(medusa.base_url).rstrip('/')}/medusa", publishable="", region_id="")
    assert refresh_for_look_up(reader, "1001", EMAIL, NOW)
    line = line_of(find_order("1001", EMAIL))
    assert (line.sku, line.title, line.variant_id) == ("TEE-S", "Tee", None)


def test_prices_in_another_currency_are_not_taken_over(
    store: Acme, medusa: httpx2.Client, reader: Reader, caplog: pytest.LogCaptureFixture
) -> None:
    db.session.get_one(Store, store.store_id).currency = "EUR"
    db.session.commit()
    assert refresh_for_look_up(reader, "1001", EMAIL, NOW)
    assert count_of(Product.id, Product.platform_id == "prod_tee") == 0
    assert "its prices are in USD, the store's are in EUR" in caplog.text


def test_a_store_that_does_not_read_asks_nobody(store: Acme, medusa: httpx2.Client, reader: Reader) -> None:
    address = f"{str(medusa.base_url).rstrip('/')}/medusa"
    connect(store, address, read_orders=False, publishable="", region_id="")
    assert refresh_for_look_up(reader, "1001", EMAIL, NOW)
    assert asked(medusa) == []
