"""A refund due of an exchange that is cancelled: sent no more, unless it may have been made already."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.models import DispatchState, Purpose, db
from app.services.after_restore import doubt_what_waits
from app.services.cancelling_placed import cancelled_by_hand
from app.services.dispatch_recovery import retry
from tests.paying.shop_with_till import PayingShop, cheaper, ledger_of, queued
from tests.paying.stripe_till import settled
from tests.paying.test_afterwards import YES
from tests.services.dispatch_cases import SENDER, dispatch_of, exchange_of
from tests.setup.databases import copy_sqlite

PAST = "past_AC-1001_12568_USD"


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.mark.parametrize("arrived", [False, True])
def test_refused_then_sent_again_by_a_worker_that_ended(shop: PayingShop, arrived: bool) -> None:
    """The shopper may have it: the same key tells, and then they owe it."""
    exchange_id = cheaper(shop)
    shop.provider.will("status", status=422)
    shop.send()
    assert dispatch_of(exchange_id, Purpose.REFUND).state == DispatchState.FAILED
    retry(shop.acme.connections, exchange_id, YES, shop.clock())
    ready = shop.acme.prepare()
    assert ready is not None
    if arrived:
        SENDER.send(ready.request, ready.connector.credentials())
    shop.clock.forward(minutes=2)

    cancelled_by_hand(exchange_id, YES, shop.clock())
    assert queued(exchange_id)[-1] == ("refund", "waiting")
    settled(shop)
    due = exchange_of(exchange_id).refund_due or 0
    record = shop.provider.app.ledger.record("cards", PAST)
    assert record is not None
    assert record["refunded"] == due > 0
    assert ledger_of(exchange_id) == [("refund_owed", due), ("refunded", due), ("owed", due)]


def test_one_that_never_reached_the_provider_is_ended_by_the_cancel(shop: PayingShop) -> None:
    exchange_id = cheaper(shop)
    shop.provider.will("status", status=429)
    shop.send()
    assert dispatch_of(exchange_id, Purpose.REFUND).tries == 1
    cancelled_by_hand(exchange_id, YES, shop.clock())
    settled(shop)
    assert queued(exchange_id)[-1] == ("refund", "cancelled")
    assert shop.provider.app.ledger.record("cards", PAST) is None
    assert [kind for kind, _ in ledger_of(exchange_id)] == ["refund_owed"]


def test_one_that_a_restored_backup_knows_nothing_of_is_found(
    shop: PayingShop, sqlite_database_url: str, tmp_path: Path
) -> None:
    exchange_id = cheaper(shop)
    shop.provider.will("status", status=429)
    shop.send()
    live, kept = Path(sqlite_database_url.removeprefix("sqlite:///")), tmp_path / "backup.db"
    copy_sqlite(live, kept)
    settled(shop)
    db.session.rollback()
    db.session.expunge_all()
    db.engine.dispose()
    copy_sqlite(kept, live)
    doubt_what_waits("operator", shop.clock())

    cancelled_by_hand(exchange_id, YES, shop.clock())
    settled(shop)
    due = exchange_of(exchange_id).refund_due or 0
    assert ledger_of(exchange_id) == [("refund_owed", due), ("refunded", due), ("owed", due)]
    record = shop.provider.app.ledger.record("cards", PAST)
    assert record is not None
    assert record["refunded"] == due
