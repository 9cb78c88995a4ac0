"""A difference that was paid is marked at the platform once, also where that is learnt late."""

from __future__ import annotations

import httpx2
from sqlalchemy import select

from app.connectors.moved import Moved
from app.domain.exchange_status import Status
from app.domain.payment import MoneyAct, MoneyMove
from app.models import Dispatch, DispatchState, Payment, PaymentState, Purpose, db
from app.services.find_order import find_order
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up
from app.services.settling_at_platform import enqueue_settlement
from app.services.work_money import take_moved
from tests.factories import NOW
from tests.services.dispatch_cases import TO_XL as PARKA_XL
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.medusa_store import EMAIL, TO_L
from tests.services.placed_at_medusa import cancel, owed, placed, second_goes_wrong

__all__ = ["placed"]


def test_a_difference_that_was_paid_is_marked_there_once(
    store: Acme, medusa: httpx2.Client, placed: int
) -> None:
    assert owed(medusa) == 5.0
    for _ in range(2):
        assert enqueue_settlement(exchange_of(placed), NOW)
        db.session.commit()
        store.send()
    assert owed(medusa) == 0.0
    told = dispatch_of(placed, Purpose.SETTLE)
    assert told.state == DispatchState.DELIVERED
    noted = told.message["noted"]["payment_collection_id"]
    assert (told.result or {})["payment_collection"] == noted
    assert exchange_of(placed).attention is None


def paid(exchange_id: int, state: PaymentState) -> Payment:
    """A payment of the 5.00 that are owed."""
    captured = 500 if state is PaymentState.CAPTURED else 0
    payment = Payment(
        store_id=db.session.info["store_id"],
        exchange_id=exchange_id,
        attempt=1,
        gateway="cards",
        key="a key",
        amount=500,
        currency="USD",
        state=state,
        wish={},
        payment="pay_1",
        captured=captured,
        created_at=NOW,
        expires_at=NOW,
    )
    db.session.add(payment)
    db.session.commit()
    return payment


def test_what_was_paid_before_is_marked_once_it_is_placed(
    store: Acme, medusa: httpx2.Client, reader: Reader
) -> None:
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    exchange_id = store.confirm_order(find_order("1001", EMAIL), TO_L)
    paid(exchange_id, PaymentState.CAPTURED)
    store.send()
    assert exchange_of(exchange_id).state is Status.PLACED
    assert (owed(medusa), dispatch_of(exchange_id, Purpose.SETTLE).state) == (0.0, DispatchState.DELIVERED)


def test_what_is_taken_after_placing_is_marked_then(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    payment = paid(placed, PaymentState.AUTHORISED)
    key, reference = "acme:1001:0:capture:1", exchange_of(placed).reference or ""
    move = MoneyMove(MoneyAct.CAPTURE, key, "pay_1", 500, "USD", "acme", reference, "1001")
    take_moved(exchange_of(placed), db.session.merge(payment), move, Moved("cap_1", 500), NOW)
    db.session.commit()
    store.send()
    assert (owed(medusa), dispatch_of(placed, Purpose.SETTLE).state) == (0.0, DispatchState.DELIVERED)


def test_a_lost_answer_to_the_payment_is_looked_up(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    enqueue_settlement(exchange_of(placed), NOW)
    db.session.commit()
    second_goes_wrong(medusa, "lost_answer")
    for _ in range(3):
        store.send()
        store.clock.forward(minutes=10)
    assert owed(medusa) == 0.0
    assert dispatch_of(placed, Purpose.SETTLE).state == DispatchState.DELIVERED


def test_a_platform_that_shows_nothing_as_owed_is_not_told(shop: Acme) -> None:
    exchange_id = shop.confirm("AC-1001", PARKA_XL)
    shop.send()
    assert not enqueue_settlement(exchange_of(exchange_id), NOW)
    assert db.session.scalar(select(Dispatch.id).where(Dispatch.purpose == Purpose.SETTLE)) is None


def test_the_cancellation_waits_for_the_payment(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    enqueue_settlement(exchange_of(placed), NOW)
    db.session.commit()
    cancel(store, placed)
    dispatch_of(placed, Purpose.SETTLE).due_at = NOW.replace(year=NOW.year + 1)
    db.session.commit()
    store.send()
    assert dispatch_of(placed, Purpose.CANCEL).state == DispatchState.WAITING
    assert exchange_of(placed).state is Status.PLACED
    dispatch_of(placed, Purpose.SETTLE).due_at = NOW
    db.session.commit()
    for _ in range(3):
        store.clock.forward(minutes=2)
        store.send()
    assert dispatch_of(placed, Purpose.SETTLE).state == DispatchState.DELIVERED
    assert exchange_of(placed).state is Status.CANCELLED
