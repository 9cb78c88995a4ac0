"""What becomes of money that is reserved or taken when the exchange goes another way (R15, R22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import select, update

from app.domain.exchange_status import Status
from app.domain.news import News, NewsKind
from app.domain.reasons import Reason
from app.models import Dispatch, Exchange, LineItem, Order, PaymentState, Purpose, Store, db, writing
from app.services.agent_decisions import Decision, approve, decline
from app.services.awaiting import expire_unpaid
from app.services.baskets import VARIANT, load_basket
from app.services.beginning_again import begin_again
from app.services.cancelling import cancel_exchange
from app.services.dispatch_recovery import mark_placed
from app.services.exchange_news import take_news
from app.services.mailing import turn_on
from app.services.moving import move_exchange
from app.services.owing import UNPAID
from app.services.parcels import mark_in_transit, mark_received
from app.services.pay_reminders import remind_to_pay
from app.services.payment_ledger import payments_of
from app.services.payment_watch import CAPTURE_NOW, look_at_all_due
from app.services.reconciling import check_exchange
from app.services.settling_flags import Settling, settle_flag, ways_to_settle
from app.services.starting_to_pay import start_to_pay
from app.services.wishes import Wish
from app.web.shopper.money_progress import money_steps
from app.web.shopper.pages import StepState
from tests.faults.behaviours import says
from tests.faults.peer import Peer
from tests.paying.shop_with_till import (
    DUE,
    PAY_AT,
    PayingShop,
    ledger_of,
    payment_of,
    queued,
    states,
)
from tests.services.dispatch_cases import exchange_of

YES, NO = Decision("desk", "fine"), Decision("desk", "worn", "The soles show wear.")
PAID_AND_VOIDED = [("authorised", DUE), ("voided", DUE)]


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def test_cancelled_in_time_it_is_let_go(shop: PayingShop) -> None:
    shop.acme.set_policy(undo_minutes=15)
    exchange_id = shop.paid()
    shop.clock.forward(minutes=14)
    cancel_exchange(exchange_id, "shopper", shop.clock())
    assert states(exchange_id) == ("cancelled", PaymentState.RELEASING)
    shop.clock.forward(minutes=30)
    shop.send()
    assert states(exchange_id)[1] is PaymentState.VOIDED
    assert ledger_of(exchange_id) == PAID_AND_VOIDED
    assert queued(exchange_id) == [("place", "cancelled"), ("void", "delivered")]


def test_cancelled_while_the_page_is_open_it_is_closed(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    url = shop.open(exchange_id)
    cancel_exchange(exchange_id, "desk", shop.clock())
    assert states(exchange_id) == ("cancelled", PaymentState.CLOSING)
    shop.watch(0)
    assert states(exchange_id) == ("cancelled", PaymentState.OVER)
    shop.pay(url)
    shop.watch(60)
    assert ledger_of(exchange_id) == []


def test_paid_just_before_it_was_cancelled_it_is_let_go(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    cancel_exchange(exchange_id, "desk", shop.clock())
    shop.watch(0)
    shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == PAID_AND_VOIDED


def test_the_platforms_no_keeps_the_money_until_somebody_decides(shop: PayingShop, peer: Peer) -> None:
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    assert states(exchange_id) == ("in_review", PaymentState.AUTHORISED)
    decline(exchange_id, NO, shop.clock())
    shop.send()
    assert states(exchange_id) == ("declined", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == PAID_AND_VOIDED


def test_a_yes_after_the_platforms_no_is_placed_with_the_money_reserved(shop: PayingShop, peer: Peer) -> None:
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    approve(exchange_id, YES, shop.clock())
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)


def test_before_it_lapses_it_is_let_go_and_a_yes_sends_a_new_link(shop: PayingShop, peer: Peer) -> None:
    turn_on(db.engine)
    peer.script.append(says(b"no", 422))
    exchange_id = shop.paid()
    shop.send()
    lapses = payment_of(exchange_id).capture_before
    assert lapses
    shop.clock.now = lapses - timedelta(hours=24, seconds=1)
    assert shop.watch(0) == 0
    shop.watch(2)
    assert states(exchange_id) == ("in_review", PaymentState.RELEASING)
    assert mails(exchange_id)[-1] == ("payment_failed", "lapsed")
    shop.send()
    assert ledger_of(exchange_id) == PAID_AND_VOIDED
    approve(exchange_id, YES, shop.clock())
    assert states(exchange_id)[0] == "awaiting_payment"
    again = start_to_pay(exchange_id, PAY_AT, shop.clock())
    assert again
    shop.pay(shop.open(exchange_id))
    shop.watch()
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert len(peer.orders) == 1


def test_cancelled_by_the_platform_all_of_it_is_paid_back_once(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    for _ in range(2):
        reference = exchange_of(exchange_id).reference or ""
        take_news(reference, News(NewsKind.CANCELLED), "platform", shop.clock())
        shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.REFUNDED)
    assert ledger_of(exchange_id)[-1] == ("refunded", DUE)
    assert [entry[0] for entry in ledger_of(exchange_id)].count("refunded") == 1


def test_placed_already_it_is_a_persons_affair_when_it_is_about_to_lapse(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    with writing():
        db.session.execute(update(Exchange).values(status="placed"))
    lapses = payment_of(exchange_id).capture_before
    assert lapses
    shop.clock.now = lapses - timedelta(hours=23)
    shop.watch(0)
    assert states(exchange_id) == ("placed", PaymentState.AUTHORISED)
    assert exchange_of(exchange_id).attention == CAPTURE_NOW


@pytest.mark.parametrize("platform", [200, 422])
def test_units_that_went_elsewhere_give_the_money_back(shop: PayingShop, platform: int) -> None:
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    order_id = exchange_of(exchange_id).order_id
    db.session.execute(update(Order).where(Order.id == order_id).values(cancelled=True))
    db.session.commit()
    shop.watch()
    assert states(exchange_id) == ("draft", PaymentState.RELEASING)
    shop.send()
    assert states(exchange_id) == ("draft", PaymentState.VOIDED)
    assert ledger_of(exchange_id) == PAID_AND_VOIDED


def test_cancelled_after_placing_it_is_refunded_in_full(shop: PayingShop) -> None:
    turn_on(db.engine)
    exchange_id = shop.paid()
    shop.send()
    with writing():
        move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "platform", shop.clock())
    shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.REFUNDED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE), ("refunded", DUE)]
    sent = select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.MAIL)
    letters = [each.message for each in db.session.scalars(sent.order_by(Dispatch.id))]
    assert (letters[-1]["kind"], letters[-1]["facts"]["taken"]) == ("cancelled", DUE)


def test_cancelled_while_it_is_being_captured_it_is_refunded(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.provider.will("lost_answer")
    shop.send()  # placed, and the capture's answer is lost
    assert states(exchange_id) == ("placed", PaymentState.AUTHORISED)
    with writing():
        move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "platform", shop.clock())
    for _ in range(4):
        shop.clock.forward(minutes=10)
        shop.send()
    assert states(exchange_id) == ("cancelled", PaymentState.REFUNDED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE), ("refunded", DUE)]


def test_a_lost_answer_to_the_capture_takes_once(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    shop.provider.will("lost_answer")
    shop.send()
    shop.clock.forward(minutes=10)
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE)]


def test_a_capture_that_is_refused_is_owed_and_flagged(shop: PayingShop) -> None:
    exchange_id = shop.paid()
    record = shop.provider.record(payment_of(exchange_id).page or "")
    shop.provider.app.ledger.keep("cards", record["page"].removeprefix("pg_"), record | {"status": "voided"})
    shop.send()
    row = exchange_of(exchange_id)
    assert row.status == "placed"
    assert "The payment of 10.22 USD could not be taken" in (row.attention or "")
    assert ledger_of(exchange_id) == [("authorised", DUE), ("owed", DUE)]


def waiting_for_parcel(shop: PayingShop) -> int:
    shop.acme.set_policy(release="received", undo_minutes=15)
    return shop.paid()


def test_where_placing_waits_it_is_captured_once_undo_is_past(shop: PayingShop, peer: Peer) -> None:
    exchange_id = waiting_for_parcel(shop)
    shop.send()
    assert states(exchange_id)[1] is PaymentState.AUTHORISED
    shop.clock.forward(minutes=15)
    shop.send()
    assert states(exchange_id) == ("submitted", PaymentState.CAPTURED)
    assert not peer.requests
    peer.extra_total = -22
    mark_in_transit(exchange_id, shop.clock(), "carrier", shop.clock())
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.send()
    assert states(exchange_id)[0] == "placed"
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE), ("refunded", 22)]


def test_placed_as_soon_as_undo_is_past_only_what_is_due_is_taken(shop: PayingShop, peer: Peer) -> None:
    exchange_id = waiting_for_parcel(shop)
    peer.extra_total = -22
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.clock.forward(minutes=15)
    shop.send()
    assert states(exchange_id) == ("placed", PaymentState.CAPTURED)
    assert ledger_of(exchange_id) == [("authorised", DUE), ("captured", DUE - 22)]


@pytest.mark.parametrize(
    ("less", "later"),
    [(22, [("captured", DUE), ("refunded", 22)]), (DUE, [("captured", DUE), ("refunded", DUE)])],
)
def test_taken_meanwhile_what_the_platform_counts_less_is_paid_back_once(
    shop: PayingShop, peer: Peer, less: int, later: list[tuple[str, int]]
) -> None:
    exchange_id = waiting_for_parcel(shop)
    shop.clock.forward(minutes=15)
    shop.provider.will("lost_answer")
    shop.send()
    assert ledger_of(exchange_id) == [("authorised", DUE)]  # taken there, and nobody here knows yet
    peer.extra_total = -less
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.send()
    assert states(exchange_id)[0] == "placed"
    for _ in range(3):
        shop.clock.forward(minutes=10)
        shop.send()
    assert ledger_of(exchange_id) == [("authorised", DUE), *later]
    assert len(shop.provider.requests("/refund")) == 1
    assert check_exchange(shop.cashier, exchange_id, shop.clock()).drifts == []


def test_a_page_that_never_opened_is_begun_anew_after_a_while(shop: PayingShop) -> None:
    exchange_id = shop.confirm()
    shop.provider.will("status", status=503)
    assert shop.open(exchange_id) is None
    shop.clock.forward(minutes=11)
    assert start_to_pay(exchange_id, PAY_AT, shop.clock()) == payment_of(exchange_id, 2).id
    shop.pay(shop.open(exchange_id))
    shop.watch()
    assert payment_of(exchange_id).state == "over"
    assert states(exchange_id) == ("submitted", PaymentState.AUTHORISED)


def test_never_placed_after_all_it_is_refunded_in_full(shop: PayingShop, peer: Peer) -> None:
    exchange_id = waiting_for_parcel(shop)
    shop.clock.forward(minutes=15)
    shop.send()
    peer.script.append(says(b"no", 422))
    mark_received(exchange_id, shop.clock(), "carrier", shop.clock())
    shop.send()
    decline(exchange_id, NO, shop.clock())
    shop.send()
    assert states(exchange_id) == ("declined", PaymentState.REFUNDED)
    assert ledger_of(exchange_id)[-1] == ("refunded", DUE)


def test_unpaid_it_is_never_placed(shop: PayingShop, peer: Peer) -> None:
    """Rows changed by hand: nothing in the product lets it come to this."""
    exchange_id = shop.paid()
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(release="instant"))
    payment = payment_of(exchange_id)
    payment.state = PaymentState.OVER
    db.session.commit()
    shop.send()
    assert not peer.requests
    row = exchange_of(exchange_id)
    assert row.status == "in_review"
    assert UNPAID in (row.attention or "")


def asked(shop: PayingShop, **policy: Any) -> int:
    """Confirmed unpaid, as a person must judge it first."""
    shop.acme.set_policy(value_review_limit=5000, **policy)
    exchange_id = shop.confirm()
    assert exchange_of(exchange_id).status == "in_review"
    assert ledger_of(exchange_id) == []
    return exchange_id


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


CHEAPER = Wish(Reason.DIFFERENT_COLOUR, VARIANT, {"Colour": "Moss", "Size": "M"})


def cheaper(shop: PayingShop, reference: str = "past_AC-1001_12568_USD", **policy: Any) -> int:
    """A cheaper exchange of an order that was paid with this, confirmed."""
    shop.acme.set_policy(**policy)
    order_id = shop.order()
    db.session.execute(update(Order).where(Order.id == order_id).values(payment_reference=reference))
    db.session.commit()
    return shop.confirm_draft(shop.acme.draft_of(order_id, CHEAPER))


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


def mails(exchange_id: int) -> list[tuple[str, str | None]]:
    """The mails that were queued, in their order: their kind, and why a payment came to nothing."""
    rows = select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.MAIL)
    messages = [row.message for row in db.session.scalars(rows.order_by(Dispatch.id))]
    return [(message["kind"], message["facts"].get("why")) for message in messages]


def test_the_shopper_hears_by_mail_once_it_is_paid(shop: PayingShop) -> None:
    turn_on(db.engine)
    exchange_id = shop.confirm()
    assert mails(exchange_id) == []
    shop.pay(shop.open(exchange_id))
    shop.watch()
    assert mails(exchange_id) == [("confirmation", None)]


def test_a_yes_and_a_payment_in_vain_are_told_by_mail(shop: PayingShop) -> None:
    turn_on(db.engine)
    exchange_id = asked(shop)
    approve(exchange_id, YES, shop.clock())
    assert mails(exchange_id) == [("confirmation", None), ("pay_link", None)]
    row = db.session.scalars(select(Dispatch).where(Dispatch.purpose == Purpose.MAIL)).all()[-1]
    assert row.message["facts"]["amount"] == DUE
    shop.acme.set_policy(value_review_limit=None)
    other = shop.confirm("AC-2")
    shop.pay(shop.open(other))
    order_id = exchange_of(other).order_id
    db.session.execute(update(Order).where(Order.id == order_id).values(cancelled=True))
    db.session.commit()
    shop.watch()
    assert mails(other) == [("payment_failed", "gone")]
