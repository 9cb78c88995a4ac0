"""Orders that a later file states differently, with and without units in an exchange."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import update

from app.models import Exchange, LineItem, Order, ReturnItem, db
from app.services.importing import Report
from tests.services.importing import stored
from tests.services.importing.files import NOW, SHIRT, item, order_rows, snapshot_order
from tests.services.importing.loading import OrderLoader, ProductLoader, counts, shirt


def commit_units(number: str, platform_id: str, units: int) -> None:
    """As if an exchange had taken these units."""
    line = next(line for line in stored.lines(number) if line.platform_id == platform_id)
    db.session.execute(update(LineItem).where(LineItem.id == line.id).values(committed=units))
    db.session.commit()


def put_in_draft(number: str, platform_id: str) -> None:
    """As if a shopper had just chosen this line."""
    line = next(line for line in stored.lines(number) if line.platform_id == platform_id)
    draft = Exchange(
        store_id=line.store_id, order_id=line.order_id, public_id="draft", created_at=NOW, updated_at=NOW
    )
    chosen = ReturnItem(
        store_id=line.store_id,
        line_item_id=line.id,
        position=0,
        quantity=1,
        first_chosen_on=date(2026, 11, 22),
    )
    draft.items.append(chosen)
    db.session.add(draft)
    db.session.commit()


def test_what_changed_is_taken_over_in_place(load_orders: OrderLoader) -> None:
    load_orders(order_rows({}, {"Lineitem name": "Cap"}, Fulfillment_Status="unfulfilled", Fulfilled_at=""))
    ids = [line.id for line in stored.lines("AP1001")]
    cancelled = order_rows(
        {"Lineitem discount": "10.00"},
        {"Lineitem name": "Cap", "Lineitem quantity": "2"},
        Cancelled_at="2026-11-12 10:00:00 -0500",
        Email="new@example.com",
        Shipping_Zip="04101",
    )
    assert counts(load_orders(cancelled)) == (0, 1, 0, 0)
    order = stored.orders()["AP1001"]
    assert (order.cancelled, order.email_key, order.postcode_key) == (True, "new@example.com", "04101")
    assert [(line.id, line.discount, line.quantity) for line in order.lines] == [
        (ids[0], 1000, 1),
        (ids[1], 0, 2),
    ]
    assert counts(load_orders(cancelled)) == (0, 0, 1, 0)


def test_lines_come_and_go(load_orders: OrderLoader) -> None:
    load_orders(order_rows({}, {}, {}))
    assert counts(load_orders(order_rows({}))) == (0, 1, 0, 0)
    assert [line.platform_id for line in stored.lines("AP1001")] == ["5500-1"]
    load_orders(order_rows({}, {}))
    assert [line.platform_id for line in stored.lines("AP1001")] == ["5500-1", "5500-2"]


def test_one_of_two_changed(load_orders: OrderLoader) -> None:
    one, two = order_rows(Name="#1", Id="1"), order_rows(Name="#2", Id="2")
    load_orders(one, two)
    assert counts(load_orders(one, order_rows(Name="#2", Id="2", Tags="late"))) == (0, 1, 1, 0)


def test_committed_units_are_never_touched(load_orders: OrderLoader) -> None:
    load_orders(order_rows({"Lineitem quantity": "3"}))
    commit_units("AP1001", "5500-1", 2)
    assert counts(load_orders(order_rows({"Lineitem quantity": "3"}, Tags="vip"))) == (0, 1, 0, 0)
    assert stored.lines("AP1001")[0].committed == 2


def refused(report: Report) -> str:
    """The one reason why the one order was refused."""
    assert counts(report) == (0, 0, 0, 1)
    return report.refusals[0].reason


def test_fewer_units_than_are_being_exchanged_are_refused(load_orders: OrderLoader) -> None:
    load_orders(order_rows({"Lineitem quantity": "3"}))
    commit_units("AP1001", "5500-1", 2)
    before = stored.everything()
    assert "fewer units" in refused(load_orders(order_rows({"Lineitem quantity": "1"})))
    assert stored.everything() == before


@pytest.mark.parametrize(
    "hold", [lambda: commit_units("AP1001", "5500-2", 1), lambda: put_in_draft("AP1001", "5500-2")]
)
def test_a_line_in_an_exchange_cannot_vanish(load_orders: OrderLoader, hold: object) -> None:
    load_orders(order_rows({}, {"Lineitem name": "Cap"}))
    assert callable(hold)
    hold()
    before = stored.everything()
    assert "Cap is being exchanged" in refused(load_orders(order_rows({})))
    assert stored.everything() == before


def test_a_line_in_an_exchange_cannot_become_another_item(
    load_orders: OrderLoader, load_products: ProductLoader
) -> None:
    load_products(shirt("M"), shirt("L"))
    load_orders(order_rows({}))
    commit_units("AP1001", "5500-1", 1)
    other = order_rows({"Lineitem name": "Linen Shirt - L"})
    assert "another item in its place" in refused(load_orders(other))


def test_a_held_line_may_be_tied_later(load_orders: OrderLoader, load_products: ProductLoader) -> None:
    load_orders(order_rows({}))
    commit_units("AP1001", "5500-1", 1)
    load_products(SHIRT)
    assert counts(load_orders(order_rows({}))) == (0, 1, 0, 0)
    assert stored.lines("AP1001")[0].sku == "shirt/M"


def test_refunds_that_overflow_are_stored_and_told(load_orders: OrderLoader) -> None:
    load_orders(order_rows({"Lineitem quantity": "2"}))
    commit_units("AP1001", "5500-1", 1)
    report = load_orders(order_rows({"Lineitem quantity": "2"}, Financial_Status="refunded"))
    assert counts(report) == (0, 1, 0, 0)
    assert stored.lines("AP1001")[0].refunded == 2
    assert [note.reason for note in report.notes] == [
        "Linen Shirt - M: 1 units are both refunded and exchanged"
    ]


def test_a_gift_is_not_forgotten_by_a_file_that_does_not_say_so(load_orders: OrderLoader) -> None:
    load_orders(order_rows(Note_Attributes="is_gift: true\ngift_code: ROSE-7"))
    load_orders(order_rows(Tags="vip"))
    order = stored.orders()["AP1001"]
    assert (order.is_gift, order.gift_code, order.tags) == (True, "ROSE-7", ["vip"])


def test_an_order_made_by_an_exchange_keeps_its_frozen_amounts(load_orders: OrderLoader) -> None:
    load_orders.snapshot(snapshot_order())
    parent = stored.orders()["NW-1001"]
    child_values = {"number": "NW-1001-X1", "number_key": "nw1001x1", "platform_id": "NW-1001-X1"}
    known = ("store_id", "currency", "placed_at", "tags", "customer_id", "email", "email_key")
    child = Order(**{name: getattr(parent, name) for name in known}, **child_values)
    child.parent_id, child.root_id, child.chain_depth = parent.id, parent.id, 1
    frozen = {"store_id": parent.store_id, "sku": "PARKA-L", "title": "Ridge Parka", "product": 13950}
    for position in range(2):
        child.lines.append(
            LineItem(
                **frozen,
                position=position,
                platform_id=str(position),
                discount=1395,
                tax=1035,
                list_price=13950,
                quantity=2,
            )
        )
    db.session.add(child)
    db.session.commit()

    sent = {"sku": "PARKA-L", "quantity": 3, "quantity_shipped": 3, "product_amount_cents": 1}
    sent |= {"discount_amount_cents": 0, "tax_amount_cents": 0}
    report = load_orders.snapshot(snapshot_order(item(**sent), identifier="NW-1001-X1"))
    assert counts(report) == (0, 1, 0, 0)
    again = stored.orders()["NW-1001-X1"]
    assert again.delivered_at == datetime(2026, 11, 12, 15, 39, 42, 25000, tzinfo=UTC)
    assert (again.parent_id, again.chain_depth) == (parent.id, 1)
    assert [
        (line.platform_id, line.product, line.discount, line.tax, line.shipped) for line in again.lines
    ] == [
        ("0", 13950, 1395, 1035, 2),
        ("1", 13950, 1395, 1035, 0),  # the file has one line of this SKU: the first took it
    ]
