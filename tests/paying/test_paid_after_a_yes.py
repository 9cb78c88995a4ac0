"""What a person has to judge is paid afterwards, by a link; what nobody pays for ends (R15)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app.models import Dispatch, Exchange, LineItem, PaymentState, db, writing
from app.services.agent_decisions import Decision, approve
from app.services.awaiting import expire_unpaid
from app.services.baskets import load_basket
from app.services.beginning_again import begin_again
from app.services.dispatch_recovery import mark_placed
from app.services.mailing import turn_on
from app.services.pay_reminders import remind_to_pay
from app.services.payment_watch import look_at_all_due
from app.services.starting_to_pay import start_to_pay
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.paying.shop_with_till import (
    DUE,
    PAY_AT,
    PayingShop,
    asked,
    mails,
    payment_of,
    states,
)
from tests.services.dispatch_cases import exchange_of

YES, NO = Decision("desk", "fine"), Decision("desk", "worn", "The soles show wear.")


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_what_a_person_judges_is_paid_by_a_link_after_the_yes(shop: PayingShop, peer: Peer) -> None:
    exchange_id = asked(shop)
    approve(exchange_id, YES, shop.clock())
    row = exchange_of(exchange_id)
    assert (row.status, row.pay_until) == ("awaiting_payment", shop.clock() + timedelta(days=7))
    shop.send()
    assert not peer.requests
    start_to_pay(exchange_id, PAY_AT, shop.clock())
    shop.open(exchange_id)
    shop.watch(46 * 60)
    assert states(exchange_id) == ("awaiting_payment", PaymentState.OVER)
    start_to_pay(exchange_id, PAY_AT, shop.clock())
    shop.pay(shop.open(exchange_id))
    shop.watch()
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert payment_of(exchange_id, 2).captured == DUE


def test_a_yes_that_nobody_pays_for_expires(shop: PayingShop) -> None:
    turn_on(db.engine)
    exchange_id = asked(shop, pay_link_days=2)
    approve(exchange_id, YES, shop.clock())
    shop.clock.forward(days=2)
    assert expire_unpaid(shop.clock()) == 0
    shop.clock.forward(seconds=1)
    assert [expire_unpaid(shop.clock()) for _ in range(2)] == [1, 0]
    row = exchange_of(exchange_id)
    assert (row.status, row.occupies_order) == ("expired", False)
    assert mails(exchange_id)[-1] == ("payment_failed", "link")


def test_a_link_to_pay_that_lapses_soon_is_reminded_of_once(shop: PayingShop) -> None:
    turn_on(db.engine)
    exchange_id = asked(shop, pay_link_days=3)
    approve(exchange_id, YES, shop.clock())
    shop.clock.forward(hours=47)
    assert remind_to_pay(shop.clock()) == 0
    shop.clock.forward(hours=2)
    assert [remind_to_pay(shop.clock()) for _ in range(2)] == [1, 0]
    letter = db.session.scalars(select(Dispatch).order_by(Dispatch.id.desc())).first()
    assert letter is not None
    until = (exchange_of(exchange_id).pay_until or shop.clock()).isoformat()
    assert letter.message["kind"] == "pay_reminder"
    assert (letter.message["facts"]["amount"], letter.message["facts"]["until"]) == (DUE, until)


def test_who_got_the_link_today_is_not_reminded(shop: PayingShop) -> None:
    turn_on(db.engine)
    approve(asked(shop, pay_link_days=1), YES, shop.clock())
    shop.clock.forward(hours=12)
    assert remind_to_pay(shop.clock()) == 0


def test_what_nobody_paid_for_begins_again_as_it_was_chosen(shop: PayingShop) -> None:
    exchange_id = asked(shop)
    approve(exchange_id, YES, shop.clock())
    shop.clock.forward(days=8)
    expire_unpaid(shop.clock())

    def chosen(of: int) -> list[Any]:
        today = shop.clock().date()
        items = load_basket(of, shop.clock()).items
        return [replace(item, id=0, first_chosen_on=today) for item in items]

    def chosen_anew() -> list[Any]:
        begun = begin_again(exchange_id, "another browser", shop.clock())
        return chosen(db.session.scalars(select(Exchange.id).where(Exchange.public_id == begun)).one())

    assert chosen_anew() == chosen_anew() == chosen(exchange_id) != []
    with writing():
        db.session.execute(update(Exchange).values(status="expired"))
        db.session.execute(update(LineItem).values(committed=LineItem.quantity))
    assert chosen_anew() == []


@pytest.mark.parametrize("opened", [True, False])
def test_a_page_that_ends_unpaid_is_told_once_and_one_that_was_left_is_not(
    shop: PayingShop, opened: bool
) -> None:
    turn_on(db.engine)
    exchange_id = shop.confirm()
    shop.open(exchange_id)
    shop.leave(exchange_id)
    assert mails(exchange_id) == []
    shop.confirm_draft(exchange_id)
    if opened:
        shop.open(exchange_id)
    for _ in range(3):
        shop.watch(46 * 60)
    assert states(exchange_id) == ("draft", PaymentState.OVER)
    assert mails(exchange_id) == [("payment_failed", "page")]
    facts = db.session.scalars(select(Dispatch)).one().message["facts"]
    assert facts["items"][0]["arrives"] == ["Ridge Parka, Navy · XL"]


def test_who_never_came_to_a_page_is_let_choose_again(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.watch(46 * 60)
    assert exchange_of(exchange_id).status == "draft"
    assert expire_unpaid(shop.clock() + timedelta(days=2)) == 0


def test_told_by_a_person_that_it_is_placed_it_is_captured(shop: PayingShop, peer: Peer) -> None:
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    mark_placed(exchange_id, "AC-1001-X9", YES, shop.clock())
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)


def test_looks_are_spread_and_end(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.open(exchange_id)
    for _ in range(10):
        shop.watch(1)
    assert payment_of(exchange_id).looks <= 2
    shop.leave(exchange_id)
    assert look_at_all_due(shop.cashier, shop.clock() + timedelta(days=9)) == 0
