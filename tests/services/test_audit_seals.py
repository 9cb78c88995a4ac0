"""Sealing beside many writers: every act under one seal, and none forgotten (T20)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event

from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import delete, func, select, update

from app.models import AuditEntry, AuditSeal, db, store_scope, writing
from app.services import audit, audit_seals
from app.services.audit_seals import head, seal_up, verify_seals, verify_seals_over
from app.services.secret_box import SecretBox
from tests.factories import NOW

BOX = SecretBox(Fernet.generate_key().decode())


def tell(chain: str) -> None:
    with writing():
        audit.record(chain, "worker", "seen", {}, NOW)


def test_every_act_is_sealed_once_beside_writers_and_other_sealers(app: Flask, acme: int) -> None:
    over = Event()

    def write(number: int) -> None:
        with app.app_context(), store_scope(acme):
            for _ in range(8):
                tell(f"exchange:{number}")

    def seal() -> None:
        with app.app_context(), store_scope(acme):
            while not over.is_set():
                seal_up(BOX, acme, NOW)

    with ThreadPoolExecutor(5) as pool:
        sealers = [pool.submit(seal) for _ in range(2)]
        writers = [pool.submit(write, number) for number in range(3)]
        for writer in writers:
            writer.result()
        over.set()
        for sealer in sealers:
            sealer.result()
    seal_up(BOX, acme, NOW)
    last = head()
    assert last is not None
    assert last.total == 24
    assert db.session.scalar(select(func.sum(AuditSeal.entries))) == 24
    assert verify_seals(BOX) == audit_seals.SealCheck(last.number, 0)


def test_much_is_sealed_a_part_at_a_time(acme: int) -> None:
    with writing():
        for number in range(2 * audit_seals.AT_ONCE + 1):
            audit.record(f"order:{number % 50}", "worker", "seen", {}, NOW)
    made = seal_up(BOX, acme, NOW)
    assert made is not None
    assert (made.number, made.total) == (3, 2 * audit_seals.AT_ONCE + 1)
    assert verify_seals(BOX).broken_at is None
    assert seal_up(BOX, acme, NOW) is None


def test_an_older_key_still_proves_its_seals(acme: int) -> None:
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    tell("exchange:1")
    seal_up(SecretBox(first), acme, NOW)
    tell("exchange:1")
    both = SecretBox(f"{second},{first}")
    seal_up(both, acme, NOW)
    assert verify_seals(both).broken_at is None
    assert verify_seals(SecretBox(second)).broken_at == 1


def test_of_a_long_trail_the_seals_over_one_chain_are_made_again(acme: int) -> None:
    for chain in ("exchange:1", "exchange:2", "exchange:1", "exchange:3"):
        tell(chain)
        tell("order:1")
        seal_up(BOX, acme, NOW)
    tell("exchange:1")
    assert verify_seals_over("exchange:1", BOX, most=8) == audit_seals.SealCheck(4, 1)
    part = audit_seals.SealCheck(2, 1, all_of_them=False)
    assert verify_seals_over("exchange:1", BOX, most=4) == part
    assert verify_seals_over("exchange:1", BOX, most=3).seals == 1  # the newest
    with writing():
        changed = update(AuditEntry).where(AuditEntry.chain == "order:1", AuditEntry.number == 2)
        db.session.execute(changed.values(hash="0" * 64))
    assert verify_seals_over("exchange:1", BOX, most=4) == part  # another's
    assert verify_seals_over("exchange:1", BOX, most=8).broken_at == 2
    assert verify_seals_over("exchange:2", BOX, most=4).broken_at == 2
    with writing():
        db.session.execute(delete(AuditSeal).where(AuditSeal.number == 3))
    assert verify_seals_over("exchange:1", BOX, most=4).broken_at == 3
