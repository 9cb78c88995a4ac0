"""Each way in which the books can differ is made to happen, and found by its name (R24)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, text, update

from app.cli.demo.emptying import ledger_laid_open
from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.models import Dispatch, Exchange, ExchangeFlag, Movement, MovementKind, Payment, db, writing
from app.services.books import DriftKind
from app.services.comparing import MOST, compare_due, next_comparison
from app.services.moving import ask_for_attention, move_exchange
from app.services.payment_ledger import note_movement
from app.services.payment_moves import let_go
from app.services.reconciling import TOLD_BY_OTHERS, check_exchange, check_some
from tests.paying.shop_with_till import DUE, PayingShop, payment_of
from tests.paying.test_refund_due import cheaper
from tests.services.dispatch_cases import exchange_of
from tests.services.test_platform_books import SEEDED as OF_PLATFORMS


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def settled(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    shop.send()
    return exchange_id


def at_the_provider(shop: PayingShop, exchange_id: int, **changes: object) -> None:
    """Somebody changed the payment there, past us."""
    page = payment_of(exchange_id).page or ""
    record = shop.provider.record(page) | changes
    shop.provider.app.ledger.keep("cards", page.removeprefix("pg_"), record)


def here(exchange_id: int, **changes: object) -> None:
    """Somebody changed our payment's row by hand."""
    db.session.execute(update(Payment).where(Payment.exchange_id == exchange_id).values(changes))
    db.session.commit()


def lose_line(kind: str) -> None:
    """Somebody lifted the rule and took a line out of the ledger."""
    with ledger_laid_open(db.session.connection()) as connection:
        connection.execute(text("DELETE FROM movement WHERE kind = :kind"), {"kind": kind})
    db.session.commit()


