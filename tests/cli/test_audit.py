"""T20: `audit verify` finds what was changed or removed, whole chains too, and a lost end by a kept head."""

from __future__ import annotations

from typing import Any, cast

import pytest
from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import Executable, Table, delete, func, select, update

from app.models import AuditEntry, AuditSeal, Store, db, store_scope
from app.services import audit
from app.services.audit_seals import verify_seals
from app.services.secret_box import SecretBox
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
    told = "4 entries in 1 chains under 0 seals, 4 not sealed yet.\n"
    assert run(app) == (0, f"acme: {told}kaze: {told}")
    assert run(app, "--store", "acme", "--head", trail[-1])[0] == 0
    assert kept_head(app).startswith("acme 4 ")
    assert run(app, "--store", "acme") == (0, "acme: 4 entries in 1 chains under 1 seals.\n")
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
    assert "nowhere any more" in said


def kept_head(app: Flask) -> str:
    """What an operator puts on paper: the line of the store's head, everything sealed."""
    code, said = run(app, "--store", "acme", "--heads")
    assert code == 0
    return said.splitlines()[-1]


ENTRIES = cast("Table", AuditEntry.__table__)
SEALS = cast("Table", AuditSeal.__table__)


def as_an_intruder(app: Flask, *statements: Executable) -> tuple[int, str]:
    """Somebody with the database alone. What `verify` says then, without a head that was kept."""
    with app.app_context():
        for statement in statements:
            db.session.connection().execute(statement)
        db.session.commit()
    return run(app, "--store", "acme")


@pytest.fixture
def long_trail(app: Flask, trail: list[str]) -> str:
    """Acme has two more chains and two seals; the head that was kept."""
    with app.app_context():
        acme = db.session.scalars(select(Store.id).where(Store.slug == "acme")).one()
        for chain in ("exchange:2", "order:1"):
            with store_scope(acme):
                for number in range(3):
                    audit.record(chain, "agent:1", "viewed", {"n": number}, NOW)
                db.session.commit()
            kept_head(app)
    return kept_head(app).split()[-1]


@pytest.mark.parametrize("chain", ["exchange:1", "exchange:2", "order:1"])
def test_the_last_entry_of_any_chain_is_missed(app: Flask, long_trail: str, chain: str) -> None:
    acme = select(Store.id).where(Store.slug == "acme").scalar_subquery()
    last = select(func.max(ENTRIES.c.id)).where(ENTRIES.c.chain == chain, ENTRIES.c.store_id == acme)
    code, said = as_an_intruder(app, delete(ENTRIES).where(ENTRIES.c.id == last.scalar_subquery()))
    assert (code, "changed, removed or added" in said) == (1, True)


@pytest.mark.parametrize("chain", ["exchange:1", "exchange:2", "order:1"])
def test_a_whole_chain_is_missed(app: Flask, long_trail: str, chain: str) -> None:
    code, said = as_an_intruder(app, delete(ENTRIES).where(ENTRIES.c.chain == chain))
    assert (code, "changed, removed or added" in said) == (1, True)


def test_an_entry_with_its_hash_made_anew_is_found(app: Flask, long_trail: str) -> None:
    """The last of a chain: no other entry stands on it."""
    with app.app_context():
        every = select(AuditEntry).where(AuditEntry.chain == "order:1").order_by(AuditEntry.number.desc())
        entry = db.session.scalars(every.execution_options(**ALL)).first()
        assert entry is not None
        entry.actor = "agent:2"
        entry.hash = entry.computed_hash()
        db.session.commit()
    code, said = run(app, "--store", "acme")
    assert (code, "was changed" in said, "seal 2" in said) == (1, False, True)


def test_an_entry_slipped_under_a_seal_is_found(app: Flask, long_trail: str) -> None:
    with app.app_context():
        acme = db.session.scalars(select(Store.id).where(Store.slug == "acme")).one()
        with store_scope(acme):
            audit.record("order:2", "agent:1", "viewed", {}, NOW).seal = 2
            db.session.commit()
    assert run(app, "--store", "acme")[0] == 1


@pytest.mark.parametrize("column", ["number", "total", "entries", "before", "hash"])
def test_a_changed_seal_is_found(app: Flask, long_trail: str, column: str) -> None:
    value = "0" * 64 if column in ("before", "hash") else 99
    changed = update(SEALS).where(SEALS.c.number == 2).values({column: value})
    assert as_an_intruder(app, changed)[0] == 1


def test_a_removed_end_sealed_anew_shows_against_the_kept_head(app: Flask, long_trail: str) -> None:
    """Everything is taken off, and the worker seals what is left in good faith."""
    loose = update(ENTRIES).values(seal=None)
    cut = delete(ENTRIES).where(ENTRIES.c.chain == "order:1")
    assert as_an_intruder(app, cut, delete(SEALS), loose)[0] == 0
    kept_head(app)
    assert run(app, "--store", "acme")[0] == 0
    code, said = run(app, "--store", "acme", "--head", long_trail)
    assert (code, "nowhere any more" in said) == (1, True)


def test_another_key_makes_no_seal(app: Flask, long_trail: str) -> None:
    with app.app_context():
        acme = db.session.scalars(select(Store.id).where(Store.slug == "acme")).one()
        box = SecretBox(Fernet.generate_key().decode())
        with store_scope(acme):
            assert verify_seals(box).broken_at == 1


def test_a_kept_head_stays_good_as_the_trail_goes_on(app: Flask, long_trail: str) -> None:
    with app.app_context():
        acme = db.session.scalars(select(Store.id).where(Store.slug == "acme")).one()
        with store_scope(acme):
            audit.record("order:1", "agent:1", "viewed", {}, NOW)
            db.session.commit()
    assert run(app, "--store", "acme", "--head", long_trail)[0] == 0
    kept_head(app)
    assert run(app, "--store", "acme", "--head", long_trail)[0] == 0


def remove(app: Flask, hashed: str) -> None:
    with app.app_context():
        db.session.execute(delete(AuditEntry).where(AuditEntry.hash == hashed).execution_options(**ALL))
        db.session.commit()
