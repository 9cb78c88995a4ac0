"""Several messages in one transaction: each as if it were alone, also where one of them fails (R3, R14)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update

from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, db, store_scope
from app.services import audit
from app.services.dispatch_claims import LEASE, Claim, claim_due
from app.services.dispatch_results import Result
from app.services.dispatching import Dispatcher, make_ready, record_sent, send_ready
from tests.factories import make_store
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, attempts_of, dispatch_of, exchange_of


def claims_of(shop: Acme, most: int = 9, worker: str = "worker-1") -> list[Claim]:
    return claim_due(worker, most, shop.clock())


def carry_out(dispatcher: Dispatcher, claims: list[Claim]) -> None:
    """Make all of them ready, send one after the other, record all."""
    ready = make_ready(dispatcher, claims)
    record_sent(dispatcher, {claim: send_ready(dispatcher, claim, each) for claim, each in ready.items()})


def _with_answer_of(sent: Mapping[Claim, Result], other: Claim, mine: Claim) -> Result:
    """What came back to `mine`, with the answer that `other` had."""
    return replace(sent[mine], tried=replace(sent[mine].tried, sent=sent[other].sent))


def test_each_gets_its_own_answer(shop: Acme, peer: Peer) -> None:
    ids = [shop.confirm(f"AC-{number}") for number in range(4)]
    peer.script.extend([does.status(422), does.status(503)])
    carry_out(shop.dispatcher(), claims_of(shop))
    found = [(exchange_of(each).state, dispatch_of(each).state) for each in ids]
    assert found == [
        (Status.IN_REVIEW, DispatchState.FAILED),
        (Status.PLACING, DispatchState.WAITING),
        (Status.PLACED, DispatchState.DELIVERED),
        (Status.PLACED, DispatchState.DELIVERED),
    ]
    assert [exchange_of(each).platform_order for each in ids[2:]] == ["AC-2-X1", "AC-3-X1"]
    assert [len(attempts_of(each)) for each in ids] == [1] * 4
    assert all(audit.verify(f"exchange:{each}").whole for each in ids)


def test_one_that_nobody_foresaw_stays_alone(shop: Acme, peer: Peer) -> None:
    ids = [shop.confirm(f"AC-{number}") for number in range(3)]
    with store_scope(shop.store_id):
        broken = update(Dispatch).where(Dispatch.exchange_id == ids[1])
        db.session.execute(broken.values(message={"not": "an exchange order"}))
        db.session.commit()
    carry_out(shop.dispatcher(), claims_of(shop))
    assert [exchange_of(each).state for each in ids] == [Status.PLACED, Status.SUBMITTED, Status.PLACED]
    assert "A fault of this portal" in (exchange_of(ids[1]).attention or "")
    assert dispatch_of(ids[1]).due_at > shop.clock()
    assert sorted(peer.orders) == ["AC-0", "AC-2"]
    assert len(peer.requests) == 2


def test_one_that_came_too_late_leaves_the_others_what_they_are(shop: Acme) -> None:
    ids = [shop.confirm(f"AC-{number}") for number in range(3)]
    slow = shop.dispatcher("slow")
    claims = claims_of(shop, worker="slow")
    sent = {claim: send_ready(slow, claim, each) for claim, each in make_ready(slow, claims).items()}
    with store_scope(shop.store_id):
        gone = update(Dispatch).where(Dispatch.exchange_id == ids[1])
        db.session.execute(gone.values(leased_until=shop.clock() - timedelta(seconds=1)))
        db.session.commit()
    (newer,) = claims_of(shop, worker="quick")
    record_sent(slow, sent)
    assert [exchange_of(each).state for each in ids] == [Status.PLACED, Status.PLACING, Status.PLACED]
    assert [attempt.late for each in ids for attempt in attempts_of(each)] == [False, True, False]
    held = dispatch_of(ids[1])
    assert (held.leased_by, held.fence) == ("quick", newer.fence)


def test_a_number_given_twice_at_once_is_seen(shop: Acme, peer: Peer) -> None:
    """Two of one batch may be told the same number as well; what was written a moment ago counts."""
    ids = [shop.confirm(f"AC-{number}") for number in range(2)]
    ready = make_ready(shop.dispatcher(), claims_of(shop))
    sent = {claim: send_ready(shop.dispatcher(), claim, each) for claim, each in ready.items()}
    first, second = sent
    record_sent(shop.dispatcher(), {first: sent[first], second: _with_answer_of(sent, first, second)})
    assert exchange_of(ids[0]).state is Status.PLACED
    assert exchange_of(ids[1]).state is not Status.PLACED
    assert exchange_of(ids[1]).attention


def test_messages_of_two_stores_stay_each_its_own(shop: Acme, peer: Peer) -> None:
    ours = shop.confirm("AC-1")
    other_id = make_store("globex")
    with store_scope(other_id):
        other = Acme(other_id, peer, shop.clock, shop.box)
        other.connect(optiturn_id="Globex")
        theirs = other.confirm("GX-1")
    carry_out(shop.dispatcher(), claims_of(shop))
    assert exchange_of(ours).platform_order == "AC-1-X1"
    with store_scope(other_id):
        assert exchange_of(theirs).platform_order == "GX-1-X1"
    assert sorted(heard.headers["x-optiturn-id"] for heard in peer.requests) == ["Globex", "Modrno"]


def test_a_batch_of_a_worker_that_died_is_sent_again_in_the_same_bytes(shop: Acme, peer: Peer) -> None:
    ids = [shop.confirm(f"AC-{number}") for number in range(3)]
    dead = shop.dispatcher("dead")
    for claim, each in make_ready(dead, claims_of(shop, worker="dead")).items():
        send_ready(dead, claim, each)
    shop.clock.now += LEASE
    carry_out(shop.dispatcher(), claims_of(shop))
    assert {exchange_of(each).state for each in ids} == {Status.PLACED}
    assert len(peer.requests) == 6
    assert len({heard.body for heard in peer.requests}) == len(peer.orders) == 3
    assert [attempt.outcome for attempt in attempts_of(ids[0])] == ["unknown", "delivered"]
