"""Claims: no message is held by two workers, and one who lost its lease changes nothing (R3, R14)."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.connectors.base import Reply
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, db, store_scope
from app.services import audit
from app.services.attempt_evidence import Try
from app.services.dispatch_claims import LEASE, Claim, claim_due
from app.services.dispatch_results import Result, record_results
from app.services.dispatch_steps import Ready
from app.services.dispatching import send_claimed
from tests.factories import NOW, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import SENDER, Acme, attempts_of, dispatch_of, exchange_of


def ready_for(shop: Acme, claim: Claim) -> Ready:
    ready = shop.prepare(claim)
    assert ready is not None
    return ready


def sent(shop: Acme, claim: Claim, ready: Ready, worker: str = "worker-1") -> Result:
    """Really send, and hold the result back."""
    answer = SENDER.send(ready.request, ready.connector.credentials())
    return Result(ready, Try(worker, claim.fence, shop.clock(), 1, answer), 0.5)


def test_a_claimed_message_is_not_claimed_again_while_the_lease_runs(shop: Acme) -> None:
    shop.confirm()
    assert shop.claim().fence == 1
    shop.clock.forward(seconds=LEASE.total_seconds() - 1)
    assert claim_due("worker-2", 1, shop.clock()) == []
    shop.clock.forward(seconds=1)
    assert shop.claim("worker-2").fence == 2


def test_the_longest_due_come_first_and_no_more_than_asked_for(shop: Acme) -> None:
    ids = [shop.confirm(f"AC-{number}") for number in range(4)]
    with store_scope(shop.store_id):
        for place, exchange_id in enumerate(reversed(ids)):
            due = NOW - timedelta(minutes=10 - place)
            db.session.execute(update(Dispatch).where(Dispatch.exchange_id == exchange_id).values(due_at=due))
        db.session.commit()
    claims = claim_due("worker-1", 2, shop.clock())
    assert {claim.exchange_id for claim in claims} == set(ids[-2:])
    assert claim_due("worker-1", 0, shop.clock()) == []


def test_many_workers_claim_each_message_once(app: Flask, shop: Acme) -> None:
    for number in range(12):
        shop.confirm(f"AC-{number}")

    def work(worker: int) -> list[int]:
        taken: list[int] = []
        with app.app_context():
            while claims := claim_due(f"worker-{worker}", 2, NOW):
                taken += [claim.dispatch_id for claim in claims]
        return taken

    with ThreadPoolExecutor(8) as pool:
        taken = Counter(dispatch_id for part in pool.map(work, range(8)) for dispatch_id in part)
    assert len(taken) == 12
    assert set(taken.values()) == {1}


def test_many_workers_send_each_message_once(app: Flask, shop: Acme, peer: Peer) -> None:
    ids = [shop.confirm(f"AC-{number}") for number in range(8)]

    def work(worker: int) -> None:
        dispatcher = shop.dispatcher(f"worker-{worker}")
        with app.app_context():
            while claims := claim_due(dispatcher.worker, 1, NOW):
                send_claimed(dispatcher, claims[0])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert {exchange_of(exchange_id).state for exchange_id in ids} == {Status.PLACED}
    assert len(peer.requests) == 8


def test_one_claim_reaches_all_stores_and_each_stays_its_own(shop: Acme, peer: Peer) -> None:
    other_store = make_store("globex")
    with store_scope(other_store):
        other = Acme(other_store, peer, shop.clock, shop.box)
        other.connect(optiturn_id="Globex")
        theirs = other.confirm("AC-1001")
    ours = shop.confirm("GX-1001")
    assert shop.send() == 2
    assert exchange_of(ours).platform_order == "GX-1001-X1"
    with store_scope(other_store):
        assert exchange_of(theirs).platform_order == "AC-1001-X1"
    assert [heard.headers["x-optiturn-id"] for heard in peer.requests] == ["Globex", "Modrno"]


def test_a_worker_that_was_asleep_changes_nothing_and_leaves_its_evidence(shop: Acme, peer: Peer) -> None:
    exchange_id = shop.confirm()
    slow = shop.claim("slow")
    late = sent(shop, slow, ready_for(shop, slow), "slow")
    shop.clock.forward(seconds=LEASE.total_seconds())
    shop.send()
    placed = exchange_of(exchange_id)
    assert placed.state is Status.PLACED

    assert record_results({slow: late}, shop.clock()).counted == frozenset()

    again = exchange_of(exchange_id)
    assert (again.updated_at, again.attention) == (placed.updated_at, None)
    assert [(a.worker, a.outcome, a.late, a.fence) for a in attempts_of(exchange_id)] == [
        ("", "unknown", False, 1),
        ("worker-1", "delivered", False, 2),
        ("slow", "delivered", True, 1),
    ]
    assert len({heard.body for heard in peer.requests}) == 1
    assert audit.verify(f"exchange:{exchange_id}").whole


def test_a_late_result_does_not_speak_for_the_worker_that_holds_the_message_now(
    shop: Acme, peer: Peer
) -> None:
    exchange_id = shop.confirm()
    slow = shop.claim("slow")
    late = sent(shop, slow, ready_for(shop, slow), "slow")
    shop.clock.forward(seconds=LEASE.total_seconds())
    quick = shop.claim("quick")
    result = sent(shop, quick, ready_for(shop, quick), "quick")

    assert record_results({slow: late}, shop.clock()).counted == frozenset()

    held = dispatch_of(exchange_id)
    assert (held.state, held.leased_by, held.fence) == (DispatchState.WAITING, "quick", 2)
    assert exchange_of(exchange_id).state is Status.PLACING
    assert record_results({quick: result}, shop.clock()).counted == {quick}
    assert exchange_of(exchange_id).state is Status.PLACED
    assert len(peer.requests) == 2


def test_a_late_no_cannot_undo_a_yes(shop: Acme, peer: Peer) -> None:
    exchange_id = shop.confirm()
    slow = shop.claim("slow")
    ready = ready_for(shop, slow)
    shop.clock.forward(seconds=LEASE.total_seconds())
    shop.send()
    refused = Result(ready, Try("slow", slow.fence, NOW, 1, Reply(422, {}, b"{}")), 0.5)
    assert record_results({slow: refused}, shop.clock()).counted == frozenset()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert dispatch_of(exchange_id).state == DispatchState.DELIVERED


def test_a_late_yes_after_giving_up_is_shown_to_a_person(shop: Acme) -> None:
    exchange_id = shop.confirm()
    slow = shop.claim("slow")
    late = sent(shop, slow, ready_for(shop, slow), "slow")
    dispatch = dispatch_of(exchange_id)
    dispatch.state, dispatch.fence = DispatchState.FAILED, 2
    db.session.commit()
    record_results({slow: late}, shop.clock())
    attention = exchange_of(exchange_id).attention
    assert attention == "A late answer says that the platform took the exchange order after all."


def test_an_old_claim_gets_nothing_to_send(shop: Acme, peer: Peer) -> None:
    shop.confirm()
    old = shop.claim("slow")
    shop.clock.forward(seconds=LEASE.total_seconds())
    shop.claim("quick")
    send_claimed(shop.dispatcher("slow"), old)
    assert peer.requests == []


def test_a_worker_that_ends_after_the_answer_is_followed_by_the_same_bytes(shop: Acme, peer: Peer) -> None:
    exchange_id = shop.confirm()
    claim = shop.claim()
    sent(shop, claim, ready_for(shop, claim))  # and then it is gone
    shop.clock.forward(seconds=LEASE.total_seconds())
    assert shop.send() == 1
    assert exchange_of(exchange_id).state is Status.PLACED
    first, second = peer.requests
    assert first == second
    assert list(peer.orders) == ["AC-1001"]
    unrecorded, delivered = attempts_of(exchange_id)
    assert (unrecorded.outcome, unrecorded.error) == (
        "unknown", "the worker ended before it recorded an answer",
    )  # fmt: skip
    assert delivered.outcome == "delivered"


def test_workers_that_always_end_while_sending_come_to_an_end(shop: Acme, peer: Peer) -> None:
    exchange_id = shop.confirm()
    for _ in range(30):
        if shop.prepare() is None:
            break
        shop.clock.forward(hours=8)
    else:
        pytest.fail("it never came to an end")
    tries = dispatch_of(exchange_id).tries
    assert tries >= 10
    assert dispatch_of(exchange_id).state == DispatchState.FAILED
    attention = exchange_of(exchange_id).attention
    assert attention == f"Given up after {tries} tries; the last: every worker ended while sending."
