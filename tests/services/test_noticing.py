"""Every change of an exchange is told to the merchant's address: once, signed, nothing about a person."""

from __future__ import annotations

import json
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from standardwebhooks import Webhook

from app.models import Dispatch, DispatchState, Purpose, db
from app.services.cancelling import cancel_exchange
from app.services.connector_settings import connect_store, disconnect_store
from app.services.tracking import mark_shipped
from tests.faults.behaviours import reset, status
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, exchange_of

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PERSONAL = ("Ada", "Moss", "ada@example.com", "Quay", "97701", "cus_88")


@pytest.fixture
def ears(shop: Acme) -> Any:
    """The merchant's own address."""
    with Peer(otherwise=status(204, b"")) as ears:
        connect_store(shop.connections, shop.store_id, "webhook", {"url": ears.url}, SECRET, shop.clock())
        yield ears


def notices(state: DispatchState | None = None) -> list[Dispatch]:
    db.session.expunge_all()
    db.session.rollback()
    query = select(Dispatch).where(Dispatch.purpose == Purpose.NOTIFY).order_by(Dispatch.id)
    return list(db.session.scalars(query.where(Dispatch.state == state) if state else query))


def told(ears: Peer) -> list[dict[str, Any]]:
    return [json.loads(call.body) for call in ears.requests]


def test_every_change_is_told_once(shop: Acme, ears: Peer) -> None:
    first = shop.confirm()
    shop.send()
    shop.clock.forward(hours=1)
    mark_shipped(first, shop.clock(), "desk", shop.clock())
    shop.send()
    row = exchange_of(first)
    kinds = sorted((one["data"]["number"], one["type"]) for one in told(ears))
    assert [kind for _, kind in kinds] == [
        "exchange.submitted",
        "exchange.approved",
        "exchange.placing",
        "exchange.placed",
        "exchange.shipped",
    ]
    last = told(ears)[-1]["data"]
    assert (last["reference"], last["order"], last["before"]) == (row.reference, "AC-1001", "placed")
    assert last["platform_order"] == row.platform_order
    assert len({call.headers["webhook-id"] for call in ears.requests}) == 5
    assert all(word not in call.body.decode() for call in ears.requests for word in PERSONAL)
    assert {notice.state for notice in notices()} == {"delivered"}
    assert row.attention is None


def test_each_message_is_signed_for_its_try(shop: Acme, ears: Peer) -> None:
    shop.confirm()
    shop.send()
    assert ears.requests
    for call in ears.requests:
        with time_machine.travel(shop.clock(), tick=False):
            Webhook(SECRET).verify(call.body, dict(call.headers))
    assert "v1," not in repr([step.headers for notice in notices() for step in notice.steps])


def test_a_repeat_has_the_same_id_and_bytes_and_a_signature_of_its_own(shop: Acme, ears: Peer) -> None:
    ears.script.extend([status(500), reset])
    shop.confirm()
    shop.send()
    for _ in range(3):
        shop.clock.forward(hours=2)
        shop.send()
    by_id: dict[str, list[Any]] = {}
    for call in ears.requests:
        by_id.setdefault(call.headers["webhook-id"], []).append(call)
    repeated = [calls for calls in by_id.values() if len(calls) > 1]
    assert repeated
    for calls in repeated:
        assert len({call.body for call in calls}) == 1
        assert len({call.headers["webhook-signature"] for call in calls}) == len(calls)
    assert {notice.state for notice in notices()} == {"delivered"}


def test_what_was_told_late_is_told_although_the_exchange_has_ended(shop: Acme, ears: Peer) -> None:
    shop.set_policy(undo_minutes=15)
    first = shop.confirm()
    cancel_exchange(first, "shopper", shop.clock())
    shop.send()
    assert [one["type"] for one in told(ears)] == ["exchange.submitted", "exchange.cancelled"]
    assert not shop.peer.requests


def test_an_address_that_fails_holds_nothing_up(shop: Acme, ears: Peer) -> None:
    ears.script.extend([*[status(500)] * 20])
    first = shop.confirm()
    shop.send()
    assert exchange_of(first).status == "placed"


def test_gone_is_for_a_person(shop: Acme, ears: Peer) -> None:
    ears.script.extend([*[status(410)] * 10])
    first = shop.confirm()
    shop.send()
    assert {notice.state for notice in notices()} == {"failed"}
    assert "410" in (exchange_of(first).attention or "")


def test_nobody_is_told_where_nobody_asked(shop: Acme) -> None:
    shop.confirm()
    shop.send()
    assert notices() == []


def test_a_store_that_takes_its_address_away_is_not_told(shop: Acme, ears: Peer) -> None:
    shop.confirm()
    disconnect_store(shop.store_id, "webhook", shop.clock())
    shop.send()
    assert not ears.requests
    assert {notice.state for notice in notices()} == {"cancelled"}
