"""Turns: a connector that is slow takes next to nothing from one that is not (R11).

Time is counted in steps of a fifth of a second, and a worker with eight threads is played by hand.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from app.models import Dispatch, DispatchState, Purpose, db, store_scope
from app.services.dispatch_claims import Claim, claim_due
from app.services.dispatch_turns import SLOW_AFTER, Share
from tests.factories import NOW, make_store
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme

STEP = timedelta(seconds=0.2)
THREADS = 8


@dataclass
class Worker:
    """Eight threads, and how many steps each store's platform takes to answer."""

    shop: Acme
    takes: dict[int, int]
    under_way: dict[Claim, int] = field(default_factory=dict)
    quick: set[tuple[int, str]] = field(default_factory=set)
    slow: set[tuple[int, str]] = field(default_factory=set)
    done: Counter[int] = field(default_factory=Counter)

    def work(self, steps: int) -> int:
        """So many steps; how many messages of the fast store ended in them."""
        before = Counter(self.done)
        for _ in range(steps):
            share = Share(THREADS - 1, list(self.quick), list(self.slow))
            for claim in claim_due("one", THREADS - len(self.under_way), self.shop.clock(), share):
                self.under_way[claim] = self.takes[claim.store_id]
            self.shop.clock.now += STEP
            self.under_way = {claim: left - 1 for claim, left in self.under_way.items()}
            self._end([claim for claim, left in self.under_way.items() if not left])
        return (self.done - before)[min(self.takes, key=self.takes.__getitem__)]

    def _end(self, claims: list[Claim]) -> None:
        for claim in claims:
            del self.under_way[claim]
            self.done[claim.store_id] += 1
            long = STEP * self.takes[claim.store_id] >= SLOW_AFTER
            (self.slow if long else self.quick).add((claim.store_id, claim.system))
        ended = update(Dispatch).where(Dispatch.id.in_([claim.dispatch_id for claim in claims]))
        everywhere = {"all_stores": True, "synchronize_session": False}
        db.session.execute(
            ended.values(state=DispatchState.DELIVERED, leased_by=None), execution_options=everywhere
        )
        db.session.commit()


@pytest.fixture
def other(shop: Acme, peer: Peer) -> Acme:
    """A second store."""
    other_id = make_store("globex")
    with store_scope(other_id):
        second = Acme(other_id, peer, shop.clock, shop.box)
        second.connect()
    return second


def fill(shop: Acme, messages: int) -> None:
    """So many messages of this store that are due. They are only claimed, so one exchange does for all."""
    with store_scope(shop.store_id):
        row = {
            "exchange_id": shop.confirm(f"Q-{shop.store_id}"), "store_id": shop.store_id, "system": "optoro",
            "purpose": Purpose.REPORT, "message": {}, "due_at": NOW, "created_at": NOW,
        }  # fmt: skip
        db.session.execute(update(Dispatch).values(state=DispatchState.CANCELLED))
        db.session.execute(insert(Dispatch), [row | {"key": f"key-{number}"} for number in range(messages)])
        db.session.commit()


def test_connectors_take_turns(shop: Acme, other: Acme) -> None:
    fill(shop, 9)
    fill(other, 9)
    claims = claim_due("one", THREADS, shop.clock(), Share(THREADS - 1))
    assert Counter(claim.store_id for claim in claims) == {shop.store_id: 4, other.store_id: 4}


def test_beside_a_slow_one_a_fast_one_keeps_four_fifths_of_its_pace(shop: Acme, other: Acme) -> None:
    fill(shop, 60)
    fill(other, 420)
    worker = Worker(shop, {shop.store_id: 15, other.store_id: 1})
    beside = worker.work(60)  # from the first step on, when nobody knows which one is slow
    alone = 60 * (THREADS - 1)
    assert beside >= 0.8 * alone
    assert worker.quick == {(other.store_id, "optoro")}
    assert worker.done[shop.store_id] >= 4


def test_one_that_hangs_leaves_what_gets_free_to_the_others(shop: Acme, other: Acme) -> None:
    fill(shop, 20)
    assert len(claim_due("one", THREADS, shop.clock(), Share(THREADS - 1))) == THREADS - 1
    fill(other, 20)
    shop.clock.now += SLOW_AFTER
    claims = claim_due("one", 3, shop.clock(), Share(THREADS - 1))
    assert {claim.store_id for claim in claims} == {other.store_id}


def test_a_slow_one_by_itself_has_half_of_the_threads(shop: Acme, other: Acme) -> None:
    fill(shop, 20)
    slow = Share(THREADS, [(other.store_id, "optoro")], [(shop.store_id, "optoro")])
    assert len(claim_due("one", THREADS, shop.clock(), slow)) == THREADS // 2


def test_one_that_was_not_heard_has_a_quarter_until_it_is(shop: Acme, other: Acme) -> None:
    fill(shop, 20)
    assert len(claim_due("one", THREADS, shop.clock(), Share(THREADS, quick=()))) == THREADS // 4


def test_where_all_are_slow_they_share_alike(shop: Acme, other: Acme) -> None:
    fill(shop, 20)
    fill(other, 20)
    slow = [(each.store_id, "optoro") for each in (shop, other)]
    claims = claim_due("one", THREADS, shop.clock(), Share(THREADS - 1, (), slow))
    assert Counter(claim.store_id for claim in claims) == {shop.store_id: 3, other.store_id: 3}
