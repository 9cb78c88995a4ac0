"""What each case of the demo promises, as checks of one order against the rules and sums of the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.cli.demo.cases import Case
from app.cli.demo.placed_before import child_number
from app.domain.exchange_status import Status
from app.domain.reasons import Reason
from app.services.baskets import PRODUCT
from app.services.draft_exchange import live_exchange_of
from app.services.find_order import NoMatch, find_order
from app.services.other_products import Search, list_products
from app.services.shelf import variants_of
from tests.cli.demo_orders import Seen


def even(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert seen.differences(line) == {0}


def dearer(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert min(seen.differences(line)) > 0


def cheaper(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert max(seen.differences(line)) < 0


def gift_card(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    face, bonus = seen.card(line)
    assert face == line.net + line.tax
    assert bonus > 0


def mixed(seen: Seen) -> None:
    dear, card = seen.lines
    assert (seen.verdict(dear), seen.verdict(card)) == (None, None)
    assert min(seen.differences(dear)) > 0
    assert seen.card(card)[0] == card.net + card.tax


def partial(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert line.open_units == 3
    for units in (1, 2, 3):
        assert seen.differences(line, units) == {0}


def other_product(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    item = seen._item(line, 1, PRODUCT, None)
    basket = replace(seen.basket, items=(item,), variants=variants_of([line.product_id], seen.basket.read_at))
    found = list_products(basket, item, Search()).products
    ends = {sum_of.difference > 0 for sum_of in (each.alone for each in found) if sum_of}
    assert ends == {True, False}
    assert "Everyday Tee" in {each.title for each in found}


def same_again(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert seen.had(line) == []
    assert seen.differences(line, reason=Reason.DAMAGED) == {0}


def backorder(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert any(variant.stock == 0 and variant.backorder for variant in seen.had(line))


def gift(seen: Seen) -> None:
    """Only the buyer's own address opens it, so that nobody else sees what it cost."""
    assert seen.basket.order.is_gift
    assert seen.verdict(seen.lines[0]) is None
    with pytest.raises(NoMatch):
        find_order(seen.order.number, seen.basket.order.shipping_address.postal_code)
    assert seen.basket.order.shipping_address.name != seen.basket.order.billing_address.name


def final_sale(seen: Seen) -> None:
    sale, other = seen.lines
    assert (seen.verdict(sale), seen.verdict(other)) == ("final_sale", None)


def sold_out(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert len(variants_of([line.product_id], seen.basket.read_at)) > 1
    assert seen.had(line) == []
    assert seen.card(line)[0] > 0


def no_longer_sold(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert line.product_id is None
    assert seen.card(line)[0] > 0


def partly_refunded(seen: Seen) -> None:
    line = seen.lines[0]
    assert seen.verdict(line) is None
    assert (line.quantity, line.open_units) == (2, 1)
    assert seen.differences(line) == {0}


def exchanged(seen: Seen) -> None:
    """Looking it up leads to an exchange that the platform has placed."""
    live = live_exchange_of(seen.basket.order.id)
    assert live is not None
    assert live.public_id == seen.basket.public_id
    assert live.state in (Status.PLACED, Status.COMPLETED)
    assert live.platform_order == child_number(seen.order.number)
    assert (live.attention_since, live.drift) == (None, 0)


def many_lines(seen: Seen) -> None:
    assert len(seen.lines) == 20
    blocked = {seen.verdict(line) for line in seen.lines} - {None}
    assert blocked == {"already_refunded", "final_sale", "gift_card_item"}


def long_names(seen: Seen) -> None:
    assert len(seen.basket.order.shipping_address.name) > 60
    assert max(len(line.title) for line in seen.lines) > 150
    assert seen.verdict(seen.lines[0]) is None


def emoji(seen: Seen) -> None:
    assert any(ord(sign) > 0xFFFF for sign in seen.basket.order.customer.first_name)
    assert seen.verdict(seen.lines[0]) is None


def right_to_left(seen: Seen) -> None:
    name = seen.basket.order.shipping_address.name
    assert all(not letter.isascii() for letter in name if letter.isalpha())
    assert seen.verdict(seen.lines[0]) is None


def refused_for(code: str) -> Callable[[Seen], None]:
    """A check that the first line is refused with this code."""

    def check(seen: Seen) -> None:
        assert seen.verdict(seen.lines[0]) == code

    return check


PROMISES: dict[Case, Callable[[Seen], None]] = {
    Case.EVEN: even,
    Case.DEARER: dearer,
    Case.CHEAPER: cheaper,
    Case.GIFT_CARD: gift_card,
    Case.MIXED: mixed,
    Case.PARTIAL: partial,
    Case.SPLIT: partial,
    Case.OTHER_PRODUCT: other_product,
    Case.SAME_AGAIN: same_again,
    Case.BACKORDER: backorder,
    Case.GIFT: gift,
    Case.FINAL_SALE: final_sale,
    Case.OUTSIDE_WINDOW: refused_for("outside_window"),
    Case.NOT_SHIPPED: refused_for("not_shipped"),
    Case.NOT_DELIVERED: refused_for("not_delivered_yet"),
    Case.SOLD_OUT: sold_out,
    Case.NO_LONGER_SOLD: no_longer_sold,
    Case.CANCELLED: refused_for("order_cancelled"),
    Case.REFUNDED: refused_for("already_refunded"),
    Case.PARTLY_REFUNDED: partly_refunded,
    Case.EXCHANGED: exchanged,
    Case.REVIEW: refused_for("value_over_review_limit"),
    Case.MANY_LINES: many_lines,
    Case.LONG_NAMES: long_names,
    Case.EMOJI: emoji,
    Case.RIGHT_TO_LEFT: right_to_left,
}
