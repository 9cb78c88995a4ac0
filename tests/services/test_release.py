"""Placing waits for the parcel where policy says so: for its first scan, or until it is back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from app.domain.exchange_status import Status
from app.models import DispatchState, store_scope
from app.services.agent_decisions import CannotDecide, Decision
from app.services.cancelling import cancel_exchange
from app.services.parcels import mark_in_transit, mark_received, mark_unexpected
from app.services.settling_flags import Settling, settle_flag
from app.services.tracking import CannotMark
from tests.factories import NOW
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of


def seen(shop: Acme, exchange_id: int) -> None:
    mark_in_transit(exchange_id, shop.clock(), "carrier", shop.clock())


def received(shop: Acme, exchange_id: int) -> None:
    mark_received(exchange_id, shop.clock(), "desk", shop.clock())


def test_at_once_waits_for_nothing(shop: Acme) -> None:
    exchange_id = shop.confirm()
    shop.send()
    assert exchange_of(exchange_id).state is Status.PLACED


@pytest.mark.parametrize(
    ("release", "mark"), [("first_scan", seen), ("first_scan", received), ("received", received)]
)
def test_it_is_placed_once_the_parcel_is_where_policy_wants_it(
    shop: Acme, peer: Peer, release: str, mark: object
) -> None:
    shop.set_policy(release=release, undo_minutes=15)
    exchange_id = shop.confirm()
    shop.clock.forward(days=3)
    assert shop.send() == 0
    assert dispatch_of(exchange_id).state == DispatchState.HELD
    assert callable(mark)
    mark(shop, exchange_id)
    mark(shop, exchange_id)
    assert shop.send() == 1
    assert exchange_of(exchange_id).state is Status.PLACED
    assert len(peer.requests) == 1


def test_on_its_way_is_not_back(shop: Acme) -> None:
    shop.set_policy(release="received")
    exchange_id = shop.confirm()
    seen(shop, exchange_id)
    assert shop.send() == 0
    shop.clock.forward(days=2)
    received(shop, exchange_id)
    exchange = exchange_of(exchange_id)
    assert (exchange.parcel_seen_at, exchange.parcel_received_at) == (NOW, NOW + timedelta(days=2))


def test_a_quick_parcel_does_not_end_the_undo_window(shop: Acme) -> None:
    shop.set_policy(release="first_scan", undo_minutes=15)
    exchange_id = shop.confirm()
    seen(shop, exchange_id)
    assert dispatch_of(exchange_id).due_at == NOW + timedelta(minutes=15)
    assert shop.send() == 0
    cancel_exchange(exchange_id, "shopper", shop.clock())
    assert dispatch_of(exchange_id).state == DispatchState.CANCELLED


def test_policy_as_it_was_at_confirm_counts(shop: Acme) -> None:
    shop.set_policy(release="received")
    waits = shop.confirm("AC-1")
    shop.set_policy(release="instant")
    goes = shop.confirm("AC-2")
    shop.send()
    assert (exchange_of(waits).state, exchange_of(goes).state) == (Status.SUBMITTED, Status.PLACED)


def test_what_was_called_off_is_given_back_whole(shop: Acme) -> None:
    shop.set_policy(release="received", undo_minutes=15)
    exchange_id = shop.confirm()
    cancel_exchange(exchange_id, "shopper", shop.clock())
    assert dispatch_of(exchange_id).state == DispatchState.CANCELLED
    assert not exchange_of(exchange_id).occupies_order
    with pytest.raises(CannotMark, match="is cancelled: nothing comes back for it"):
        received(shop, exchange_id)


def test_marked_from_the_command_line(app: Flask, shop: Acme) -> None:
    shop.set_policy(release="first_scan")
    exchange_id = shop.confirm()
    reference = exchange_of(exchange_id).reference or ""
    told = app.test_cli_runner().invoke(args=["exchange", "mark", reference, "in_transit"])
    assert told.output == f"{reference} is marked as in transit.\n"
    with store_scope(shop.store_id):
        assert dispatch_of(exchange_id).state == DispatchState.WAITING


WRONG = "one glove instead of a parka"


def settled(exchange_id: int, how: Settling) -> None:
    flag = next(iter(exchange_of(exchange_id).flags))
    settle_flag(exchange_id, flag.id, how, Decision("agent:7", "looked at it"), NOW)


@pytest.mark.parametrize("release", ["first_scan", "received"])
def test_something_else_came_back_and_a_person_takes_it_as_it_came(
    shop: Acme, peer: Peer, release: str
) -> None:
    shop.set_policy(release=release)
    exchange_id = shop.confirm()
    for _ in range(2):
        mark_unexpected(exchange_id, WRONG, NOW, "agent:7", NOW)
    assert shop.send() == 0
    with pytest.raises(CannotMark, match="Settle that first"):
        received(shop, exchange_id)
    (flag,) = exchange_of(exchange_id).open_flags
    assert flag.words == f"What came back is not what was expected: {WRONG}"
    for _ in range(2):
        settled(exchange_id, Settling.ACCEPT)
    assert shop.send() == 1
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.parcel_received_at, len(peer.requests)) == (Status.PLACED, NOW, 1)


def test_settled_otherwise_it_goes_on_waiting_for_what_was_expected(shop: Acme) -> None:
    shop.set_policy(release="received")
    exchange_id = shop.confirm()
    mark_unexpected(exchange_id, WRONG, NOW, "agent:7", NOW)
    settled(exchange_id, Settling.OTHERWISE)
    assert (shop.send(), exchange_of(exchange_id).parcel_received_at) == (0, None)
    received(shop, exchange_id)
    assert shop.send() == 1


def test_of_what_was_cancelled_nothing_is_taken_any_more(shop: Acme) -> None:
    shop.set_policy(release="received", undo_minutes=15)
    exchange_id = shop.confirm()
    mark_unexpected(exchange_id, WRONG, NOW, "agent:7", NOW)
    cancel_exchange(exchange_id, "agent:7", NOW)
    with pytest.raises(CannotDecide):
        settled(exchange_id, Settling.ACCEPT)
    settled(exchange_id, Settling.OTHERWISE)
    assert exchange_of(exchange_id).open_flags == []
