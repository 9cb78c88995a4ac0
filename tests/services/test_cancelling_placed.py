"""An agent cancels what was placed: the platform first, then all of it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import httpx2
import pytest
from flask import Flask
from sqlalchemy import select

from app.domain.exchange_status import PLACED_ONCE, Status
from app.domain.flags import TOLD_CANCELLED
from app.models import AuditEntry, DispatchState, ExchangeDecision, LineItem, Order, Purpose, db
from app.services.agent_decisions import CannotDecide
from app.services.cancelling_placed import cancel_placed, cancelled_by_hand
from app.services.dispatch_claims import claim_due
from app.services.dispatching import make_ready, record_sent, send_ready
from app.services.overriding import Person
from app.services.parcels import mark_received
from app.services.tracking import mark_shipped
from tests.factories import NOW
from tests.services.dispatch_cases import TO_XL as PARKA_XL
from tests.services.dispatch_cases import Acme, dispatch_of, exchange_of
from tests.services.medusa_store import TO_L
from tests.services.placed_at_medusa import SAM, cancel, owed, placed, second_goes_wrong, skus

__all__ = ["placed"]


def committed() -> int:
    db.session.rollback()
    return db.session.scalars(select(LineItem.committed).where(LineItem.platform_id == "ordli_1001_1")).one()


def test_it_is_taken_back_there_and_then_ends_here(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    cancel(store, placed)
    assert exchange_of(placed).state is Status.PLACED  # until Medusa says yes
    store.send()
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.attention, exchange.occupies_order) == (Status.CANCELLED, None, False)
    assert (exchange.decided_by, exchange.rma_closed_at) == ("sam", NOW)
    assert (skus(medusa), owed(medusa), committed()) == (["TEE-S"], 0.0, 0)
    child = db.session.scalars(select(Order).where(Order.number == exchange.platform_order)).one()
    assert child.cancelled
    again = store.confirm_order(exchange.order_id, TO_L)  # the order can be exchanged anew
    store.send()
    assert exchange_of(again).state is Status.PLACED


def test_it_is_asked_within_the_limit_of_ones_role(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    store.set_policy(exception_limit_agent=1, exception_limit_lead=1_000_000)
    for role in ("agent", "lead"):
        by = replace(SAM, person=Person(1, role))
        if role == "agent":
            with pytest.raises(CannotDecide, match="worth more than you may approve"):
                cancel_placed(store.connections, placed, by, store.clock())
            store.send()
            assert exchange_of(placed).state is Status.PLACED
        else:
            cancel_placed(store.connections, placed, by, store.clock())
            store.send()
            assert exchange_of(placed).state is Status.CANCELLED


def test_pressed_twice_it_is_asked_once(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    cancel(store, placed)
    cancel(store, placed)
    store.send()
    cancel(store, placed)
    store.send()
    cancels = [
        entry["path"]
        for entry in medusa.get("/ledger").json()["requests"]
        if entry["method"] == "POST" and entry["path"].endswith("/cancel")
    ]
    assert len(cancels) == 1
    assert len(db.session.scalars(select(ExchangeDecision)).all()) == 1
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.act == "cancelling")).all()) == 1
    assert exchange_of(placed).state is Status.CANCELLED


@pytest.mark.parametrize("kind", ["lost_answer", "reset", "status"])
def test_a_lost_answer_is_looked_up(store: Acme, medusa: httpx2.Client, placed: int, kind: str) -> None:
    cancel(store, placed)
    second_goes_wrong(medusa, kind)
    for _ in range(5):
        store.send()
        store.clock.forward(minutes=10)
    assert exchange_of(placed).state is Status.CANCELLED
    assert skus(medusa) == ["TEE-S"]


def test_a_no_goes_to_a_person_and_nothing_ends(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    cancel(store, placed)
    fault = {"system": "medusa", "kind": "status", "status": 401}
    assert medusa.post("/faults", json=fault).status_code == 201
    store.send()
    exchange = exchange_of(placed)
    assert (exchange.state, committed()) == (Status.PLACED, 1)
    assert "Cancelling at medusa: it was refused." in (exchange.attention or "")
    cancel(store, placed)  # once that is set right
    store.send()
    exchange = exchange_of(placed)
    assert (exchange.state, exchange.attention) == (Status.CANCELLED, None)


def test_what_was_shipped_meanwhile_is_not_cancelled(store: Acme, medusa: httpx2.Client, placed: int) -> None:
    cancel(store, placed)
    mark_shipped(placed, NOW, "warehouse", NOW)
    store.send()
    exchange = exchange_of(placed)
    assert (exchange.state, skus(medusa)) == (Status.SHIPPED, ["TEE-S", "TEE-L"])
    assert "Cancelling came too late" in (exchange.attention or "")
    with pytest.raises(CannotDecide, match="is shipped"):
        cancel(store, placed)


@pytest.mark.parametrize(
    ("meanwhile", "trouble"),
    [(mark_received, "its parcel has come back already"), (mark_shipped, "is shipped")],
)
def test_a_yes_that_comes_too_late_is_kept_and_a_person_decides(
    store: Acme, medusa: httpx2.Client, placed: int, meanwhile: Callable[..., None], trouble: str
) -> None:
    """Medusa has cancelled it while its parcel came back, or went out: both are so, and neither is lost."""
    cancel(store, placed)
    dispatcher, answered = store.dispatcher(), False
    while not answered:
        (claim,) = claim_due("worker-1", 1, store.clock())
        (ready,) = make_ready(dispatcher, [claim]).values()
        result = send_ready(dispatcher, claim, ready)
        answered = ready.request.url.endswith("/cancel")
        if answered:
            meanwhile(placed, NOW, "warehouse", NOW)
        record_sent(dispatcher, {claim: result})
    store.send()
    assert (committed(), skus(medusa)) == (1, ["TEE-S"])
    assert dispatch_of(placed, Purpose.CANCEL).state == DispatchState.DELIVERED
    exchange = exchange_of(placed)
    assert exchange.state in PLACED_ONCE
    (flag,) = exchange.open_flags
    assert flag.words.startswith(f"{TOLD_CANCELLED}, but {exchange.reference}")
    assert trouble in flag.words


def test_what_came_back_or_was_exchanged_in_turn_stands(store: Acme, placed: int) -> None:
    mark_received(placed, NOW, "warehouse", NOW)
    with pytest.raises(CannotDecide, match="its parcel has come back already"):
        cancel(store, placed)


def test_what_was_exchanged_in_turn_is_cancelled_from_its_end(store: Acme, placed: int) -> None:
    child = db.session.scalars(select(Order).where(Order.number == exchange_of(placed).platform_order)).one()
    child.shipped_at = child.delivered_at = NOW
    child.lines[0].shipped = 1
    db.session.commit()
    store.confirm_order(child.id, replace(TO_L, options={"Size": "M"}))
    with pytest.raises(CannotDecide, match="was exchanged in turn"):
        cancel(store, placed)


def test_a_platform_that_takes_nothing_back_is_told_by_hand(shop: Acme) -> None:
    exchange_id = shop.confirm("AC-1001", PARKA_XL)
    shop.send()
    with pytest.raises(CannotDecide, match="optoro takes nothing back by itself"):
        cancel_placed(shop.connections, exchange_id, SAM, NOW)
    for _ in range(2):
        cancelled_by_hand(exchange_id, SAM, NOW)
    exchange = exchange_of(exchange_id)
    assert exchange.state is Status.CANCELLED
    assert exchange.occupies_order  # Optoro takes one exchange of an order, ever


def test_it_is_said_at_the_command_line(app: Flask, shop: Acme) -> None:
    exchange_id = shop.confirm("AC-1001", PARKA_XL)
    shop.send()
    reference = exchange_of(exchange_id).reference or ""
    db.session.rollback()
    told = ["--by", "sam", "--reason", "wrong size", "--store", "acme"]
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["exchange", "cancel", reference, *told])
    assert (refused.exit_code, "takes nothing back by itself" in refused.stderr) == (2, True)
    done = runner.invoke(args=["exchange", "cancel", reference, *told, "--done-there"])
    assert done.stdout == f"{reference} is cancelled.\n"
