"""Changing one's mind: everything is given back, or nothing is, and a worker's claim settles which."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.models import AuditEntry, LineItem, db, store_scope
from app.services import audit
from app.services.cancelling import TooLate, cancel_exchange, cancellable
from app.services.dispatch_claims import claim_due
from tests.factories import NOW, Bought, make_order
from tests.faults.peer import Peer
from tests.services.dispatch_cases import TO_L, TO_XL, Acme, dispatch_of, exchange_of

LATER = NOW + timedelta(minutes=15)


@pytest.fixture
def patient(shop: Acme) -> Acme:
    """A store whose shoppers have 15 minutes to change their mind."""
    shop.set_policy(undo_minutes=15)
    return shop


def committed(exchange_id: int) -> int:
    lines = select(func.sum(LineItem.committed)).where(LineItem.order_id == exchange_of(exchange_id).order_id)
    return db.session.scalar(lines) or 0


def test_cancelling_gives_everything_back(patient: Acme, peer: Peer) -> None:
    exchange_id = patient.confirm("AC-1001", TO_XL)
    assert committed(exchange_id) == 1
    cancel_exchange(exchange_id, "shopper", NOW + timedelta(minutes=14))
    ended = exchange_of(exchange_id)
    assert (ended.status, ended.occupies_order) == ("cancelled", False)
    assert ended.rma_closed_at == NOW + timedelta(minutes=14)
    assert committed(exchange_id) == 0
    assert dispatch_of(exchange_id).state == "cancelled"
    patient.clock.forward(minutes=30)
    assert patient.send() == 0
    assert not peer.requests


def test_what_was_given_back_is_told_to_the_audit_trail(patient: Acme) -> None:
    exchange_id = patient.confirm()
    cancel_exchange(exchange_id, "shopper", NOW)
    chain = f"exchange:{exchange_id}"
    last = db.session.scalars(
        select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number.desc())
    ).first()
    assert last is not None
    assert (last.act, last.actor, last.details["from"]) == ("cancelled", "shopper", "submitted")
    assert set(last.details["given_back"]) >= {"units", "messages", "rma", "order"}
    assert audit.verify(chain).whole


def test_a_cancelled_order_can_be_exchanged_anew(patient: Acme) -> None:
    exchange_id = patient.confirm("AC-1001", TO_L)
    order_id = exchange_of(exchange_id).order_id
    cancel_exchange(exchange_id, "shopper", NOW)
    again = patient.confirm_order(order_id, TO_XL)
    assert again != exchange_id
    assert exchange_of(again).generation == 1
    assert dispatch_of(again).key == "acme:AC-1001:1:place"


def test_cancelling_twice_gives_back_once(patient: Acme) -> None:
    variant = patient.parka["Navy / M"]
    order = make_order(patient.store_id, Bought(variant, quantity=3, product=38700), number="AC-3")
    first = patient.confirm_order(order)
    cancel_exchange(first, "shopper", NOW)
    second = patient.confirm_order(order)
    cancel_exchange(first, "shopper", NOW)
    assert committed(second) == 1


@pytest.mark.parametrize("minutes", [15, 16, 10_000])
def test_after_the_window_it_is_too_late(patient: Acme, minutes: int) -> None:
    exchange_id = patient.confirm()
    with pytest.raises(TooLate):
        cancel_exchange(exchange_id, "shopper", NOW + timedelta(minutes=minutes))
    assert exchange_of(exchange_id).status == "submitted"
    assert committed(exchange_id) == 1


def test_without_a_window_there_is_nothing_to_undo(shop: Acme) -> None:
    exchange_id = shop.confirm()
    assert not cancellable(exchange_of(exchange_id), NOW)
    with pytest.raises(TooLate):
        cancel_exchange(exchange_id, "shopper", NOW)


def test_a_message_that_a_worker_holds_goes_out(patient: Acme) -> None:
    """A clock that runs ahead claims early; the page must not promise what it cannot keep."""
    exchange_id = patient.confirm()
    assert cancellable(exchange_of(exchange_id), NOW)
    (claim,) = claim_due("fast clock", 1, LATER)
    assert claim.exchange_id == exchange_id
    assert not cancellable(exchange_of(exchange_id), NOW)
    with pytest.raises(TooLate):
        cancel_exchange(exchange_id, "shopper", NOW)


def test_a_placed_exchange_is_not_cancelled_by_a_shopper(shop: Acme) -> None:
    exchange_id = shop.confirm()
    shop.send()
    with pytest.raises(TooLate):
        cancel_exchange(exchange_id, "shopper", NOW)
    assert exchange_of(exchange_id).status == "placed"


def test_either_the_shopper_or_the_worker_wins_never_both(app: Flask, patient: Acme) -> None:
    """Fifty times both at the same moment, each in a thread and connection of its own."""
    variant = patient.parka["Navy / M"]
    for number in range(2000, 2050):
        exchange_id = patient.confirm_order(
            make_order(patient.store_id, Bought(variant), number=f"AC-{number}")
        )
        cancelled, claimed = _race(app, patient.store_id, exchange_id)
        assert cancelled != claimed, number
        state = exchange_of(exchange_id).status
        assert state == ("cancelled" if cancelled else "submitted")
        assert committed(exchange_id) == (0 if cancelled else 1)


def _race(app: Flask, store_id: int, exchange_id: int) -> tuple[bool, bool]:
    line_up = Barrier(2)

    def undo() -> bool:
        with app.app_context(), store_scope(store_id):
            line_up.wait()
            try:
                cancel_exchange(exchange_id, "shopper", NOW + timedelta(minutes=14))
            except TooLate:
                return False
            return True

    def claim() -> bool:
        with app.app_context():
            line_up.wait()
            return bool(claim_due("worker", 1, LATER))

    with ThreadPoolExecutor(2) as pool:
        undone, claimed = pool.submit(undo), pool.submit(claim)
        return undone.result(), claimed.result()
