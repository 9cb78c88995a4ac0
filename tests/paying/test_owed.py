"""What shoppers owe is listed until somebody has collected it; that is written down once, for good."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from app.models import Exchange, db
from app.queries.owed import owed_to_collect
from app.services.cancelling_placed import cancelled_by_hand
from app.services.collecting_later import left_to_collect, mark_collected
from app.services.payment_ledger import movements_of
from tests.paying.shop_with_till import DUE, PayingShop, ledger_of
from tests.paying.test_afterwards import YES, cheaper
from tests.services.dispatch_cases import exchange_of


def later(shop: PayingShop, number: str = "AC-1001") -> int:
    """Placed, and collected later by policy."""
    shop.acme.set_policy(collect="later")
    exchange_id = shop.confirm(number)
    shop.send()
    return exchange_id


def listed() -> list[tuple[str, int]]:
    """The list, which must say the same as each exchange's own ledger."""
    rows = owed_to_collect()
    for row in rows:
        exchange = db.session.get_one(Exchange, row.exchange_id)
        assert left_to_collect(exchange, movements_of(exchange.id)) == row.amount
    return [(row.order_number, row.amount) for row in rows]


def test_it_is_owed_until_it_was_collected(shop: PayingShop) -> None:
    first = later(shop)
    shop.clock.forward(minutes=1)
    later(shop, "AC-2")
    assert listed() == [("AC-1001", DUE), ("AC-2", DUE)]
    for _ in range(2):
        mark_collected(first, YES, shop.clock())
    assert listed() == [("AC-2", DUE)]
    assert ledger_of(first) == [("owed", DUE), ("collected", DUE)]


def test_a_cancelled_exchange_owes_only_the_refund_that_was_kept(shop: PayingShop) -> None:
    owing = later(shop)
    cancelled_by_hand(owing, YES, shop.clock())
    assert listed() == []


def test_a_refund_that_was_kept_is_to_be_collected(shop: PayingShop) -> None:
    exchange_id = cheaper(shop)
    shop.send()
    cancelled_by_hand(exchange_id, YES, shop.clock())
    assert listed() == [("AC-1001", exchange_of(exchange_id).refund_due)]


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_lists_it(app: Flask, shop: PayingShop, as_json: bool) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["money", "owed"]).output == "Nothing is owed.\n"
    later(shop)
    told = runner.invoke(args=["money", "owed", "--store", "acme", *(["--json"] if as_json else [])])
    assert told.exit_code == 0
    if as_json:
        (row,) = json.loads(told.output)
        assert (row["order"], row["amount"], row["currency"]) == ("AC-1001", "10.22", "USD")
    else:
        assert "(order AC-1001): 10.22 USD since" in told.output
