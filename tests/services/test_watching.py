"""What a platform is seen to have done with a placed exchange: told once, by looks that grow rarer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.news import News, NewsKind
from app.models import DispatchState, Order, Purpose, db
from app.queries.connectors import connector_states
from app.services.cancelling_placed import cancel_placed
from app.services.dispatch_claims import claim_due
from app.services.dispatch_recovery import CannotRecover, retry
from app.services.exchange_news import take_news
from app.services.find_order import find_order
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up, refresh_for_order
from app.services.watching import LEAST, MOST, QUIET_FOR, watch_placed
from tests.factories import NOW
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.medusa_store import EMAIL, LATER, TO_L, asked, connect
from tests.services.placed_at_medusa import SAM
from tests.services.watch_cases import ORDER, acts, look, packed, placed, posted, received, sent, there

__all__ = ["placed"]


def test_parcels_are_told_of_as_medusa_has_them_until_it_is_complete(
    store: Acme, medusa: httpx2.Client, placed: int
) -> None:
    look(store)
    assert (exchange_of(placed).state, acts(placed)) == (Status.PLACED, [])
    parcel = packed(medusa, placed)
    look(store)
    assert exchange_of(placed).state is Status.PLACED  # packed is not on its way
    sent(medusa, parcel, "1Z 999", "1Z 998")
    look(store)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.tracking_number) == (Status.SHIPPED, "1Z 999, 1Z 998")
    received(medusa, placed)
    posted(medusa, f"{ORDER}/fulfillments/{parcel}/mark-as-delivered", {})
    look(store)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.attention) == (Status.COMPLETED, None)
    assert acts(placed) == ["shipped", "parcel received", "delivered"]
    watch, requests = dispatch_of(placed, Purpose.WATCH), len(asked(medusa))
    assert (watch.state, watch.finished_at) == (DispatchState.DELIVERED, store.clock())
    look(store)
    assert len(asked(medusa)) == requests


def test_what_the_shop_cancels_in_medusa_ends_here(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    assert medusa.post("/faults", json={"system": "medusa", "kind": "status", "status": 403}).is_success
    cancel_placed(store.connections, placed, SAM, NOW)
    store.send()
    assert "Cancelling at medusa: it was refused." in (exchange_of(placed).attention or "")
    posted(medusa, f"/medusa/admin/exchanges/{there(placed, 'exchange_id')}/cancel", {})
    look(store)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.attention, exchange.occupies_order) == (Status.CANCELLED, None, False)
    assert acts(placed) == ["cancelled"]
    assert dispatch_of(placed, Purpose.WATCH).state == DispatchState.DELIVERED
    again = store.confirm_order(exchange.order_id, TO_L)
    store.send()
    assert exchange_of(again).state is Status.PLACED
    assert watch_placed(store.clock()) == 1


def test_units_that_come_back_one_by_one_are_all_back_in_the_end(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = store.confirm_order(find_order("1001", EMAIL), TO_L, units=2)
    store.send()
    assert watch_placed(NOW) == 1
    for told in (["parcel in transit"], ["parcel in transit", "parcel received"]):
        received(medusa, exchange_id)
        look(store)
        assert acts(exchange_id) == told
    path = f"/medusa/admin/returns/{there(exchange_id, 'return_id')}"
    assert medusa.get(f"{path}?fields=status").json()["return"]["status"] == "partially_received"
    assert exchange_of(exchange_id).attention is None


def test_damaged_goods_are_for_a_person(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    received(medusa, placed, "dismiss-items")
    for _ in range(2):
        look(store)
    exchange = exchange_of(placed)
    assert exchange.parcel_received_at is None
    assert [(flag.of_kind, flag.words.rpartition(": ")[2]) for flag in exchange.flags] == [
        (FlagKind.WRONG_RETURN, "1 × TEE-S came damaged")
    ]


@pytest.mark.parametrize(
    ("call", "fault"),
    [
        (1, {"kind": "reset"}),
        (2, {"kind": "malformed"}),
        (2, {"kind": "status", "status": 500}),
        (1, {"kind": "status", "status": 401}),
    ],
    ids=str,
)
def test_a_look_that_goes_wrong_is_one_look_less(
    store: Acme, medusa: httpx2.Client, placed: int, call: int, fault: dict[str, Any]
) -> None:
    sent(medusa, packed(medusa, placed), "1Z 999")
    first = [{"kind": "delay", "delay_ms": 1}] * (call - 1)
    for each in (*first, fault):
        assert medusa.post("/faults", json={"system": "medusa"} | each).status_code == 201
    for _ in range(3):
        look(store)
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.tracking_number, exchange.attention) == (Status.SHIPPED, "1Z 999", None)
    watch = dispatch_of(placed, Purpose.WATCH)
    assert (watch.state, watch.last_error, len(watch.steps)) == (DispatchState.WAITING, None, 2)


def test_what_was_seen_before_does_not_undo_newer_news(
    store: Acme, medusa: httpx2.Client, placed: int
) -> None:
    sent(medusa, packed(medusa, placed), "OLD")
    look(store)
    news = News(NewsKind.SHIPPED, tracking_number="NEW")
    take_news(exchange_of(placed).reference or "", news, "webhook", store.clock())
    for _ in range(2):
        look(store)
    assert (exchange_of(placed).tracking_number, acts(placed)) == ("NEW", ["shipped", "parcel told"])


def due_in(store: Acme, exchange_id: int) -> timedelta:
    return dispatch_of(exchange_id, Purpose.WATCH).due_at - store.clock()


def test_looks_grow_rarer_and_end(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    assert due_in(store, placed) == LEAST
    waits = list[timedelta]()
    while (wait := due_in(store, placed)) < MOST:
        waits.append(wait)
        store.clock.now += wait
        store.send()
    assert waits == sorted(waits)
    assert 10 < len(waits) < 30
    store.clock.now = NOW + QUIET_FOR + timedelta(seconds=1)
    before = len(asked(medusa))
    store.send()
    assert dispatch_of(placed, Purpose.WATCH).state == DispatchState.DELIVERED
    assert (len(asked(medusa)), watch_placed(store.clock())) == (before, 0)


def test_a_look_waits_behind_everything_else_and_is_no_work_that_waits(store: Acme, placed: int) -> None:
    assert [state.waiting for state in connector_states()] == [0]
    with pytest.raises(CannotRecover, match="nothing of it has failed"):
        retry(store.connections, placed, SAM, NOW)
    store.clock.forward(days=1)
    cancel = dispatch_of(placed, Purpose.PLACE)
    cancel.state, cancel.due_at = DispatchState.WAITING, store.clock()
    db.session.commit()
    (claim,) = claim_due("worker-1", 1, store.clock())
    assert claim.dispatch_id == dispatch_of(placed, Purpose.PLACE).id


def test_a_store_that_is_told_otherwise_need_not_look(
    store: Acme, medusa: httpx2.Client, placed: int
) -> None:
    connect(store, f"{str(medusa.base_url).rstrip('/')}/medusa", watch="no")
    before = len(asked(medusa))
    look(store)
    assert (len(asked(medusa)), dispatch_of(placed, Purpose.WATCH).state) == (before, DispatchState.WAITING)


def test_a_parcel_of_an_exchange_says_nothing_of_the_order_it_came_from(
    store: Acme, medusa: httpx2.Client, reader: Reader, placed: int
) -> None:
    exchange = exchange_of(placed)
    order_id, bought = exchange.order_id, exchange.order.delivered_at
    assert bought is not None
    sent(medusa, packed(medusa, placed))
    exchange.occupies_order = False
    db.session.commit()
    assert refresh_for_order(reader, order_id, LATER)
    db.session.rollback()
    assert db.session.get_one(Order, order_id).delivered_at == bought
