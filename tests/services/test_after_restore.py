"""The database came back from a backup that was made before something was sent: nothing is doubled (R23).

Whoever runs on with the backup knows nothing of what was sent since. On SQLite and on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import httpx2
import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import AuditEntry, DispatchState, db
from app.services import audit, connected_systems
from app.services.agent_decisions import Decision
from app.services.connector_settings import connect_store
from app.services.dispatch_recovery import retry
from app.services.dispatching import send_claimed
from app.services.releasing import may_be_at_the_platform
from tests.factories import NOW
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.services.cautious_platform import CautiousPlacer
from tests.services.dispatch_cases import TO_XL, Acme, attempts_of, dispatch_of, exchange_of
from tests.services.medusa_store import SECRET
from tests.services.searchable_platform import SearchablePlacer, searchable
from tests.services.test_dispatch_medusa import bought, sell_parkas
from tests.setup.backups import Restore

DOUBT = "The database came back from a backup, and it may have been sent since that was made."


@pytest.fixture
def back_up(app: Flask, backed_up: Callable[[], Restore]) -> Callable[[], Restore]:
    """Makes a backup; what it returns restores it, and says so as the documentation asks for."""

    def restore(bring_back: Restore) -> None:
        disconnect()
        bring_back()
        said = app.test_cli_runner().invoke(args=["after-restore"])
        assert "1 messages may have been sent" in said.output, said.output

    def make() -> Restore:
        disconnect()
        return partial(restore, backed_up())

    return make


def disconnect() -> None:
    db.session.expunge_all()
    db.session.rollback()
    db.engine.dispose()


def run_on(shop: Acme) -> None:
    """Until nothing is left to do, however often it has to be looked up."""
    for _ in range(3):
        shop.send()
        shop.clock.forward(minutes=2)


def test_who_takes_the_same_bytes_twice_for_one_is_sent_them(
    shop: Acme, peer: Peer, back_up: Callable[[], Restore]
) -> None:
    exchange_id = shop.confirm()
    restore = back_up()
    shop.send()
    restore()
    run_on(shop)
    assert exchange_of(exchange_id).state is Status.PLACED
    assert exchange_of(exchange_id).attention is None
    assert not dispatch_of(exchange_id).maybe_sent
    first, second = peer.requests
    assert (first.body, first.headers) == (second.body, second.headers)
    assert len(peer.orders) == 1
    assert audit.verify(f"exchange:{exchange_id}").whole
    assert "restored" in db.session.scalars(select(AuditEntry.act)).all()


def test_who_can_tell_is_asked_first(
    acme: int, peer: Peer, back_up: Callable[[], Restore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connected_systems, "PLATFORMS", {"searchable": SearchablePlacer})
    peer.otherwise = searchable
    shop = Acme(acme, peer, platforms={"searchable": SearchablePlacer})
    shop.connect_to("searchable", peer)
    exchange_id = shop.confirm()
    restore = back_up()
    shop.send()
    restore()
    run_on(shop)
    assert exchange_of(exchange_id).platform_order == "AC-1001-X1"
    assert [heard.method for heard in peer.requests] == ["POST", "GET"]


@pytest.mark.parametrize("sent_before", [0, 1])
def test_where_nobody_can_tell_a_person_is_asked(
    acme: int,
    peer: Peer,
    back_up: Callable[[], Restore],
    sent_before: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connected_systems, "PLATFORMS", {"cautious": CautiousPlacer})
    peer.otherwise = does.status(200, b'{"order_identifier": "D-1"}')
    shop = Acme(acme, peer, platforms={"cautious": CautiousPlacer})
    shop.connect_to("cautious", peer)
    exchange_id = shop.confirm()
    for _ in range(sent_before):
        send_claimed(shop.dispatcher(), shop.claim())
    restore = back_up()
    shop.send()
    restore()
    run_on(shop)
    assert len(peer.requests) == 2
    assert dispatch_of(exchange_id).state == DispatchState.UNKNOWN
    assert (exchange_of(exchange_id).attention or "").startswith(DOUBT)
    assert may_be_at_the_platform(exchange_of(exchange_id))

    peer.requests.clear()
    retry(shop.connections, exchange_id, Decision("sam", "it is not there"), shop.clock())
    run_on(shop)
    assert exchange_of(exchange_id).state is Status.PLACED
    assert len(peer.requests) == 2 - sent_before


@pytest.mark.parametrize("step", range(9))
def test_in_the_middle_of_medusas_calls(
    acme: int, peer: Peer, medusa: httpx2.Client, back_up: Callable[[], Restore], step: int
) -> None:
    shop = Acme(acme, peer)
    settings = {"url": f"{str(medusa.base_url).rstrip('/')}/medusa", "shipping_option_id": "so_standard"}
    connect_store(shop.connections, acme, "medusa", settings, SECRET, NOW)
    sell_parkas(medusa)
    exchange_id = shop.confirm_order(bought(shop, medusa), TO_XL)
    for _ in range(step):
        send_claimed(shop.dispatcher(), shop.claim())
    restore = back_up()
    shop.send()
    restore()
    run_on(shop)
    exchange = exchange_of(exchange_id)
    assert (exchange.state, exchange.platform_order, exchange.attention) == (Status.PLACED, "7-E1", None)
    order = medusa.get("/medusa/admin/orders/order_000007").json()["order"]
    assert [item["variant_sku"] for item in order["items"]] == ["RIDGE-PARKA-NAVY-M", "RIDGE-PARKA-NAVY-XL"]
    assert order["summary"]["pending_difference"] == 10.5


def test_what_is_cancelled_meanwhile_may_be_at_the_platform(
    shop: Acme, back_up: Callable[[], Restore]
) -> None:
    exchange_id = shop.confirm()
    restore = back_up()
    shop.send()
    restore()
    assert attempts_of(exchange_id) == []
    assert may_be_at_the_platform(exchange_of(exchange_id))