def no_record(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    here(exchange_id, page="pg_" + "0" * 32)
    return exchange_id


def another_amount(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    at_the_provider(shop, exchange_id, authorised=DUE + 5)
    return exchange_id


def another_currency(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    at_the_provider(shop, exchange_id, currency="EUR")
    return exchange_id


def captured_there(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    at_the_provider(shop, exchange_id, status="captured", captured=DUE)
    return exchange_id


def captured_here(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    at_the_provider(shop, exchange_id, captured=DUE - 1)
    return exchange_id


def refunded_there(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    at_the_provider(shop, exchange_id, refunded=DUE)
    return exchange_id


def refunded_here(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    payment, exchange = payment_of(exchange_id), db.session.get_one(Exchange, exchange_id)
    note_movement(exchange, MovementKind.REFUNDED, 7, "by hand", shop.clock(), payment=payment)
    db.session.commit()
    here(exchange_id, refunded=7)
    return exchange_id


def gone_there(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    at_the_provider(shop, exchange_id, status="voided")
    return exchange_id


def unheard(shop: PayingShop) -> int:
    exchange_id = shop.confirm()
    shop.open(exchange_id)
    shop.leave(exchange_id)
    at_the_provider(
        shop, exchange_id, status="authorised", authorised=DUE, capture_before="2027-01-01T00:00:00+00:00"
    )
    return exchange_id


def kept_for_nothing(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(status="cancelled"))
    db.session.commit()
    return exchange_id


def placed_unpaid(shop: PayingShop) -> int:
    exchange_id = shop.confirm()
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(status="placed"))
    db.session.commit()
    return exchange_id


def placed_after_the_payment_went_back(shop: PayingShop) -> int:
    """The only try was let go of a day before."""
    exchange_id = shop.paid()
    with writing():
        payment = payment_of(exchange_id)
        let_go(db.session.get_one(Exchange, exchange_id), payment, shop.clock())
    db.session.execute(delete(Dispatch).where(Dispatch.purpose == "place"))
    db.session.commit()
    shop.send()
    assert payment_of(exchange_id).state == "voided"
    shop.clock.forward(days=1)
    placed = {"status": "placed", "placed_at": shop.clock()}
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(placed))
    db.session.commit()
    return exchange_id


def paid_twice(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    first = payment_of(exchange_id)
    copied = {
        column.name: getattr(first, column.name)
        for column in Payment.__table__.columns
        if column.name != "id"
    }
    copied |= {"key": "another", "page": None, "attempt": 2}
    db.session.add(Payment(**copied))
    db.session.commit()
    return exchange_id


def books(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    lose_line("captured")
    return exchange_id


def taken_too_much(shop: PayingShop) -> int:
    exchange_id = settled(shop)
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(final_due=DUE - 22))
    db.session.commit()
    return exchange_id


def not_captured(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    db.session.execute(
        update(Exchange)
        .where(Exchange.id == exchange_id)
        .values(status="placed", placed_at=shop.clock() - timedelta(hours=1))
    )
    db.session.commit()
    return exchange_id


def refund_not_paid(shop: PayingShop) -> int:
    exchange_id = refunded_once(shop)
    lose_line("refunded")
    return exchange_id


def refunded_once(shop: PayingShop) -> int:
    exchange_id = cheaper(shop)
    shop.send()
    shop.clock.forward(minutes=16)
    return exchange_id


def refund_failed_later(shop: PayingShop) -> int:
    exchange_id = refunded_once(shop)
    made = db.session.scalars(select(Movement.reference).where(Movement.kind == "refunded")).one()
    shop.provider.app.ledger.keep("cards", made, {"movement": made, "amount": 1, "failed": "Account closed."})
    return exchange_id


def card_not_given(shop: PayingShop) -> int:
    exchange_id = cheaper(shop, refund_to="gift_card")
    shop.send()
    shop.clock.forward(minutes=16)
    db.session.execute(text("DELETE FROM gift_card"))
    db.session.execute(text("DELETE FROM exchange_flag"))
    db.session.commit()
    return exchange_id


def stuck_releasing(shop: PayingShop) -> int:
    exchange_id = shop.paid()
    with writing():
        move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "desk", shop.clock())
    db.session.execute(update(Dispatch).where(Dispatch.purpose == "void").values(state="failed"))
    db.session.commit()
    return exchange_id


SEEDED: dict[DriftKind, Callable[[PayingShop], int]] = {
    DriftKind.NO_RECORD: no_record,
    DriftKind.AMOUNT: another_amount,
    DriftKind.CURRENCY: another_currency,
    DriftKind.CAPTURED_ONLY_THERE: captured_there,
    DriftKind.CAPTURED_ONLY_HERE: captured_here,
    DriftKind.REFUNDED_ONLY_THERE: refunded_there,
    DriftKind.REFUNDED_ONLY_HERE: refunded_here,
    DriftKind.GONE: gone_there,
    DriftKind.UNHEARD: unheard,
    DriftKind.KEPT_FOR_NOTHING: kept_for_nothing,
    DriftKind.PLACED_UNPAID: placed_unpaid,
    DriftKind.PAID_TWICE: paid_twice,
    DriftKind.BOOKS: books,
    DriftKind.TAKEN_TOO_MUCH: taken_too_much,
    DriftKind.NOT_CAPTURED: not_captured,
    DriftKind.REFUND_NOT_PAID: refund_not_paid,
    DriftKind.REFUND_FAILED_LATER: refund_failed_later,
    DriftKind.CARD_NOT_GIVEN: card_not_given,
    DriftKind.STUCK_RELEASING: stuck_releasing,
}


def test_every_kind_is_seeded() -> None:
    assert {*SEEDED, *OF_PLATFORMS} == set(DriftKind)


@pytest.mark.parametrize("kind", SEEDED, ids=lambda kind: kind.name)
def test_it_is_found_and_flagged(shop: PayingShop, kind: DriftKind) -> None:
    exchange_id = SEEDED[kind](shop)
    found, end = check_some(shop.cashier, 0, shop.clock())
    assert kind in {drift.kind for drift in found}
    assert end == 0
    assert kind in (exchange_of(exchange_id).attention or "")


@pytest.mark.parametrize("kind", TOLD_BY_OTHERS, ids=lambda kind: kind.name)
def test_only_a_flag_about_the_same_keeps_it_from_being_flagged(shop: PayingShop, kind: DriftKind) -> None:
    exchange_id = SEEDED[kind](shop)
    for flag, told in ((FlagKind.MONEY, False), (FlagKind.MAIL, True)):
        db.session.execute(delete(ExchangeFlag))
        db.session.commit()
        with writing():
            exchange = db.session.get_one(Exchange, exchange_id)
            ask_for_attention(exchange, f"About {flag}.", "worker", shop.clock(), flag)
        check_some(shop.cashier, 0, shop.clock())
        assert (kind in (exchange_of(exchange_id).attention or "")) is told


def test_a_try_that_went_back_before_pays_for_nothing(shop: PayingShop) -> None:
    exchange_id = placed_after_the_payment_went_back(shop)
    found = check_exchange(shop.cashier, exchange_id, shop.clock()).drifts
    assert [drift.kind for drift in found] == [DriftKind.PLACED_UNPAID]
    db.session.execute(update(Exchange).values(placed_at=shop.clock() - timedelta(days=2)))
    db.session.commit()
    assert check_exchange(shop.cashier, exchange_id, shop.clock()).drifts == []


@pytest.mark.parametrize("how", ["settled", "paid", "left", "owed", "refunded"])
def test_books_that_agree_are_left_alone(shop: PayingShop, how: str) -> None:
    if how == "owed":
        shop.acme.set_policy(collect="later")
    begin = {"left": shop.confirm, "owed": shop.confirm, "refunded": lambda: refunded_once(shop)}
    exchange_id = begin.get(how, shop.paid)()
    if how == "left":
        shop.open(exchange_id)
        shop.leave(exchange_id)
    if how != "paid":
        shop.send()
    assert check_exchange(shop.cashier, exchange_id, shop.clock()).drifts == []
    assert exchange_of(exchange_id).attention is None


def test_a_provider_that_is_away_proves_nothing(shop: PayingShop) -> None:
    exchange_id = settled(shop)
    shop.provider.will("status", status=503)
    assert check_exchange(shop.cashier, exchange_id, shop.clock()).drifts == []


def test_the_worker_finds_new_drift_however_long_the_history(shop: PayingShop) -> None:
    """R24: what a busy store settled before is not read over and over."""
    for number in range(5):
        shop.paid(f"AC-{number}")
    shop.send()
    old = {"compare_at": shop.clock() - timedelta(minutes=1), "updated_at": shop.clock() - timedelta(days=3)}
    db.session.execute(update(Exchange).values(old))
    db.session.commit()
    assert compare_due(shop.cashier, shop.clock) == 5
    shop.clock.forward(minutes=1)
    exchange_id = settled(shop)
    at_the_provider(shop, exchange_id, refunded=DUE)
    assert compare_due(shop.cashier, shop.clock) == 1
    assert "paid back more than the ledger" in (exchange_of(exchange_id).attention or "")
    shop.clock.forward(minutes=15)
    assert compare_due(shop.cashier, shop.clock) == 1
    shop.clock.forward(days=1)
    assert compare_due(shop.cashier, shop.clock) == 6


def test_what_is_being_compared_is_not_taken_by_a_second_worker(shop: PayingShop) -> None:
    settled(shop)
    asked = list[int | None]()

    def clock() -> datetime:
        asked.append(compare_due(shop.cashier, shop.clock) if asked else None)
        return shop.clock()

    assert compare_due(shop.cashier, clock) == 1
    assert asked == [None, 0, 0]


@pytest.mark.parametrize(
    ("hours", "settled", "pause"),
    [(1, False, 5), (100, False, 60), (1, True, 10), (3, True, 60), (72, True, 1440), (24 * 61, True, None)],
)
def test_pauses_grow(hours: int, settled: bool, pause: int | None) -> None:
    found = next_comparison(timedelta(hours=hours), settled=settled)
    assert found == (timedelta(minutes=pause) if pause else None)


def test_a_busy_store_is_compared_in_time() -> None:
    """1,000 payments a day, each as often as its age asks for, are fewer than can be compared."""
    of_each_ten_minutes = 1000 / 144
    pauses = [next_comparison(timedelta(minutes=10 * age), settled=True) for age in range(144 * 60)]
    every_minute = sum(of_each_ten_minutes * (timedelta(minutes=1) / pause) for pause in pauses if pause)
    assert every_minute < MOST


def test_the_command_names_what_differs_and_fails(app: Flask, shop: PayingShop) -> None:
    exchange_id = settled(shop)
    agreed = app.test_cli_runner().invoke(args=["money", "check"])
    assert (agreed.exit_code, agreed.output) == (0, "The books agree.\n")
    at_the_provider(shop, exchange_id, refunded=DUE)
    differs = app.test_cli_runner().invoke(args=["money", "check", "--store", "acme", "--json"])
    (entry,) = json.loads(differs.output)
    assert differs.exit_code == 1
    assert (entry["kind"], entry["order"]) == ("refunded_only_there", "AC-1001")
    told = app.test_cli_runner().invoke(args=["money", "check"])
    assert "10.22 USD there, 0.00 USD here" in told.output
    assert app.test_cli_runner().invoke(args=["money", "check", "--store", "nowhere"]).exit_code == 1
