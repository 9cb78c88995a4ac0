"""What does not get through when money moves is flagged as money: it stands there, and nobody pays anew."""

from __future__ import annotations

import pytest

from app.domain.flags import FlagKind
from app.models import db, writing
from app.queries.console_queue import Wanted, waiting
from app.services.cancelling import cancel_exchange
from app.services.moving import close_flag
from app.services.starting_to_pay import start_to_pay
from tests.paying.shop_with_till import PAY_AT, PayingShop, cheaper, queued
from tests.services.dispatch_cases import exchange_of


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


def about_money() -> list[tuple[str, ...]]:
    """Why each exchange stands where a person looks for money."""
    return [entry.reasons for entry in waiting(Wanted(kind=FlagKind.MONEY))]


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        ("capture", "The payment of 10.22 USD could not be taken"),
        ("void", "The reserved 10.22 USD could not be let go of"),
        ("refund", "could not be paid back"),
    ],
)
def test_what_the_provider_refuses_stands_with_money(shop: PayingShop, act: str, sentence: str) -> None:
    shop.provider.configure(refuses=act)
    if act == "void":
        shop.acme.set_policy(undo_minutes=15)
    exchange_id = cheaper(shop) if act == "refund" else shop.paid()
    if act == "void":
        cancel_exchange(exchange_id, "shopper", shop.clock())
    shop.send()
    assert (act, "failed") in queued(exchange_id)
    ((reason,),) = about_money()
    assert sentence in reason


def test_a_hold_that_could_not_be_let_go_of_keeps_the_shopper_from_paying_again(shop: PayingShop) -> None:
    shop.provider.configure(refuses="void", amount_added=1)
    exchange_id = shop.confirm()
    shop.pay(shop.open(exchange_id))
    shop.watch()
    shop.send()
    assert [flag.of_kind for flag in exchange_of(exchange_id).open_flags] == [FlagKind.MONEY] * 2
    settle(exchange_id, "where 10.22 USD was asked for", shop)
    assert start_to_pay(exchange_id, PAY_AT, shop.clock()) is None
    settle(exchange_id, "could not be let go of", shop)
    assert start_to_pay(exchange_id, PAY_AT, shop.clock())


def settle(exchange_id: int, words: str, shop: PayingShop) -> None:
    with writing():
        exchange = exchange_of(exchange_id)
        (flag,) = (each for each in exchange.open_flags if words in each.words)
        close_flag(exchange, flag, "desk", shop.clock(), "looked at it there")
    db.session.rollback()
