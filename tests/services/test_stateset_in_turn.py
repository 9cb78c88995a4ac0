"""Exchanged in turn at StateSet: every unit goes back on the order that sent it, and each number is found."""

from __future__ import annotations

import httpx2
from sqlalchemy import select

from app.models import Order, db
from app.services.search_keys import index_orders
from tests.factories import Bought, make_order
from tests.services.dispatch_cases import TO_L, TO_XL, Acme, exchange_of
from tests.services.stateset_store import found_by, shop, stateset, two_parkas

__all__ = ["shop", "stateset"]


def arrived(shop: Acme, exchange_id: int) -> Order:
    """The order that came of the exchange, as the shopper has it by now."""
    parent = exchange_of(exchange_id).order_id
    child = db.session.scalars(select(Order).where(Order.parent_id == parent)).one()
    child.shipped_at = child.delivered_at = shop.clock()
    for line in child.lines:
        line.shipped = line.quantity
    db.session.commit()
    return child


def told_orders(stateset: httpx2.Client, last: int) -> list[str]:
    """The orders that the last so many returns were made on."""
    asked = [each["body"] for each in stateset.get("/ledger").json()["requests"]]
    return [body["order_id"] for body in asked if "order_id" in body][-last:]


def test_exchanged_in_turn_each_unit_goes_back_on_the_order_that_sent_it(
    shop: Acme, stateset: httpx2.Client
) -> None:
    first = two_parkas(shop)
    shop.send()
    child = arrived(shop, first)
    large, extra = (line.platform_orders for line in child.lines)
    assert large is None  # its unit stands in the order that the whole goes by
    assert extra is not None
    assert extra != [child.number]
    shop.confirm_order(child.id, TO_XL, TO_L)
    shop.send()
    assert told_orders(stateset, 2) == [child.number, *extra]


def test_every_number_of_an_exchange_is_found(shop: Acme) -> None:
    first = two_parkas(shop)
    shop.send()
    child = arrived(shop, first)
    numbers = [child.number, *(child.lines[1].platform_orders or [])]
    assert len(set(numbers)) == 2
    for number in numbers:
        assert found_by(number) == {exchange_of(first).order_id, child.id}
    index_orders([child.id])  # as when the order is imported again
    assert found_by(numbers[1]) == {exchange_of(first).order_id, child.id}


def test_units_of_one_line_go_back_each_on_its_own_order(shop: Acme, stateset: httpx2.Client) -> None:
    order_id = make_order(shop.store_id, Bought(shop.parka["Navy / M"], quantity=2))
    first = shop.confirm_order(order_id, TO_L, units=2)
    shop.send()
    child = arrived(shop, first)
    (line,) = child.lines
    assert line.quantity == len(set(line.platform_orders or [])) == 2
    line.refunded = 1  # the first is gone, so the second comes back
    db.session.commit()
    shop.confirm_order(child.id, TO_XL)
    shop.send()
    assert told_orders(stateset, 1) == (line.platform_orders or [])[1:]
