"""A refund due that policy leaves to the platform: paid back there once, and not at the provider as well."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import select, update

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.reasons import Reason
from app.models import Dispatch, DispatchState, Movement, Order, Purpose, db, writing
from app.services.baskets import VARIANT
from app.services.connector_settings import connect_store
from app.services.find_order import find_order
from app.services.moving import move_exchange
from app.services.parcels import mark_received
from app.services.platform_reading import Reader
from app.services.refreshing import refresh_for_look_up
from app.services.wishes import Wish
from tests.factories import NOW
from tests.faults.behaviours import status
from tests.faults.peer import Peer
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.medusa_store import EMAIL

TO_XL = Wish(Reason.TOO_LARGE, VARIANT, {"Size": "XL"})  # 2.00 cheaper
PAID_WITH = "past_1001"


@pytest.fixture
def both(store: Acme, reader: Reader, peer: Peer) -> Acme:
    """Medusa and a payment provider could both pay order 1001 back. The provider is `peer`, and down."""
    connect_store(
        store.connections,
        store.store_id,
        "cards",
        {"url": peer.url},
        "sk_1 whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        NOW,
    )
    peer.otherwise = status(503)
    refresh_for_look_up(reader, "1001", EMAIL, NOW)
    db.session.execute(
        update(Order).where(Order.id == find_order("1001", EMAIL)).values(payment_reference=PAID_WITH)
    )
    db.session.commit()
    return store


def cheaper(store: Acme, **policy: Any) -> int:
    store.set_policy(**policy)
    return store.confirm_order(find_order("1001", EMAIL), TO_XL)


def refunds(medusa: httpx2.Client) -> list[tuple[float, str]]:
    (paid, *_) = medusa.get("/medusa/admin/orders/order_001001").json()["order"]["payment_collections"]
    return [(float(each["amount"]), each["note"]) for each in paid["payments"][0]["refunds"]]


def owed(medusa: httpx2.Client) -> float:
    order = medusa.get("/medusa/admin/orders/order_001001").json()["order"]
    return float(order["summary"]["pending_difference"])


def ledger(exchange_id: int) -> list[tuple[str, int]]:
    db.session.rollback()
    rows = select(Movement.kind, Movement.amount).where(Movement.exchange_id == exchange_id)
    return [(kind, amount) for kind, amount in db.session.execute(rows.order_by(Movement.id))]


def queued(exchange_id: int) -> list[str]:
    wanted = (Purpose.REFUND, Purpose.PAY_BACK)
    rows = select(Dispatch.purpose).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose.in_(wanted))
    return list(db.session.scalars(rows))


def chosen_anew(exchange_id: int, refund_by: str) -> None:
    """Even a row changed by hand pays nothing twice."""
    exchange = exchange_of(exchange_id)
    exchange.quote_data = {**(exchange.quote_data or {}), "refund_by": refund_by}
    db.session.commit()


def note_of(exchange_id: int) -> str:
    return f"Evenly {exchange_of(exchange_id).reference}"


def test_medusa_pays_back_and_the_provider_is_not_asked(
    both: Acme, medusa: httpx2.Client, peer: Peer
) -> None:
    exchange_id = cheaper(both, refund_by="platform")
    both.send()
    chosen_anew(exchange_id, "gateway")
    mark_received(exchange_id, both.clock(), "carrier", both.clock())
    both.clock.forward(minutes=10)
    both.send()
    assert refunds(medusa) == [(2.0, note_of(exchange_id))]
    assert (owed(medusa), peer.requests) == (0.0, [])
    assert ledger(exchange_id) == [("refund_owed", 200), ("refunded", 200)]
    assert (queued(exchange_id), exchange_of(exchange_id).attention) == (["pay_back"], None)


def test_the_provider_pays_back_and_medusa_does_not(both: Acme, medusa: httpx2.Client, peer: Peer) -> None:
    exchange_id = cheaper(both)
    both.send()
    chosen_anew(exchange_id, "platform")
    mark_received(exchange_id, both.clock(), "carrier", both.clock())
    both.clock.forward(minutes=10)
    both.send()
    assert refunds(medusa) == []
    assert {heard.path for heard in peer.requests} == {f"/merchant/v1/payments/{PAID_WITH}/refund"}
    assert queued(exchange_id) == ["refund"]


def test_it_waits_for_the_goods_where_policy_says_so(both: Acme, medusa: httpx2.Client) -> None:
    exchange_id = cheaper(both, refund_by="platform", refund_when="received")
    both.send()
    assert refunds(medusa) == []
    mark_received(exchange_id, both.clock(), "carrier", both.clock())
    both.send()
    assert refunds(medusa) == [(2.0, note_of(exchange_id))]


@pytest.mark.parametrize(("kind", "step"), [("status", 0), ("lost_answer", 1)])
def test_a_lost_answer_pays_back_once(both: Acme, medusa: httpx2.Client, kind: str, step: int) -> None:
    exchange_id = cheaper(both, refund_by="platform", refund_when="received")
    both.send()
    for fault in [{"kind": "delay", "delay_ms": 1}] * step + [{"kind": kind}]:
        assert medusa.post("/faults", json={"system": "medusa"} | fault).status_code == 201
    mark_received(exchange_id, both.clock(), "carrier", both.clock())
    for _ in range(4):
        both.send()
        both.clock.forward(minutes=10)
    assert refunds(medusa) == [(2.0, note_of(exchange_id))]
    assert ledger(exchange_id) == [("refund_owed", 200), ("refunded", 200)]


def test_what_somebody_paid_back_in_medusa_is_left_to_a_person(both: Acme, medusa: httpx2.Client) -> None:
    exchange_id = cheaper(both, refund_by="platform", refund_when="received")
    both.send()
    by_hand = medusa.post("/medusa/admin/payments/pay_001001/refund", json={"amount": 2})
    assert by_hand.status_code == 200, by_hand.text
    mark_received(exchange_id, both.clock(), "carrier", both.clock())
    both.send()
    assert len(refunds(medusa)) == 1
    assert "Paying back at medusa: it was refused. the order in Medusa has only 0" in (
        exchange_of(exchange_id).attention or ""
    )
    assert [flag.of_kind for flag in exchange_of(exchange_id).open_flags] == [FlagKind.MONEY]


def test_an_exchange_that_was_cancelled_meanwhile_pays_nothing_back(
    both: Acme, medusa: httpx2.Client
) -> None:
    exchange_id = cheaper(both, refund_by="platform", refund_when="received")
    both.send()
    mark_received(exchange_id, both.clock(), "carrier", both.clock())
    with writing():
        move_exchange(exchange_of(exchange_id), Status.CANCELLED, "platform", both.clock())
    both.send()
    assert refunds(medusa) == []
    assert dispatch_of(exchange_id, Purpose.PAY_BACK).state == DispatchState.CANCELLED


def test_a_platform_that_pays_nothing_back_leaves_it_to_a_person(shop: Acme) -> None:
    shop.set_policy(refund_by="platform")
    cheap = Wish(Reason.DIFFERENT_COLOUR, VARIANT, {"Colour": "Moss", "Size": "M"})
    exchange_id = shop.confirm("AC-1001", cheap)
    shop.send()
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.PLACED
    assert "AC-1001 was paid with: optoro pays nothing back by itself." in (exchange.attention or "")
