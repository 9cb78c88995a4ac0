"""From the queue to the platform and back: every outcome, over real HTTP, on a real database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import Status
from app.models import AuditEntry, DispatchState, Exchange, db
from app.services import audit
from app.services.moving import move_exchange
from tests.factories import NOW
from tests.faults import behaviours as does
from tests.faults.peer import Peer
from tests.services.dispatch_cases import (
    TO_CARD,
    TO_XL,
    Acme,
    attempts_of,
    dispatch_of,
    exchange_of,
)


def cancel(exchange_id: int) -> None:
    move_exchange(db.session.get_one(Exchange, exchange_id), Status.CANCELLED, "shopper", NOW)
    db.session.commit()


def acts(exchange_id: int) -> list[str]:
    chain = f"exchange:{exchange_id}"
    assert audit.verify(chain).whole
    entries = select(AuditEntry.act).where(AuditEntry.chain == chain)
    return list(db.session.scalars(entries.order_by(AuditEntry.number)))


def test_a_confirmed_exchange_is_placed(shop: Acme, peer: Peer) -> None:
    exchange_id = shop.confirm("AC-1001", TO_XL, TO_CARD)
    shop.clock.forward(seconds=5)

    assert shop.send() == 1

    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    assert (exchange.platform_order, exchange.drift) == ("AC-1001-X1", 0)
    assert exchange.placed_at == NOW + timedelta(seconds=5)
    assert exchange.attention is None
    assert exchange.platform_reply == peer.orders["AC-1001"]
    assert exchange.occupies_order  # Optoro: one exchange order for each original order, for ever
    assert acts(exchange_id) == ["submitted", "approved", "placing", "placed"]


def test_what_was_sent_is_what_was_stored(shop: Acme, peer: Peer) -> None:
    exchange_id = shop.confirm()
    shop.send()
    dispatch = dispatch_of(exchange_id)
    (step,) = dispatch.steps
    (heard,) = peer.requests
    assert heard.body == step.body
    assert heard.path == "/merchant/exchange_orders"
    assert heard.headers["x-optiturn-id"] == "Modrno"
    assert ExchangeOrder.from_data(dispatch.message).transaction_id in step.body.decode()
    assert (dispatch.state, dispatch.finished_at) == (DispatchState.DELIVERED, NOW)
    (attempt,) = attempts_of(exchange_id)
    assert (attempt.outcome, attempt.status, attempt.number, attempt.worker) == (
        "delivered", 200, 1, "worker-1",
    )  # fmt: skip


def test_nothing_leaves_before_the_undo_window_is_over(shop: Acme, peer: Peer) -> None:
    shop.set_policy(undo_minutes=15)
    exchange_id = shop.confirm()
    shop.clock.forward(minutes=14, seconds=59)
    assert shop.send() == 0
    assert exchange_of(exchange_id).state is Status.SUBMITTED
    shop.clock.forward(seconds=1)
    assert shop.send() == 1
    assert len(peer.requests) == 1


def test_a_cancelled_exchange_is_not_sent(shop: Acme, peer: Peer) -> None:
    exchange_id = shop.confirm()
    cancel(exchange_id)
    shop.send()
    assert dispatch_of(exchange_id).state == DispatchState.CANCELLED
    assert exchange_of(exchange_id).state is Status.CANCELLED
    assert peer.requests == []


def test_a_definite_no_goes_to_a_person(shop: Acme, peer: Peer) -> None:
    envelope = b'{"message":"Validation Failed","errors":[{"field":"items[0].sku","code":"unknown_sku"}]}'
    peer.script.append(does.status(422, envelope))
    exchange_id = shop.confirm()

    shop.send()

    exchange, dispatch = exchange_of(exchange_id), dispatch_of(exchange_id)
    assert exchange.state is Status.IN_REVIEW
    assert exchange.attention == "The platform answered 422: Validation Failed; items[0].sku unknown sku."
    assert exchange.attention_since == NOW
    assert exchange.occupies_order
    assert (dispatch.state, dispatch.last_error) == (DispatchState.FAILED, exchange.attention)
    assert acts(exchange_id) == ["submitted", "approved", "placing", "flagged", "in_review"]
    shop.clock.forward(days=10)
    assert shop.send() == 0


FAULTS = {
    "AC-1": does.status(503),
    "AC-2": does.status(429),
    "AC-3": does.reset,
    "AC-4": does.lost_answer,
    "AC-5": does.breaks_off,
    "AC-6": does.says(b"", 502),
}


@pytest.mark.parametrize("number", FAULTS)
def test_what_did_not_get_through_is_sent_again_byte_for_byte(shop: Acme, peer: Peer, number: str) -> None:
    peer.script.append(FAULTS[number])
    exchange_id = shop.confirm(number)
    assert shop.send() == 1
    waiting = dispatch_of(exchange_id)
    assert waiting.state == DispatchState.WAITING
    assert waiting.due_at == NOW + timedelta(seconds=15)  # half of the first ceiling
    assert waiting.last_error
    assert exchange_of(exchange_id).state is Status.PLACING

    shop.clock.forward(seconds=15)
    assert shop.send() == 1

    assert exchange_of(exchange_id).state is Status.PLACED
    first, second = peer.requests
    assert first == second
    assert set(peer.orders) == {number}
    assert [attempt.number for attempt in attempts_of(exchange_id)] == [1, 2]


def test_retry_after_is_honoured(shop: Acme, peer: Peer) -> None:
    waits = {
        "120": timedelta(seconds=120),
        "Sun, 22 Nov 2026 13:00:00 GMT": timedelta(hours=1),
        "999999": timedelta(hours=24),
        "whenever": timedelta(seconds=15),
    }
    names = ["Retry-After"] * len(waits) + ["X-RateLimit-Retry-After"]
    asked = [*waits, "120"]
    peer.script.extend(does.status(429, b"", {name: text}) for name, text in zip(names, asked, strict=True))
    ids = [shop.confirm(f"AC-{number}") for number in range(len(asked))]
    shop.send()
    assert [dispatch_of(exchange_id).due_at - NOW for exchange_id in ids] == [waits[text] for text in asked]


def test_after_days_of_trying_a_person_is_asked(shop: Acme, peer: Peer) -> None:
    peer.otherwise = does.status(503)
    exchange_id = shop.confirm()
    while dispatch_of(exchange_id).state == DispatchState.WAITING:
        shop.clock.now = dispatch_of(exchange_id).due_at
        shop.send()

    dispatch, exchange = dispatch_of(exchange_id), exchange_of(exchange_id)
    assert dispatch.state == DispatchState.FAILED
    assert len(peer.requests) >= 10
    assert shop.clock.now - NOW >= timedelta(hours=72)
    assert exchange.state is Status.PLACING
    assert exchange.attention == (
        f"Given up after {len(peer.requests)} tries; the last: The platform answered 503."
    )
    assert len({heard.body for heard in peer.requests}) == 1


def test_without_a_connector_the_message_waits_and_a_person_is_asked(acme: int, peer: Peer) -> None:
    shop = Acme(acme, peer)
    exchange_id = shop.confirm()
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.attention == "Cannot be placed yet: the store is not connected to a platform."
    assert exchange.state is Status.PLACING

    shop.connect()
    shop.clock.forward(minutes=5)
    shop.send()

    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    assert (exchange.attention, exchange.attention_since) == (None, None)
    assert dispatch_of(exchange_id).system == "optoro"


def test_what_the_schema_refuses_never_leaves(shop: Acme, peer: Peer) -> None:
    exchange_id = shop.confirm()
    dispatch = dispatch_of(exchange_id)
    dispatch.message = dispatch.message | {"customer": dispatch.message["customer"] | {"email": ""}}
    db.session.commit()
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.IN_REVIEW
    assert exchange.attention == "The exchange order cannot be sent: customer, email is empty."
    assert peer.requests == []
    assert dispatch_of(exchange_id).steps == []
