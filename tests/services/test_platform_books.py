"""Each way in which a platform's record of an exchange can differ from ours is found by its name (R24)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import update

from app.connectors.found import LINES_TOTAL
from app.domain.exchange_status import Status
from app.models import Dispatch, Exchange, db
from app.services.agent_decisions import Decision
from app.services.books import DriftKind
from app.services.cancelling_placed import cancel_placed, cancelled_by_hand
from app.services.comparing import compare_due
from app.services.dispatch_recovery import mark_placed
from app.services.find_order import find_order
from app.services.payment_pages import Cashier
from app.services.platform_books import BooksReader
from app.services.platform_reading import PAUSE, Reader
from app.services.reconciling import check_exchange, check_some
from app.services.refreshing import refresh_for_look_up
from app.services.settling_at_platform import enqueue_settlement
from tests.factories import NOW
from tests.services.dispatch_cases import SENDER, Acme, exchange_of
from tests.services.medusa_store import EMAIL, TO_L, asked

SAM = Decision("sam", "looked there")
EXCHANGE = "/medusa/admin/exchanges"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def placed(store: Acme, reader: Reader) -> int:
    """An exchange of a small tee for an L that Medusa has placed, an hour ago; 5.00 are owed."""
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = store.confirm_order(find_order("1001", EMAIL), TO_L)
    store.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    db.session.rollback()
    store.clock.forward(hours=1)
    return exchange_id


def compared(store: Acme, reader: Reader, exchange_id: int) -> set[DriftKind]:
    """What is found and flagged."""
    cashier = Cashier(store.connections, lambda: SENDER)
    found, _end = check_some(cashier, 0, store.clock(), books=BooksReader(reader))
    flagged = exchange_of(exchange_id).attention or ""
    db.session.rollback()
    kinds = {drift.kind for drift in found}
    assert all(kind in flagged for kind in kinds)
    return kinds - {DriftKind.PLACED_UNPAID}  # the store has no payment provider


def settled(store: Acme, exchange_id: int) -> None:
    """Medusa was told that what is due was paid."""
    assert enqueue_settlement(exchange_of(exchange_id), store.clock())
    db.session.commit()
    store.send()


def its_number(exchange_id: int) -> str:
    number = str((exchange_of(exchange_id).platform_reply or {})["exchange_id"])
    db.session.rollback()
    return number


def lost(_store: Acme, medusa: httpx2.Client, _exchange_id: int) -> None:
    assert medusa.delete("/settings").status_code == 204


def cancelled_there(_store: Acme, medusa: httpx2.Client, exchange_id: int) -> None:
    assert medusa.post(f"{EXCHANGE}/{its_number(exchange_id)}/cancel", json={}).status_code == 200


def stands_there(store: Acme, _medusa: httpx2.Client, exchange_id: int) -> None:
    cancelled_by_hand(exchange_id, SAM, store.clock())


def another_total(_store: Acme, _medusa: httpx2.Client, exchange_id: int) -> None:
    reply = exchange_of(exchange_id).platform_reply or {}
    assert reply[LINES_TOTAL] == 2500
    then = dict(reply) | {LINES_TOTAL: 2400}
    db.session.execute(update(Exchange).where(Exchange.id == exchange_id).values(platform_reply=then))
    db.session.commit()


def still_owed(store: Acme, _medusa: httpx2.Client, exchange_id: int) -> None:
    assert enqueue_settlement(exchange_of(exchange_id), store.clock())
    db.session.flush()
    db.session.execute(update(Dispatch).where(Dispatch.purpose == "settle").values(state="delivered"))
    db.session.commit()


SEEDED: dict[DriftKind, Callable[[Acme, httpx2.Client, int], None]] = {
    DriftKind.NOT_AT_PLATFORM: lost,
    DriftKind.CANCELLED_THERE: cancelled_there,
    DriftKind.STANDS_THERE: stands_there,
    DriftKind.ANOTHER_TOTAL: another_total,
    DriftKind.STILL_OWED_THERE: still_owed,
}


@pytest.mark.parametrize("kind", SEEDED, ids=lambda kind: kind.name)
def test_it_is_found_and_flagged(
    store: Acme, medusa: httpx2.Client, reader: Reader, placed: int, kind: DriftKind
) -> None:
    SEEDED[kind](store, medusa, placed)
    assert compared(store, reader, placed) == {kind}


@pytest.mark.parametrize("how", ["placed", "settled", "cancelled"])
def test_books_that_agree_are_left_alone(
    store: Acme, medusa: httpx2.Client, reader: Reader, placed: int, how: str
) -> None:
    if how == "settled":
        settled(store, placed)
    elif how == "cancelled":
        cancel_placed(store.connections, placed, SAM, store.clock())
        store.send()
        assert exchange_of(placed).state is Status.CANCELLED
    db.session.rollback()
    before = len(asked(medusa))
    assert compared(store, reader, placed) == set()
    assert len(asked(medusa)) > before


def test_it_is_asked_for_once_an_hour(
    store: Acme, medusa: httpx2.Client, reader: Reader, placed: int
) -> None:
    def requests() -> int:
        before = len(asked(medusa))
        compare_due(Cashier(store.connections, lambda: SENDER), store.clock, BooksReader(reader))
        return len(asked(medusa)) - before

    assert requests() == 3
    store.clock.forward(minutes=15)
    assert requests() == 0
    store.clock.forward(minutes=50)
    assert requests() == 3
    anyway = BooksReader(reader, anyway=True)
    check_exchange(Cashier(store.connections, lambda: SENDER), placed, store.clock(), anyway)
    assert requests() == 0


def test_a_platform_that_is_away_proves_nothing(
    store: Acme, medusa: httpx2.Client, reader: Reader, placed: int
) -> None:
    lost(store, medusa, placed)
    assert medusa.post("/faults", json={"system": "medusa", "kind": "status"}).status_code == 201
    assert compared(store, reader, placed) == set()
    store.clock.now += PAUSE + timedelta(seconds=1)
    assert compared(store, reader, placed) == {DriftKind.NOT_AT_PLATFORM}


def test_what_a_person_found_placed_is_not_looked_for_by_our_reference(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = store.confirm_order(find_order("1001", EMAIL), TO_L)
    lost(store, medusa, exchange_id)
    store.send()
    mark_placed(exchange_id, "1001-E9", SAM, store.clock())
    store.clock.forward(hours=1)
    assert compared(store, reader, exchange_id) == set()
