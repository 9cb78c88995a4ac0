"""T20: `audit verify` finds every change of an entry, and with a head that was kept also a cut-off end."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from app.models import AuditEntry, db, store_scope
from app.services import audit
from tests.factories import NOW, make_store

ALL = {"all_stores": True}


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def trail(app: Flask) -> list[str]:
    """Two stores with a chain of the same name; the hashes of acme's."""
    with app.app_context():
        hashes = []
        for slug in ("acme", "kaze"):
            store_id = make_store(slug)
            with store_scope(store_id):
                for number in range(4):
                    entry = audit.record("exchange:1", "agent:1", f"{slug} {number}", {"n": number}, NOW)
                    hashes.append(entry.hash)
                db.session.commit()
        return hashes[:4]


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["audit", "verify", *arguments])
    return result.exit_code, result.output


def test_a_whole_trail(app: Flask, trail: list[str]) -> None:
    assert run(app) == (0, "8 entries in 2 chains.\n")
    assert run(app, "--store", "acme", "--head", trail[-1])[0] == 0
    code, said = run(app, "--store", "acme", "--heads")
    assert (code, f"acme exchange:1 4 {trail[-1]}" in said) == (0, True)
    assert run(app, "--store", "nowhere")[0] == 2


CHANGES = [
    {"actor": "agent:2"},
    {"act": "nothing"},
    {"details": {"n": 99}},
    {"hash": "0" * 64},
    {"before": "f" * 64},
    {"number": 9},
    {"chain": "exchange:2"},
]


@pytest.mark.parametrize("changed", CHANGES, ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_every_change_of_every_entry_is_found(
    app: Flask, trail: list[str], number: int, changed: dict[str, Any]
) -> None:
    with app.app_context():
        first = select(AuditEntry.id).where(AuditEntry.hash == trail[number - 1])
        entry = db.session.scalars(first.execution_options(**ALL)).one()
        db.session.execute(
            update(AuditEntry).where(AuditEntry.id == entry).values(**changed).execution_options(**ALL)
        )
        db.session.commit()
    code, said = run(app)
    assert code == 1
    assert "was changed" in said


@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_entry_taken_out_is_found(app: Flask, trail: list[str], number: int) -> None:
    remove(app, trail[number - 1])
    assert run(app)[0] == 1


def test_a_cut_off_end_is_found_with_a_head_that_was_kept(app: Flask, trail: list[str]) -> None:
    remove(app, trail[-1])
    assert run(app)[0] == 0  # the rest is whole in itself
    code, said = run(app, "--head", trail[-1])
    assert code == 1
    assert "were removed or changed" in said


def remove(app: Flask, hashed: str) -> None:
    with app.app_context():
        db.session.execute(delete(AuditEntry).where(AuditEntry.hash == hashed).execution_options(**ALL))
        db.session.commit()
