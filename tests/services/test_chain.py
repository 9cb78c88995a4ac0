"""An exchange of an exchange: what arrived is exchanged in turn, and each knows its neighbours."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import Order, db
from app.queries.chains import neighbours_of
from app.services.baskets import load_basket
from app.services.choosing import CannotChoose
from app.services.tracking import CannotMark, mark_delivered, mark_shipped
from tests.factories import NOW, Bought, make_order
from tests.services.dispatch_cases import TO_CARD, TO_L, TO_XL, Acme, exchange_of

DAY = timedelta(days=1)


def sent_order(exchange_id: int) -> Order:
    row = exchange_of(exchange_id)
    return db.session.scalars(select(Order).where(Order.number == row.platform_order)).one()


def delivered(shop: Acme, exchange_id: int) -> int:
    """Placed, shipped and delivered: the id of the order that went out."""
    shop.send()
    mark_shipped(exchange_id, shop.clock(), "desk", shop.clock())
    shop.clock.forward(days=2)
    mark_delivered(exchange_id, shop.clock(), "desk", shop.clock())
    return sent_order(exchange_id).id


def test_marking_moves_the_exchange_and_dates_its_order(shop: Acme) -> None:
    first = shop.confirm()
    shop.send()
    mark_shipped(first, NOW + DAY, "desk", NOW + DAY)
    row, order = exchange_of(first), sent_order(first)
    assert (row.status, order.shipped_at, order.delivered_at) == ("shipped", NOW + DAY, None)
    assert [line.shipped for line in order.lines] == [line.quantity for line in order.lines]
    mark_delivered(first, NOW + 2 * DAY, "desk", NOW + 2 * DAY)
    assert sent_order(first).delivered_at == NOW + 2 * DAY


def test_what_was_delivered_has_shipped(shop: Acme) -> None:
    first = shop.confirm()
    shop.send()
    mark_delivered(first, NOW + DAY, "desk", NOW + DAY)
    assert (exchange_of(first).status, sent_order(first).shipped_at) == ("shipped", NOW + DAY)


def test_what_cannot_be_marked(shop: Acme) -> None:
    waiting = shop.confirm("AC-1")
    with pytest.raises(CannotMark, match="the shop has not placed it"):
        mark_shipped(waiting, NOW, "desk", NOW)
    shop.send()
    mark_shipped(waiting, NOW, "desk", NOW)
    with pytest.raises(CannotMark, match="before it was shipped"):
        mark_delivered(waiting, NOW - DAY, "desk", NOW)
    card = shop.confirm("AC-2", TO_CARD)
    shop.send()
    with pytest.raises(CannotMark, match="nothing but a gift card"):
        mark_shipped(card, NOW, "desk", NOW)


def test_an_exchange_is_exchanged_in_turn_until_the_limit(shop: Acme) -> None:
    shop.set_policy(chain_limit=2)
    bought = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number="AC-1")
    first = shop.confirm_order(bought, TO_L)
    child = delivered(shop, first)
    second = shop.confirm_order(child, TO_XL)
    grandchild = delivered(shop, second)
    order = db.session.get_one(Order, grandchild)
    assert (order.chain_depth, order.parent_id, order.root_id) == (2, child, bought)
    with pytest.raises(CannotChoose, match="cannot be exchanged online again"):
        shop.confirm_order(grandchild, TO_L)


def test_an_exchange_that_has_not_arrived_is_not_exchanged(shop: Acme) -> None:
    first = shop.confirm()
    shop.send()
    with pytest.raises(CannotChoose, match="Not shipped yet"):
        shop.confirm_order(sent_order(first).id, TO_XL)


def test_the_chain_is_known_both_ways(shop: Acme) -> None:
    bought = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number="AC-1")
    first = shop.confirm_order(bought, TO_L)
    second = shop.confirm_order(delivered(shop, first), TO_XL)
    start, end = neighbours_of(exchange_of(first)), neighbours_of(exchange_of(second))
    assert (start.before, start.after and start.after.id) == (None, second)
    assert (end.before and end.before.id, end.after) == (first, None)


def test_what_was_paid_at_first_is_known_of_every_exchange_after_it(shop: Acme) -> None:
    bought = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), payment_reference="pi_1")
    again = delivered(shop, shop.confirm_order(bought, TO_L))
    assert db.session.get_one(Order, again).payment_reference == "pi_1"


def test_a_childs_line_is_worth_what_was_confirmed(shop: Acme) -> None:
    """129.00 less 12.90 with its tax, exchanged for one of 139.50 at the discount that was kept."""
    first = shop.confirm("AC-1", TO_XL)
    delivered(shop, first)
    quoted = exchange_of(first).quote
    assert quoted is not None
    price = quoted.lines[0].price
    assert price is not None
    line = sent_order(first).lines[0]
    assert (line.product, line.discount, line.tax) == (price.product, price.discount, price.tax)
    assert (line.product - line.discount, line.goodwill, line.list_price) == (12555, 0, 13950)


def test_goodwill_is_not_inherited_as_a_discount_rate(shop: Acme) -> None:
    """An even swap for one of 139.50 gives 10.50 away; back to one of 129.00 it is 10.50, not 9.71."""
    shop.set_policy(variant_pricing="even")
    bought = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number="AC-1")
    first = shop.confirm_order(bought, TO_XL)
    child = delivered(shop, first)
    line = sent_order(first).lines[0]
    assert (line.product, line.discount, line.goodwill) == (13950, 1050, 1050)
    shop.set_policy(variant_pricing="keep_discount")
    second = exchange_of(shop.confirm_order(child, TO_L))
    assert (second.amount_due, second.refund_due) == (0, 1050)
    quoted = second.quote
    assert quoted is not None
    assert quoted.lines[0].why["goodwill"] == 1050


def test_an_equal_price_stays_even_beside_goodwill(shop: Acme) -> None:
    shop.set_policy(even_tolerance=2000)
    bought = make_order(shop.store_id, Bought(shop.parka["Navy / M"]), number="AC-1")
    first = shop.confirm_order(bought, TO_XL)
    assert exchange_of(first).amount_due == 0
    child = delivered(shop, first)
    assert sent_order(first).lines[0].goodwill == 1050
    same_again = load_basket(shop.draft_of(child, TO_L), shop.clock())
    assert same_again.order.lines[0].net == 12900
