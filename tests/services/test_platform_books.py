"""Each way in which a platform's record of an exchange can differ from ours is found by its name (R24)."""

from __future__ import annotations

from datetime import timedelta

import httpx2
import pytest

from app.domain.exchange_status import Status
from app.models import db
from app.services.books import DriftKind
from app.services.cancelling_placed import cancel_placed
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
from tests.services.platform_drifts import SAM, SEEDED, lost


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
