"""After a lost answer: looked up where that can be, else a person answers, twice if they like (R5, R13)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from app.domain.exchange_status import Status
from app.models import DispatchState, db, store_scope
from app.services import audit, connected_systems
from app.services.agent_decisions import Decision
from app.services.dispatch_claims import LEASE
from app.services.dispatch_recovery import CannotRecover, mark_placed, retry
from tests.faults import behaviours as does
from tests.faults.peer import Peer, honest
from tests.services.cautious_platform import CautiousPlacer
from tests.services.dispatch_cases import SENDER, Acme, attempts_of, dispatch_of, exchange_of
from tests.services.searchable_platform import SearchablePlacer, searchable

LOOKED = Decision("M. Ruiz", "looked at the platform")


def shop_at(system: str, acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Acme:
    platforms = {"searchable": SearchablePlacer, "cautious": CautiousPlacer}
    monkeypatch.setattr(connected_systems, "PLATFORMS", platforms)
    shop = Acme(acme, peer, platforms=platforms)
    shop.connect(system)
    return shop


@pytest.fixture
def known(acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Acme:
    """At a platform that can be looked into."""
    peer.otherwise = searchable
    return shop_at("searchable", acme, peer, monkeypatch)


@pytest.fixture
def dark(acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Acme:
    """At one that cannot, and answered nothing."""
    peer.script.append(does.lost_answer)
    return shop_at("cautious", acme, peer, monkeypatch)


def methods(peer: Peer) -> list[str]:
    return [heard.method for heard in peer.requests]


def test_a_lost_answer_is_looked_up_and_what_is_there_is_kept(known: Acme, peer: Peer) -> None:
    peer.script.append(does.lost_answer)
    exchange_id = known.confirm()
    known.send()
    assert exchange_of(exchange_id).state is Status.PLACING
    assert methods(peer) == ["POST"]  # the platform gets its time to end what was lost
    known.clock.forward(minutes=1)
    known.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.platform_order) == (Status.PLACED, "AC-1001-X1")
    assert (methods(peer), exchange.attention) == (["POST", "GET"], None)


def test_what_is_not_there_is_placed(known: Acme, peer: Peer) -> None:
    peer.script.append(does.reset)
    exchange_id = known.confirm()
    known.send()
    known.clock.forward(minutes=1)
    known.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert methods(peer) == ["POST", "GET", "POST"]
    assert [step.name for step in dispatch_of(exchange_id).steps] == ["place", "look-up", "place"]


def test_a_lost_look_up_is_repeated_and_nothing_else(known: Acme, peer: Peer) -> None:
    peer.script.extend([does.lost_answer, does.reset, does.status(500)])
    exchange_id = known.confirm()
    for _ in range(4):
        known.send()
        known.clock.forward(minutes=2)
    assert exchange_of(exchange_id).state is Status.PLACED
    assert methods(peer) == ["POST", "GET", "GET", "GET"]


def test_losing_again_and_again_ends_with_a_person(known: Acme, peer: Peer) -> None:
    for _ in range(6):
        peer.script.extend([does.reset, searchable])
    exchange_id = known.confirm()
    for _ in range(12):
        known.send()
        known.clock.forward(minutes=1)
    assert dispatch_of(exchange_id).state == DispatchState.UNKNOWN
    assert methods(peer).count("POST") == 6
    assert not peer.orders


def test_a_look_up_that_is_refused_proves_nothing(known: Acme, peer: Peer) -> None:
    peer.script.extend([does.lost_answer, does.status(404)])
    exchange_id = known.confirm()
    known.send()
    known.clock.forward(minutes=1)
    known.send()
    assert dispatch_of(exchange_id).state == DispatchState.UNKNOWN
    assert exchange_of(exchange_id).state is Status.PLACING
    retry(known.connections, exchange_id, LOOKED, known.clock())
    known.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert methods(peer) == ["POST", "GET", "GET"]


def test_a_worker_that_ended_while_sending_is_looked_up_after(known: Acme, peer: Peer) -> None:
    exchange_id = known.confirm()
    ready = known.prepare()
    assert ready is not None
    SENDER.send(ready.request, {})
    known.clock.now += LEASE
    known.send()
    known.clock.forward(minutes=1)
    known.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert methods(peer) == ["POST", "GET"]


def test_sent_again_on_a_persons_word_byte_for_byte(dark: Acme, peer: Peer) -> None:
    peer.script.extend([honest, does.status(200)])
    exchange_id = dark.confirm()
    dark.send()
    assert dispatch_of(exchange_id).state == DispatchState.UNKNOWN
    key = dispatch_of(exchange_id).key
    assert retry(dark.connections, exchange_id, LOOKED, dark.clock()) == ["place at cautious"]
    assert exchange_of(exchange_id).attention is None
    assert retry(dark.connections, exchange_id, LOOKED, dark.clock()) == ["place at cautious"]
    dark.send()
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.decided_by) == (Status.PLACED, "M. Ruiz")
    assert peer.requests[0].body == peer.requests[1].body
    assert dispatch_of(exchange_id).key == key
    assert audit.verify(f"exchange:{exchange_id}").whole
    with pytest.raises(CannotRecover, match="is placed, and nothing of it has failed"):
        retry(dark.connections, exchange_id, LOOKED, dark.clock())


def test_two_agents_at_once_send_it_once(app: Flask, dark: Acme, peer: Peer) -> None:
    peer.script.extend([honest, does.status(200)])
    exchange_id = dark.confirm()
    dark.send()

    def press(_: int) -> list[str]:
        with app.app_context(), store_scope(dark.store_id):
            return retry(dark.connections, exchange_id, LOOKED, dark.clock())

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(press, range(2))) == [["place at cautious"]] * 2
    dark.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert len(peer.requests) == 3  # one lost, then two steps


def test_found_at_the_platform_by_a_person(dark: Acme, peer: Peer) -> None:
    exchange_id = dark.confirm()
    dark.send()
    for _ in range(2):
        mark_placed(exchange_id, "C-77", LOOKED, dark.clock())
        exchange = exchange_of(exchange_id)
        assert (exchange.state, exchange.platform_order) == (Status.PLACED, "C-77")
        assert exchange.attention is None
        assert dispatch_of(exchange_id).result == {"order": "C-77", "by": "M. Ruiz"}
    with pytest.raises(CannotRecover, match="placed as C-77 already"):
        mark_placed(exchange_id, "C-78", LOOKED, dark.clock())
    dark.clock.forward(days=9)
    assert dark.send() == 0


def test_an_accepted_order_without_a_number_is_named_by_a_person(shop: Acme, peer: Peer) -> None:
    peer.script.append(does.says(b"{}"))
    exchange_id = shop.confirm()
    shop.send()
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
    with pytest.raises(CannotRecover, match="nothing of it has failed"):
        retry(shop.connections, exchange_id, LOOKED, shop.clock())
    mark_placed(exchange_id, "AC-1001-X1", LOOKED, shop.clock())
    assert exchange_of(exchange_id).state is Status.PLACED
    assert len(attempts_of(exchange_id)) == 1


def test_what_cannot_be_said(shop: Acme, peer: Peer) -> None:
    waiting = shop.confirm("AC-1")
    with pytest.raises(CannotRecover, match="is submitted: nothing of it was sent"):
        mark_placed(waiting, "X-1", LOOKED, shop.clock())
    peer.script.append(does.status(503))
    shop.send()
    with pytest.raises(CannotRecover, match="is still being sent"):
        mark_placed(waiting, "X-1", LOOKED, shop.clock())
    peer.script.append(does.status(422))
    refused = shop.confirm("AC-2")
    shop.send()
    with pytest.raises(CannotRecover, match="its number AC-1 is that of order AC-1"):
        mark_placed(refused, "AC-1", LOOKED, shop.clock())
    assert retry(shop.connections, refused, LOOKED, shop.clock()) == ["place at optoro"]
    shop.send()
    assert exchange_of(refused).state is Status.PLACED
    db.session.rollback()


def test_half_done_and_not_to_be_asked_is_not_sent_again(dark: Acme, peer: Peer) -> None:
    peer.script.clear()
    peer.script.extend([honest, does.status(422)])
    exchange_id = dark.confirm()
    dark.send()
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
    with pytest.raises(CannotRecover, match="Part of it may stand at the platform"):
        retry(dark.connections, exchange_id, LOOKED, dark.clock())
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
