"""A clock that jumps an hour, either way, between any two acts: nothing lost, doubled or stuck (R20).

Whoever shares the queue has the same clock, and looks after every jump whether there is anything to do. In
the end no more time passes than the jump and a few minutes.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Connector, DispatchState, Exchange, db
from app.services import audit, connected_systems
from app.services.breaker import OPENS_AFTER
from app.services.choosing import CannotChoose
from app.services.dispatching import record_sent, send_all_due, send_ready
from app.services.submit_checks import NotReady
from app.services.submit_exchange import QuoteTooOld
from app.services.sweeping import sweep
from tests.factories import NOW, make_product
from tests.faults import behaviours as does
from tests.faults.peer import Peer, honest
from tests.services.cautious_platform import CautiousPlacer
from tests.services.dispatch_cases import Acme, attempts_of, dispatch_of, exchange_of
from tests.services.hold_cases import change, choose, confirm, held_units, shopper

HOUR = timedelta(hours=1)
JUMPS = [pytest.param(HOUR, id="forward"), pytest.param(-HOUR, id="back")]
ACTS = ("claimed", "made ready", "sent", "recorded")


def carry_out(shop: Acme, jump: timedelta, after: str) -> None:
    """One message by one worker; the clock jumps after this act, and another worker looks after every act."""

    def done(act: str) -> None:
        if act == after:
            shop.clock.now += jump
        send_all_due(shop.dispatcher("worker-2"))

    claim = shop.claim()
    done("claimed")
    ready = shop.prepare(claim)
    done("made ready")
    if ready is not None:
        result = send_ready(shop.dispatcher(), claim, ready)
        done("sent")
        record_sent(shop.dispatcher(), {claim: result})
    done("recorded")


def let_pass(shop: Acme, jump: timedelta) -> None:
    """As long as the clock went wrong, and a little more, with a worker at work."""
    for _ in range(3):
        shop.clock.now += abs(jump) / 3 + timedelta(minutes=1)
        shop.send()


@pytest.mark.parametrize("jump", JUMPS)
def test_between_any_two_acts_of_a_worker(shop: Acme, jump: timedelta) -> None:
    for act in ACTS:
        number = f"AC-{act}"
        exchange_id = shop.confirm(number)
        carry_out(shop, jump, act)
        let_pass(shop, jump)
        assert exchange_of(exchange_id).state is Status.PLACED, act
        assert exchange_of(exchange_id).attention is None, act
        assert audit.verify(f"exchange:{exchange_id}").whole
        counted = [each for each in attempts_of(exchange_id) if not each.late]
        assert [each.outcome for each in counted].count("delivered") == 1, act
        bodies = {each.body for each in shop.peer.requests if number.encode() in each.body}
        assert len(bodies) == 1, act
    assert sorted(shop.peer.orders) == sorted(f"AC-{act}" for act in ACTS)


@pytest.mark.parametrize("jump", JUMPS)
def test_where_nothing_may_be_sent_twice(
    acme: int, peer: Peer, jump: timedelta, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person is asked rather than the platform, even by a worker who only believes that another is late."""
    monkeypatch.setattr(connected_systems, "PLATFORMS", {"cautious": CautiousPlacer})
    peer.otherwise = does.status(200, b'{"order_identifier": "D-1"}')
    shop = Acme(acme, peer, platforms={"cautious": CautiousPlacer})
    shop.connect_to("cautious", peer)
    for act in ACTS:
        exchange_id = shop.confirm(f"AC-{act}")
        carry_out(shop, jump, act)
        let_pass(shop, jump)
        paths = [each.path for each in peer.requests]
        peer.requests.clear()
        believed_late = jump > timedelta() and act in ("made ready", "sent")
        assert len(paths) == len(set(paths)) == (1 if believed_late else 2), act
        assert (dispatch_of(exchange_id).state == DispatchState.UNKNOWN) == believed_late, act


@pytest.mark.parametrize("jump", JUMPS)
def test_a_worker_that_ends_leaves_a_lease_of_no_more_than_the_jump(shop: Acme, jump: timedelta) -> None:
    exchange_id = shop.confirm()
    shop.prepare(shop.claim("worker-1"))
    shop.clock.now += jump
    let_pass(shop, jump)
    assert exchange_of(exchange_id).state is Status.PLACED


@pytest.mark.parametrize("jump", JUMPS)
def test_while_a_message_waits_for_its_next_try(shop: Acme, peer: Peer, jump: timedelta) -> None:
    peer.script.append(does.status(503))
    exchange_id = shop.confirm()
    assert shop.send() == 1
    shop.clock.now += jump
    let_pass(shop, jump)
    assert exchange_of(exchange_id).state is Status.PLACED
    assert exchange_of(exchange_id).attention is None
    assert len(peer.orders) == 1


@pytest.mark.parametrize("jump", JUMPS)
def test_while_a_breaker_is_open(shop: Acme, peer: Peer, jump: timedelta) -> None:
    peer.otherwise = does.status(503)
    ids = [shop.confirm(f"AC-{number}") for number in range(OPENS_AFTER)]
    shop.send()
    assert db.session.scalars(select(Connector.closed_until)).one() is not None
    peer.otherwise = honest
    shop.clock.now += jump
    let_pass(shop, jump)
    assert {exchange_of(each).state for each in ids} == {Status.PLACED}
    assert {dispatch_of(each).state for each in ids} == {DispatchState.DELIVERED}


@pytest.mark.parametrize("jump", JUMPS)
def test_while_the_last_one_is_held(acme: int, jump: timedelta) -> None:
    """Whoever loses the hold by it is told so, and the unit is promised once."""
    parka = make_product(acme)
    change(parka["Navy / L"], stock=1)
    ada, ben = shopper(acme, parka, "AC-1001"), shopper(acme, parka, "AC-1002")
    choose(ada)
    jumped = NOW + jump
    sweep(jumped)
    if jump > timedelta():
        choose(ben, now=jumped)
        confirm(ben, jumped)
        with pytest.raises(NotReady):
            confirm(ada, jumped)
    else:
        with pytest.raises(CannotChoose):
            choose(ben, now=jumped)
        confirm(ada, jumped)
    db.session.rollback()
    assert held_units() == []


@pytest.mark.parametrize("jump", JUMPS)
def test_a_hold_that_nobody_wants_ends_with_the_jump(acme: int, jump: timedelta) -> None:
    parka = make_product(acme)
    change(parka["Navy / L"], stock=1)
    ada, ben = shopper(acme, parka, "AC-1001"), shopper(acme, parka, "AC-1002")
    choose(ada)
    later = NOW + jump + abs(jump) + timedelta(minutes=21)
    sweep(later)
    choose(ben, now=later)
    assert held_units() == [1]


@pytest.mark.parametrize("jump", JUMPS)
def test_while_a_sum_is_looked_at(acme: int, jump: timedelta) -> None:
    """At worst it is asked once more."""
    draft = shopper(acme, make_product(acme))
    choose(draft)
    later = NOW + jump + timedelta(seconds=1)
    try:
        confirm(draft, later, shown=NOW)
    except QuoteTooOld:
        assert jump > timedelta()
        confirm(draft, later, shown=later)
    assert db.session.get_one(Exchange, draft).state is Status.SUBMITTED
