"""One order that somebody else holds keeps back its own message and no other. Only PostgreSQL locks rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, select

from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, Order, db
from app.services.dispatch_claims import UNTIL_UNLOCKED, claim_due
from app.services.dispatching import make_ready, record_sent, send_ready
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, attempts_of, dispatch_of, exchange_of
from tests.services.test_dispatch_together import carry_out, claims_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def database_url(postgres_database_url: str) -> str:
    """Whoever waits all the same fails after a while, instead of waiting for this very test."""
    return f"{postgres_database_url}?options=-c%20lock_timeout%3D5s"


@contextmanager
def somebody_holds(engine: Engine, model: type[Order | Dispatch], row_id: int) -> Iterator[Connection]:
    """Another transaction has the row locked."""
    with engine.begin() as other:
        other.execute(select(model.id).where(model.id == row_id).with_for_update())
        yield other


def the_order(exchange_id: int) -> tuple[type[Order], int]:
    return Order, exchange_of(exchange_id).order_id


def its_dispatch(exchange_id: int) -> tuple[type[Dispatch], int]:
    return Dispatch, dispatch_of(exchange_id).id


Holds = Callable[[int], tuple[type[Order | Dispatch], int]]


def test_what_cannot_be_made_ready_goes_back_and_the_others_go_on(shop: Acme, peer: Peer) -> None:
    locked, other = (shop.confirm(f"AC-{number}") for number in range(2))
    dispatcher = shop.dispatcher()
    with somebody_holds(db.engine, *the_order(locked)):
        ready = make_ready(dispatcher, claims_of(shop), wait=False)
        record_sent(dispatcher, {each: send_ready(dispatcher, each, ready[each]) for each in ready})
        assert [exchange_of(each).state for each in (locked, other)] == [Status.SUBMITTED, Status.PLACED]
        given_back = dispatch_of(locked)
        assert (given_back.leased_until, given_back.tries, given_back.steps) == (None, 0, [])
    assert claims_of(shop) == []
    shop.clock.now += UNTIL_UNLOCKED
    carry_out(dispatcher, claims_of(shop))
    assert exchange_of(locked).state is Status.PLACED
    assert len(peer.requests) == len(attempts_of(locked)) + len(attempts_of(other)) == 2


@pytest.mark.parametrize("held", [the_order, its_dispatch])
def test_an_answer_that_cannot_be_recorded_comes_back_and_the_others_are(
    shop: Acme, peer: Peer, held: Holds
) -> None:
    locked, other = (shop.confirm(f"AC-{number}") for number in range(2))
    dispatcher = shop.dispatcher()
    ready = make_ready(dispatcher, claims_of(shop))
    sent = {claim: send_ready(dispatcher, claim, each) for claim, each in ready.items()}
    with somebody_holds(db.engine, *held(locked)):
        left = record_sent(dispatcher, sent, wait=False)
        assert [exchange_of(each).state for each in (locked, other)] == [Status.PLACING, Status.PLACED]
    assert [claim.exchange_id for claim in left] == [locked]
    assert record_sent(dispatcher, {claim: sent[claim] for claim in left}, wait=False) == frozenset()
    assert exchange_of(locked).state is Status.PLACED
    assert len(peer.requests) == len(attempts_of(locked)) + len(attempts_of(other)) == 2


def test_what_is_locked_itself_is_left_to_its_lease(shop: Acme) -> None:
    shop.confirm()
    (claim,) = claim_due("worker-1", 1, shop.clock())
    with somebody_holds(db.engine, Dispatch, claim.dispatch_id):
        assert make_ready(shop.dispatcher(), [claim], wait=False) == {}
    held = db.session.get_one(Dispatch, claim.dispatch_id)
    assert (held.state, held.tries, held.leased_by) == (DispatchState.WAITING, 1, "worker-1")


def test_what_is_gone_is_not_waited_for(shop: Acme) -> None:
    shop.confirm()
    dispatcher, (claim,) = shop.dispatcher(), claims_of(shop)
    (ready,) = make_ready(dispatcher, [claim]).values()
    sent = send_ready(dispatcher, claim, ready)
    db.session.delete(db.session.get_one(Dispatch, claim.dispatch_id))
    db.session.commit()
    assert record_sent(dispatcher, {claim: sent}, wait=False) == frozenset()
    assert db.session.scalars(select(Exchange.status)).all() == [Status.PLACING]
