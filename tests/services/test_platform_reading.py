"""How long a platform is waited for, and when it is left in peace."""

from __future__ import annotations

from datetime import timedelta

import httpx2
from sqlalchemy import select

from app.models import Connector, db
from app.services.find_order import find_order
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up
from tests.factories import NOW
from tests.faults.peer import Call, Peer
from tests.services.dispatch_cases import Acme
from tests.services.medusa_store import EMAIL, LATER, Outside, asked, connect


def test_a_platform_that_is_away_changes_nothing_and_is_left_in_peace_for_a_moment(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    assert medusa.post("/faults", json={"system": "medusa", "kind": "status"}).status_code == 201
    before = len(asked(medusa))
    assert not refresh_for_look_up(reader, "1001", EMAIL, LATER)
    assert find_order("1001", EMAIL)
    assert len(asked(medusa)) == before + 1
    assert not refresh_for_look_up(reader, "9999", EMAIL, LATER + timedelta(seconds=9))
    assert len(asked(medusa)) == before + 1
    assert refresh_for_look_up(reader, "9999", EMAIL, LATER + timedelta(seconds=10))


def test_an_open_breaker_asks_nobody(store: Acme, medusa: httpx2.Client, reader: Reader) -> None:
    row = db.session.scalars(select(Connector)).one()
    row.closed_until = NOW + timedelta(minutes=1)
    db.session.commit()
    assert not refresh_for_look_up(reader, "1001", EMAIL, NOW)
    assert asked(medusa) == []


def test_nobody_waits_for_longer_than_the_deadline(store: Acme, peer: Peer) -> None:
    def hang(call: Call) -> None:
        call.peer.closing.wait(30)

    peer.otherwise = hang
    connect(store, peer.url)
    assert not refresh_for_look_up(Reader(store.connections, Outside, seconds=0.2), "1001", EMAIL, NOW)
    assert not refresh_for_look_up(Reader(store.connections, Outside, seconds=0), "1001", EMAIL, NOW)
    assert len(peer.requests) == 1
