"""Each way in which the books can differ is made to happen, and found by its name (R24)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update

from app.domain.flags import FlagKind
from app.models import Exchange, ExchangeFlag, db, writing
from app.services.books import DriftKind
from app.services.comparing import MOST, compare_due, next_comparison
from app.services.moving import ask_for_attention
from app.services.reconciling import TOLD_BY_OTHERS, check_exchange, check_some
from tests.paying.seeded_drifts import (
    SEEDED,
    at_the_provider,
    placed_after_the_payment_went_back,
    refunded_once,
    settled,
)
from tests.paying.shop_with_till import DUE, PayingShop
from tests.services.dispatch_cases import exchange_of
from tests.services.platform_drifts import SEEDED as OF_PLATFORMS


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


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
