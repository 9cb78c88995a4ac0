"""Goods that do not come back: the shopper is reminded as policy says, then a person is asked, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from app.connectors.registry import NOTIFIERS
from app.models import AuditEntry, Dispatch, Exchange, Purpose, db
from app.queries.console_queue import Wanted, waiting
from app.services.cancelling import cancel_exchange
from app.services.connector_settings import Connections, connect_store
from app.services.mailing import turn_on
from app.services.moving import withdraw_attention
from app.services.overdue_returns import chase_returns
from app.services.parcels import mark_in_transit
from app.services.sweeping import sweep
from tests.factories import NOW
from tests.services.dispatch_cases import Acme, exchange_of

# Confirmed on the 22nd at noon UTC in New York, to be sent back by 6 December: late from the 7th, 05:00 UTC.
LATE = datetime(2026, 12, 7, 5, 0, tzinfo=UTC)
DAYS = timedelta(days=3)
ASKED = (
    "What comes back has not been seen: it was due by 6 December 2026, and 2 reminders were sent."
    " Decide what becomes of it."
)


@pytest.fixture
def placed(shop: Acme) -> int:
    """An exchange that is placed, whose parcel nobody has seen."""
    exchange_id = shop.confirm()
    shop.send()
    assert exchange_of(exchange_id).state == "placed"
    return exchange_id


def state(exchange_id: int) -> tuple[int, bool, str | None]:
    exchange = exchange_of(exchange_id)
    return exchange.reminders, exchange.overdue_at is not None, exchange.attention


def test_reminders_come_first_and_then_a_person(placed: int) -> None:
    assert chase_returns(LATE - timedelta(seconds=1)) == 0
    for moment, expected in (
        (LATE, (1, False, None)),
        (LATE + DAYS - timedelta(seconds=1), (1, False, None)),
        (LATE + DAYS, (2, False, None)),
        (LATE + 2 * DAYS, (2, True, ASKED)),
        (LATE + 9 * DAYS, (2, True, ASKED)),
    ):
        sweep(moment)
        assert state(placed) == expected, moment
    acts = db.session.scalars(select(AuditEntry.act).where(AuditEntry.chain == f"exchange:{placed}"))
    assert [act for act in acts if act in ("reminded", "return overdue")] == [
        "reminded",
        "reminded",
        "return overdue",
    ]


def test_the_queue_shows_it_with_its_reason(placed: int) -> None:
    for count in range(3):
        chase_returns(LATE + count * DAYS)
    (entry,) = waiting(Wanted())
    assert (entry.exchange.id, entry.reasons) == (placed, (ASKED,))


def test_an_agent_who_has_seen_it_is_not_asked_again(placed: int) -> None:
    for count in range(3):
        chase_returns(LATE + count * DAYS)
    exchange = exchange_of(placed)
    withdraw_attention(exchange, ASKED, "sam", LATE)
    db.session.commit()
    assert chase_returns(LATE + 9 * DAYS) == 0
    assert exchange_of(placed).attention is None


def test_a_parcel_that_is_seen_ends_it(placed: int) -> None:
    for count in range(3):
        chase_returns(LATE + count * DAYS)
    mark_in_transit(placed, LATE, "carrier", LATE + 2 * DAYS)
    assert state(placed) == (2, False, None)
    assert chase_returns(LATE + 9 * DAYS) == 0


def test_a_parcel_that_was_seen_in_time_is_not_chased(placed: int) -> None:
    mark_in_transit(placed, NOW, "carrier", NOW)
    assert chase_returns(LATE + 9 * DAYS) == 0


def test_what_is_over_is_not_chased(shop: Acme) -> None:
    shop.set_policy(undo_minutes=15)
    exchange_id = shop.confirm()
    cancel_exchange(exchange_id, "shopper", NOW)
    assert chase_returns(LATE) == 0


def test_what_waits_for_the_parcel_is_chased_as_well(shop: Acme) -> None:
    shop.set_policy(release="received")
    exchange_id = shop.confirm()
    assert chase_returns(LATE) == 1
    assert exchange_of(exchange_id).reminders == 1


@pytest.mark.parametrize(("reminders", "days"), [(0, 3), (1, 10)])
def test_how_often_and_how_long_apart_is_policy(shop: Acme, reminders: int, days: int) -> None:
    shop.set_policy(overdue_reminders=reminders, overdue_days=days)
    exchange_id = shop.confirm()
    shop.send()
    chase_returns(LATE)
    assert state(exchange_id)[:2] == (reminders, reminders == 0)
    chase_returns(LATE + timedelta(days=days))
    assert state(exchange_id)[:2] == (reminders, True)


def test_the_merchants_programs_are_told(shop: Acme) -> None:
    connections = Connections(shop.box, True, shop.platforms, {}, {}, NOTIFIERS)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    exchange_id = shop.confirm()
    shop.send()
    connect_store(connections, shop.store_id, "webhook", {"url": shop.peer.url}, secret, NOW)
    chase_returns(LATE)
    message = db.session.scalars(select(Dispatch.message).where(Dispatch.purpose == Purpose.NOTIFY)).one()
    assert (message["event"], message["state"], message["before"]) == ("return.overdue", "placed", "placed")
    assert exchange_of(exchange_id).reminders == 1


def test_the_shopper_gets_a_letter_for_each_reminder(placed: int) -> None:
    turn_on(db.engine)
    for count in range(3):
        chase_returns(LATE + count * DAYS)
    letters = db.session.scalars(select(Dispatch.message).where(Dispatch.purpose == Purpose.MAIL)).all()
    assert [(letter["kind"], letter["facts"]["late"]) for letter in letters] == [
        ("return_reminder", True)
    ] * 2


def test_many_are_chased_in_one_go(shop: Acme, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.overdue_returns.AT_ONCE", 2)
    for number in range(5):
        shop.confirm(f"AC-{number + 1}")
    shop.send()
    assert chase_returns(LATE) == 5
    assert db.session.scalar(select(func.sum(Exchange.reminders))) == 5
