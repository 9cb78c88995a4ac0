"""The breaker: a dead system is left alone, costs nobody a try, and holds no other store up (R11)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Connector, Dispatch, Purpose, db, store_scope
from app.services import connected_systems
from app.services.breaker import OPENS_AFTER, PROBE_EVERY
from app.services.dispatch_claims import LEASE, claim_due
from app.services.dispatch_turns import Share
from tests.factories import make_store
from tests.faults import behaviours as does
from tests.faults.peer import Peer, honest
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.other_systems import Watchful

MANY = 12


def breaker(shop: Acme) -> tuple[int, bool]:
    """Failures in a row, and whether it is open."""
    db.session.expunge_all()
    row = db.session.scalars(select(Connector).where(Connector.store_id == shop.store_id)).first()
    assert row is not None
    return row.failures, row.closed_until is not None and row.closed_until > shop.clock()


@pytest.fixture
def dead(shop: Acme, peer: Peer) -> list[int]:
    """Twelve exchanges of a shop whose platform has just failed five times."""
    peer.otherwise = does.status(503)
    ids = [shop.confirm(f"AC-{number}") for number in range(MANY)]
    shop.send()
    return ids


def test_it_opens_after_five_straight_failures(shop: Acme, peer: Peer, dead: list[int]) -> None:
    assert OPENS_AFTER == 5
    assert len(peer.requests) == 5
    assert breaker(shop) == (5, True)
    assert sorted(dispatch_of(each).tries for each in dead) == [0] * (MANY - 5) + [1] * 5


def test_then_one_message_in_thirty_seconds_tries_again(shop: Acme, peer: Peer, dead: list[int]) -> None:
    for probes in range(1, 5):
        shop.clock.now += PROBE_EVERY - timedelta(seconds=1)
        assert shop.send() == 0
        shop.clock.forward(seconds=1)
        assert shop.send() == 1
        assert len(peer.requests) == 5 + probes
    assert breaker(shop)[1]


def test_the_first_good_probe_closes_it_and_the_backlog_drains(
    shop: Acme, peer: Peer, dead: list[int]
) -> None:
    peer.otherwise = honest
    shop.clock.now += PROBE_EVERY
    shop.send()
    assert breaker(shop) == (0, False)
    shop.clock.forward(minutes=1)
    shop.send()
    assert {exchange_of(each).state for each in dead} == {Status.PLACED}
    assert len(peer.orders) == MANY


def test_a_no_closes_it_as_well(shop: Acme, peer: Peer, dead: list[int]) -> None:
    peer.script.append(does.status(422))
    shop.clock.now += PROBE_EVERY
    shop.send()
    assert breaker(shop)[0] < MANY


def test_an_answer_in_between_begins_the_count_anew(shop: Acme, peer: Peer) -> None:
    peer.script.extend([does.status(503)] * 4 + [honest] + [does.reset] * 4)
    for number in range(9):
        shop.confirm(f"AC-{number}")
    assert shop.send() == 9
    assert breaker(shop) == (4, False)


def test_of_many_workers_one_probes(app: Flask, shop: Acme, dead: list[int]) -> None:
    shop.clock.now += PROBE_EVERY

    def work(worker: int) -> int:
        with app.app_context():
            return len(claim_due(f"worker-{worker}", 3, shop.clock()))

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(6))) == 1


def test_a_probe_that_nobody_ends_is_followed_by_another(shop: Acme, dead: list[int]) -> None:
    shop.clock.now += PROBE_EVERY
    assert len(claim_due("killed", 9, shop.clock())) == 1
    assert claim_due("next", 9, shop.clock()) == []
    shop.clock.now += PROBE_EVERY
    assert len(claim_due("next", 9, shop.clock())) == 1


def test_another_store_goes_on(shop: Acme, dead: list[int]) -> None:
    other_id = make_store("globex")
    with Peer() as peer, store_scope(other_id):
        other = Acme(other_id, peer, shop.clock, shop.box)
        other.connect()
        theirs = [other.confirm(f"GX-{number}") for number in range(3)]
        assert shop.send() == 3
        assert {exchange_of(each).state for each in theirs} == {Status.PLACED}
        assert breaker(other) == (0, False)


def test_one_connector_never_takes_every_thread(shop: Acme) -> None:
    for number in range(6):
        shop.confirm(f"AC-{number}")
    other_id = make_store("globex")
    with Peer() as peer, store_scope(other_id):
        other = Acme(other_id, peer, shop.clock, shop.box)
        other.connect()
        other.confirm("GX-1")
        first = claim_due("one", 4, shop.clock(), Share(3))
        assert sorted(claim.store_id for claim in first) == [shop.store_id] * 3 + [other_id]
        assert claim_due("one", 4, shop.clock(), Share(3)) == []
        assert len(claim_due("another", 4, shop.clock(), Share(3))) == 3
        shop.clock.now += LEASE
        assert len(claim_due("one", 9, shop.clock(), Share(5))) == 6


@pytest.fixture
def screened(acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Acme]:
    monkeypatch.setattr(connected_systems, "SCREENERS", {"watchful": Watchful})
    shop = Acme(acme, peer, screeners={"watchful": Watchful})
    with Peer(otherwise=does.status(503)) as screener:
        shop.connect_to("watchful", screener)
        shop.connect()
        yield shop


def test_nobody_waits_for_ever_behind_the_breaker_of_a_screener(screened: Acme) -> None:
    ids = [screened.confirm(f"AC-{number}") for number in range(MANY)]
    screened.send()
    states = {exchange_of(each).state for each in ids}
    assert states == {Status.SUBMITTED, Status.SCREENING}
    for _ in range(30):
        screened.clock.now += PROBE_EVERY
        screened.send()
    assert {exchange_of(each).state for each in ids} == {Status.IN_REVIEW}
    words = db.session.scalars(select(Dispatch.last_error).where(Dispatch.purpose == Purpose.SCREEN)).all()
    assert all(said and said.startswith("no usable answer (") for said in words)
