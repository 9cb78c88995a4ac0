"""A difference in the shopper's favour goes back once, when the policy says (R15, R22)."""

from __future__ import annotations

import pytest
from flask import Flask, g
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Dispatch, Purpose, Store, db
from app.services.agent_decisions import Decision
from app.services.mailing import turn_on
from app.services.parcels import mark_received
from app.services.payment_ledger import payments_of
from app.services.settling_flags import Settling, settle_flag, ways_to_settle
from app.web.shopper.money_progress import money_steps
from app.web.shopper.pages import StepState
from tests.paying.shop_with_till import DUE, PayingShop, cheaper, ledger_of
from tests.services.dispatch_cases import exchange_of

YES, NO = Decision("desk", "fine"), Decision("desk", "worn", "The soles show wear.")


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def refunded(exchange_id: int) -> list[tuple[str, int]]:
    due = exchange_of(exchange_id).refund_due or 0
    return [("refund_owed", due), ("refunded", due)]


def test_a_refund_due_goes_to_the_original_payment_once(shop: PayingShop) -> None:
    turn_on(db.engine)
    exchange_id = cheaper(shop)
    shop.send()
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.clock.forward(minutes=10)
    shop.send()
    assert exchange_of(exchange_id).refund_due
    assert ledger_of(exchange_id) == refunded(exchange_id)
    told = [each.message for each in db.session.scalars(select(Dispatch)) if each.purpose == Purpose.MAIL]
    assert [each["facts"]["amount"] for each in told if each["kind"] == "refund_sent"] == [
        exchange_of(exchange_id).refund_due
    ]
    assert len(shop.provider.requests("/refund")) == 1
    assert exchange_of(exchange_id).attention is None


def test_the_shopper_reads_that_a_refund_was_sent_and_when(app: Flask, shop: PayingShop) -> None:
    exchange_id = cheaper(shop)
    shop.send()
    sent = ledger_of(exchange_id)[-1]
    assert sent == ("refunded", exchange_of(exchange_id).refund_due)
    with app.test_request_context():
        exchange = exchange_of(exchange_id)
        g.store, frozen = db.session.get_one(Store, exchange.store_id), exchange.quote
        assert frozen is not None
        (step,) = money_steps(exchange, frozen)
        assert (step.title, step.state) == ("Money sent back", StepState.DONE)
        assert step.text == "$19.49, to the way you paid. Your bank may need some days to show it."
        exchange.status = Status.APPROVED  # before it is placed
        (ahead,) = money_steps(exchange, frozen)
        assert (ahead.title, ahead.state) == ("The shop sends money back", StepState.AHEAD)


def test_a_refund_waits_for_the_goods_where_policy_says_so(shop: PayingShop) -> None:
    exchange_id = cheaper(shop, refund_when="received")
    shop.send()
    assert [kind for kind, _ in ledger_of(exchange_id)] == ["refund_owed"]
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.send()
    assert ledger_of(exchange_id) == refunded(exchange_id)


def test_what_the_platform_counts_less_is_paid_back_when_a_person_says_so(shop: PayingShop) -> None:
    shop.acme.peer.extra_total = -500
    exchange_id = cheaper(shop)
    shop.send()
    (flag,) = exchange_of(exchange_id).open_flags
    for _ in range(2):
        settle_flag(exchange_id, flag.id, Settling.REFUND, YES, shop.clock())
        mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
        shop.send()
    owed, paid = refunded(exchange_id)
    assert sorted(ledger_of(exchange_id)) == sorted([owed, paid, ("refund_owed", 500), ("refunded", 500)])
    assert len(shop.provider.requests("/refund")) == 2


def test_of_a_drift_that_the_payment_took_in_nothing_is_left(shop: PayingShop) -> None:
    shop.acme.peer.extra_total = -500
    exchange_id = shop.paid()
    shop.send()
    exchange = exchange_of(exchange_id)
    (flag,) = exchange.open_flags
    assert ("captured", DUE - 500) in ledger_of(exchange_id)
    assert ways_to_settle(exchange, flag, payments_of(exchange_id)) == (Settling.ACCEPT,)


def test_without_its_number_a_person_pays_it_back(shop: PayingShop) -> None:
    exchange_id = cheaper(shop, reference="")
    shop.send()
    assert [kind for kind, _ in ledger_of(exchange_id)] == ["refund_owed"]
    assert "to what order AC-1001 was paid with" in (exchange_of(exchange_id).attention or "")
    assert shop.provider.requests("/refund") == []
