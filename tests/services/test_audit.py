"""The audit trail: chained, complete under many writers, and tampering shows (T20)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.models import CHAIN_START, AuditEntry, UnscopedQuery, db, store_scope, writing
from app.services import audit
from tests.factories import NOW, make_store

CHAIN = "exchange:12"


def tell(*acts: str, chain: str = CHAIN) -> None:
    for act in acts:
        with writing():
            audit.record(chain, "worker", act, {"from": "draft", "units": (1, 2)}, NOW)


def test_entries_are_chained(acme: int) -> None:
    tell("submitted", "approved", "placing")
    tell("submitted", chain="exchange:13")
    assert audit.verify(CHAIN) == audit.ChainCheck(entries=3)
    assert audit.verify("exchange:13").entries == 1
    assert audit.verify("exchange:99") == audit.ChainCheck(entries=0)


@pytest.mark.parametrize(
    "change",
    [
        {"act": "declined"},
        {"actor": "somebody"},
        {"details": {"from": "submitted"}},
        {"at": NOW + timedelta(seconds=1)},
        {"number": 7},
        {"hash": "0" * 64},
        {"chain": "exchange:13"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_entry_shows(acme: int, change: dict[str, Any]) -> None:
    tell("submitted", "approved", "placing")
    db.session.execute(update(AuditEntry).where(AuditEntry.number == 2).values(change))
    db.session.commit()
    assert not audit.verify(CHAIN).whole


def test_a_missing_entry_shows(acme: int) -> None:
    tell("submitted", "approved", "placing")
    db.session.execute(delete(AuditEntry).where(AuditEntry.number == 2))
    db.session.commit()
    assert audit.verify(CHAIN) == audit.ChainCheck(entries=1, broken_at=3)


def test_many_writers_of_one_chain_take_turns(app: Flask, acme: int) -> None:
    def write(_: int) -> None:
        with app.app_context(), store_scope(acme):
            tell("seen", "seen")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(6)))
    assert audit.verify(CHAIN) == audit.ChainCheck(entries=12)


def test_a_use_case_that_fails_leaves_no_entry(acme: int) -> None:
    def fail_half_way() -> None:
        with writing():
            audit.record(CHAIN, "worker", "submitted", {}, NOW)
            raise LookupError("half-way")

    with pytest.raises(LookupError):
        fail_half_way()
    assert audit.verify(CHAIN).entries == 0


def test_any_zone_is_kept_as_utc(acme: int) -> None:
    elsewhere = datetime(2026, 11, 22, 21, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    with writing():
        audit.record(CHAIN, "worker", "submitted", {}, elsewhere)
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.at == elsewhere.astimezone(UTC)
    assert audit.verify(CHAIN).whole


def test_stores_have_chains_of_their_own(acme: int) -> None:
    tell("submitted")
    with store_scope(make_store("globex")):
        assert audit.verify(CHAIN).entries == 0
        tell("submitted")
    assert audit.verify(CHAIN).entries == 1


def test_a_chain_that_was_moved_to_another_store_shows(acme: int) -> None:
    tell("submitted", "approved")
    globex = make_store("globex")
    moved = update(AuditEntry).values(store_id=globex).execution_options(all_stores=True)
    db.session.execute(moved)
    db.session.commit()
    with store_scope(globex):
        assert audit.verify(CHAIN) == audit.ChainCheck(entries=0, broken_at=1)


def test_a_chain_from_before_stores_stood_in_it_is_whole(acme: int) -> None:
    before = CHAIN_START
    for number in (1, 2):
        entry = AuditEntry(store_id=acme, chain=CHAIN, number=number, at=NOW, actor="worker", act="seen")
        entry.details, entry.before = {}, before
        entry.hash = before = entry.computed_hash()
        db.session.add(entry)
    db.session.commit()
    tell("submitted")
    assert audit.verify(CHAIN) == audit.ChainCheck(entries=3)


def test_an_entry_without_a_store_is_refused(app: Flask) -> None:
    with app.app_context(), pytest.raises(UnscopedQuery), writing():
        audit.record(CHAIN, "worker", "submitted", {}, NOW)
