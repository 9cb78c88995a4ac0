"""T20: the audit trail alone tells every state that an exchange was in, and shows a row changed by hand."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.exchange_status import MOVES, Status
from app.domain.exchange_trail import NotATrail, states_told
from app.models import AuditEntry, db
from app.services.moving import chain_of
from tests.faults.peer import Peer
from tests.paying.shop_with_till import PayingShop, new_shop, running_provider
from tests.services.dispatch_cases import Acme, Clock, exchange_of
from tests.services.paid_walks import PAID_WALKS, PaidWalk
from tests.services.trail_walks import WALKS, Walk

S = Status


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def shop_with_till(app: Flask, acme: int, peer: Peer) -> Iterator[PayingShop]:
    clock = Clock()
    with running_provider(clock) as provider:
        yield new_shop(acme, peer, provider, clock, app.extensions["evenly.connections"].box)


def told(exchange_id: int) -> str:
    """The states by the trail alone, which end in the state of the row."""
    exchange = exchange_of(exchange_id)
    chain = select(AuditEntry).where(AuditEntry.chain == chain_of(exchange)).order_by(AuditEntry.number)
    states = states_told((entry.act, entry.details) for entry in db.session.scalars(chain))
    assert states[-1] is exchange.state
    return " ".join(states)


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.name)
def test_the_trail_alone_tells_the_states(shop: Acme, walk: Walk) -> None:
    assert told(walk.go(shop)) == walk.states


@pytest.mark.parametrize("walk", PAID_WALKS, ids=lambda walk: walk.name)
def test_and_those_of_paying(shop_with_till: PayingShop, walk: PaidWalk) -> None:
    assert told(walk.go(shop_with_till)) == walk.states


def test_every_move_of_the_table_is_walked() -> None:
    ways = [walk.states for walk in WALKS] + [walk.states for walk in PAID_WALKS]
    walked = {pair for way in ways for pair in pairwise(map(Status, way.split()))}
    assert walked == {(before, to) for before, after in MOVES.items() for to in after}


@pytest.mark.parametrize(
    "entries",
    [
        [("placed", {})],
        [("submitted", {}), ("placing", {"from": "submitted"})],
        [("submitted", {}), ("approved", {"from": "screening"})],
        [("submitted", {}), ("cancelled", {"from": "submitted"}), ("approved", {"from": "cancelled"})],
    ],
    ids=["from nowhere", "a step left out", "from elsewhere", "after its end"],
)
def test_what_no_moves_can_have_written(entries: list[tuple[str, dict[str, str]]]) -> None:
    with pytest.raises(NotATrail):
        states_told(entries)


def test_what_is_no_move_is_passed_over() -> None:
    told: list[tuple[str, dict[str, object]]] = [
        ("submitted", {"items": 1}),
        ("viewed", {}),
        ("flagged", {"status": "submitted"}),
    ]
    assert states_told(told) == [S.DRAFT, S.SUBMITTED]
