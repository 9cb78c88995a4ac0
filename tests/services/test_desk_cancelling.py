"""An agent ends what was not placed: until its bytes leave, or after a look at the platform (R22)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.domain.exchange_status import Status
from app.domain.news import News, NewsKind
from app.models import DispatchState, LineItem, db, store_scope
from app.services.agent_decisions import CannotDecide, Decision
from app.services.desk_cancelling import cancel, end_not_there, may_cancel, may_end
from app.services.dispatch_claims import claim_due
from app.services.dispatch_recovery import CannotRecover, retry
from app.services.draft_exchange import live_exchange_of
from app.services.exchange_news import take_news
from app.services.platform_reading import Reader
from tests.factories import NOW, Bought, make_order
from tests.faults import behaviours as does
from tests.faults.peer import Peer, honest
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.medusa_store import Outside
from tests.services.searchable_platform import searchable
from tests.services.test_dispatch_recovery import shop_at

WHY = Decision("agent:1", "She called: she keeps it")
LATER = NOW + timedelta(days=2)


def reader(shop: Acme) -> Reader:
    return Reader(shop.connections, Outside, 30)


def committed(exchange_id: int) -> int:
    lines = select(func.sum(LineItem.committed)).where(LineItem.order_id == exchange_of(exchange_id).order_id)
    return db.session.scalar(lines) or 0


@pytest.mark.parametrize("release", ["instant", "received"])
def test_long_after_the_shoppers_window_an_agent_may(shop: Acme, peer: Peer, release: str) -> None:
    """While the queue waits, or while the parcel is waited for."""
    shop.set_policy(undo_minutes=15, release=release)
    exchange_id = shop.confirm()
    assert may_cancel(exchange_of(exchange_id), [dispatch_of(exchange_id)])
    cancel(exchange_id, WHY, LATER)
    cancel(exchange_id, WHY, LATER)
    ended = exchange_of(exchange_id)
    assert (ended.state, ended.occupies_order) == (Status.CANCELLED, False)
    assert (ended.decided_by, ended.decision_reason) == ("agent:1", "She called: she keeps it")
    assert dispatch_of(exchange_id).state == DispatchState.CANCELLED
    assert committed(exchange_id) == 0
    shop.clock.now = LATER + timedelta(days=1)
    assert shop.send() == 0
    assert not peer.requests


def test_what_a_worker_holds_is_too_late(shop: Acme) -> None:
    exchange_id = shop.confirm()
    claim_due("worker", 1, NOW)
    assert not may_cancel(exchange_of(exchange_id), [dispatch_of(exchange_id)])
    with pytest.raises(CannotDecide, match="can no longer be cancelled"):
        cancel(exchange_id, WHY, NOW)
    assert committed(exchange_id) == 1


def test_what_came_back_releases_it_for_the_worker(shop: Acme) -> None:
    shop.set_policy(release="received")
    exchange_id = shop.confirm()
    take_news(exchange_of(exchange_id).reference or "", News(NewsKind.RECEIVED), "carrier", NOW)
    shop.send()
    with pytest.raises(CannotDecide):
        cancel(exchange_id, WHY, NOW)
    assert exchange_of(exchange_id).state is Status.PLACED


def test_either_the_agent_or_the_worker_wins_never_both(app: Flask, shop: Acme) -> None:
    """Long after the window, twenty times at the same moment, each in a thread of its own."""
    variant = shop.parka["Navy / M"]
    for number in range(2000, 2020):
        exchange_id = shop.confirm_order(make_order(shop.store_id, Bought(variant), number=f"AC-{number}"))
        cancelled, claimed = race(app, shop.store_id, exchange_id)
        assert cancelled != claimed, number
        assert exchange_of(exchange_id).state is (Status.CANCELLED if cancelled else Status.SUBMITTED)
        assert committed(exchange_id) == (0 if cancelled else 1)


def race(app: Flask, store_id: int, exchange_id: int) -> tuple[bool, bool]:
    line_up = Barrier(2)

    def end() -> bool:
        with app.app_context(), store_scope(store_id):
            line_up.wait()
            try:
                cancel(exchange_id, WHY, LATER)
            except CannotDecide:
                return False
            return True

    def claim() -> bool:
        with app.app_context():
            line_up.wait()
            return bool(claim_due("worker", 1, LATER))

    with ThreadPoolExecutor(2) as pool:
        ended, claimed = pool.submit(end), pool.submit(claim)
        return ended.result(), claimed.result()


@pytest.fixture
def dark(acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Acme:
    """At a platform that cannot be looked into, and that answered nothing."""
    peer.script.append(does.lost_answer)
    return shop_at("cautious", acme, peer, monkeypatch)


def test_a_person_saw_that_nothing_is_there(dark: Acme, peer: Peer) -> None:
    exchange_id = dark.confirm()
    dark.send()
    row = exchange_of(exchange_id)
    assert dispatch_of(exchange_id).state == DispatchState.UNKNOWN
    assert may_end(row, [dispatch_of(exchange_id)])
    end_not_there(reader(dark), exchange_id, WHY, LATER)
    end_not_there(reader(dark), exchange_id, WHY, LATER)
    row = exchange_of(exchange_id)
    assert (row.state, row.occupies_order, row.attention_since) == (Status.CANCELLED, False, None)
    assert committed(exchange_id) == 0
    assert live_exchange_of(row.order_id) is None
    with pytest.raises(CannotRecover):
        retry(dark.connections, exchange_id, WHY, LATER)
    peer.script.extend([honest, does.status(200)])
    assert exchange_of(dark.confirm_order(row.order_id)).generation == 1


def test_a_definite_no_can_be_ended_too(shop: Acme, peer: Peer) -> None:
    peer.script.append(does.status(422))
    exchange_id = shop.confirm()
    shop.send()
    end_not_there(reader(shop), exchange_id, WHY, LATER)
    assert exchange_of(exchange_id).state is Status.CANCELLED


def test_what_is_being_sent_again_is_not_ended(dark: Acme) -> None:
    exchange_id = dark.confirm()
    dark.send()
    retry(dark.connections, exchange_id, WHY, LATER)
    with pytest.raises(CannotDecide, match="just being sent again"):
        end_not_there(reader(dark), exchange_id, WHY, LATER)


@pytest.mark.parametrize("there", [True, False])
def test_a_platform_that_can_tell_is_asked_first(
    acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    known = shop_at("searchable", acme, peer, monkeypatch)
    peer.otherwise = searchable
    peer.script.append(does.lost_answer if there else does.status(422))
    exchange_id = known.confirm()
    known.send()
    if there:  # its look-ups are lost as well, until a person is asked
        peer.script.extend([does.status(403)] * 12)
        for _ in range(12):
            known.clock.forward(hours=6)
            known.send()
        peer.script.clear()
    assert may_end(exchange_of(exchange_id), [dispatch_of(exchange_id)])
    asked = len(peer.requests)
    if there:
        with pytest.raises(CannotDecide, match="The shop's system has"):
            end_not_there(reader(known), exchange_id, WHY, known.clock())
        assert exchange_of(exchange_id).state is not Status.CANCELLED
    else:
        end_not_there(reader(known), exchange_id, WHY, known.clock())
        assert exchange_of(exchange_id).state is Status.CANCELLED
    assert [heard.method for heard in peer.requests[asked:]] == ["GET"]


def test_a_platform_that_is_silent_ends_nothing(
    acme: int, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = shop_at("searchable", acme, peer, monkeypatch)
    peer.script.append(does.status(422))
    exchange_id = known.confirm()
    known.send()
    peer.otherwise = does.reset
    with pytest.raises(CannotDecide, match="could not be asked"):
        end_not_there(reader(known), exchange_id, WHY, known.clock())
    assert exchange_of(exchange_id).state is Status.IN_REVIEW
