"""What shoppers owe is listed until somebody has collected it; that is written down once, for good."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from app.domain.flags import FlagKind
from app.models import Exchange, PaymentState, db
from app.queries.owed import owed_to_collect
from app.services.cancelling_placed import cancelled_by_hand
from app.services.collecting_later import left_to_collect, mark_collected
from app.services.dispatch_recovery import CannotRecover, retry
from app.services.payment_ledger import movements_of
from tests.paying.shop_with_till import DUE, PayingShop, cheaper, ledger_of, payment_of, queued, states
from tests.paying.test_afterwards import YES
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


def test_what_was_collected_for_a_cancelled_exchange_is_to_be_paid_back(shop: PayingShop) -> None:
    exchange_id = later(shop)
    mark_collected(exchange_id, YES, shop.clock())
    for _ in range(2):
        cancelled_by_hand(exchange_id, YES, shop.clock())
    (flag,) = exchange_of(exchange_id).open_flags
    assert (flag.of_kind, listed()) == (FlagKind.MONEY, [])
    assert "10.22 USD had been collected" in flag.words
    assert "pay that back to the shopper of order AC-1001" in flag.words


def refused(shop: PayingShop) -> int:
    """Placed, and owed since the provider said no once to taking what is reserved."""
    exchange_id = shop.paid()
    page = shop.provider.record(payment_of(exchange_id).page or "")
    keep, number = shop.provider.app.ledger.keep, page["page"].removeprefix("pg_")
    keep("cards", number, page | {"status": "voided"})
    shop.send()
    keep("cards", number, page)
    assert listed() == [("AC-1001", DUE)]
    return exchange_id


def test_what_could_be_taken_after_all_is_not_to_be_collected(shop: PayingShop) -> None:
    exchange_id = refused(shop)
    retry(shop.acme.connections, exchange_id, YES, shop.clock())
    shop.send()
    assert ledger_of(exchange_id) == [("authorised", DUE), ("owed", DUE), ("captured", DUE)]
    assert listed() == []
    exchange = db.session.get_one(Exchange, exchange_id)
    assert left_to_collect(exchange, movements_of(exchange_id)) == 0


@pytest.mark.parametrize("sent_again_first", [False, True])
def test_what_was_collected_is_not_taken_as_well(shop: PayingShop, sent_again_first: bool) -> None:
    exchange_id = refused(shop)
    if sent_again_first:
        retry(shop.acme.connections, exchange_id, YES, shop.clock())
    mark_collected(exchange_id, YES, shop.clock())
    assert queued(exchange_id)[-2:] == [("capture", "cancelled"), ("void", "waiting")]
    assert exchange_of(exchange_id).attention is None
    shop.send()
    with pytest.raises(CannotRecover):
        retry(shop.acme.connections, exchange_id, YES, shop.clock())
    assert states(exchange_id) == ("placed", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == [
        ("authorised", DUE),
        ("owed", DUE),
        ("collected", DUE),
        ("voided", DUE),
    ]


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
