"""Exchanges of one bought order at Medusa, where it and what came of it are one: one after the other."""

from __future__ import annotations

from datetime import timedelta

import httpx2
from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Order, db
from app.services.dispatching import make_ready, record_sent, send_ready
from tests.factories import NOW, Bought, make_order
from tests.services.dispatch_cases import TO_L, TO_XL, Acme, dispatch_of, exchange_of
from tests.services.test_dispatch_medusa import configure, medusa, sandbox, store
from tests.services.test_dispatch_together import claims_of

__all__ = ["medusa", "sandbox", "store"]


def two_at_once(store: Acme, medusa: httpx2.Client) -> tuple[int, int]:
    """Order 7 of two parkas: one is exchanged and there; that one and the other are confirmed at once."""
    item = {"variant_id": "RIDGE-PARKA-0", "quantity": 2}
    configure(medusa, orders=[{"display_id": 7, "email": "ada@example.com", "items": [item]}])
    parkas = Bought(store.parka["Navy / M"], product=25800, quantity=2)
    order_id = make_order(store.store_id, parkas, number="7", platform_id="order_000007")
    first = store.confirm_order(order_id, TO_L)
    store.send()
    through = exchange_of(first)
    through.status, through.occupies_order = Status.COMPLETED, False
    child = db.session.scalars(select(Order).where(Order.number == "7-E1")).one()
    child.shipped_at = child.delivered_at = NOW
    child.lines[0].shipped = 1
    db.session.commit()
    line = medusa.get("/medusa/admin/orders/order_000007").json()["order"]["items"][-1]["id"]
    body = {"location_id": "sloc_harbour", "items": [{"id": line, "quantity": 1}]}
    assert medusa.post("/medusa/admin/orders/order_000007/fulfillments", json=body).status_code == 200
    return store.confirm_order(child.id, TO_XL), store.confirm_order(order_id, TO_L)


def test_of_two_that_are_due_together_the_older_goes_first(store: Acme, medusa: httpx2.Client) -> None:
    older, younger = two_at_once(store, medusa)
    ready = make_ready(store.dispatcher(), claims_of(store))
    assert [claim.exchange_id for claim in ready] == [older]
    waiting = dispatch_of(younger)
    assert (waiting.leased_until, waiting.tries, waiting.steps) == (None, 0, [])
    assert exchange_of(younger).state is Status.SUBMITTED
    both_are_placed(store, older, younger)


def test_who_has_begun_goes_on_before_an_older_one(store: Acme, medusa: httpx2.Client) -> None:
    older, younger = two_at_once(store, medusa)
    dispatch_of(older).due_at = store.clock() + timedelta(seconds=10)
    db.session.commit()
    dispatcher = store.dispatcher()
    ready = make_ready(dispatcher, claims_of(store))
    assert [claim.exchange_id for claim in ready] == [younger]
    store.clock.now += timedelta(seconds=10)
    assert make_ready(dispatcher, claims_of(store)) == {}
    record_sent(dispatcher, {claim: send_ready(dispatcher, claim, each) for claim, each in ready.items()})
    both_are_placed(store, older, younger)


def both_are_placed(store: Acme, *exchanges: int) -> None:
    for _ in range(4):
        store.clock.now += timedelta(minutes=2)
        store.send()
    assert [exchange_of(each).state for each in exchanges] == [Status.PLACED] * len(exchanges)
    assert [exchange_of(each).attention for each in exchanges] == [None] * len(exchanges)
