"""The mails that tell a shopper of their payment."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from app.models import Dispatch, Order, Purpose, db
from app.services.agent_decisions import Decision, approve
from app.services.mailing import turn_on
from tests.paying.shop_with_till import (
    DUE,
    PayingShop,
    asked,
    mails,
)
from tests.services.dispatch_cases import exchange_of

YES, NO = Decision("desk", "fine"), Decision("desk", "worn", "The soles show wear.")


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


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
