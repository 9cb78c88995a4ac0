"""Placed in part, an agent sends the rest or gives it back; twice, and two of them at once, is once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import httpx2
import pytest
from flask import Flask
from sqlalchemy import func, select

from app.connectors.registry import LISTENERS
from app.domain.exchange_report import ExchangeReport
from app.models import (
    AuditEntry,
    Dispatch,
    DispatchState,
    ExchangeDecision,
    LineItem,
    Order,
    Purpose,
    db,
    store_scope,
)
from app.services.agent_decisions import CannotDecide, Decision
from app.services.cancelling_placed import cancelled_by_hand
from app.services.connector_settings import connect_store
from app.services.letters import facts_of
from app.services.mailing import MailKind, turn_on
from app.services.payment_ledger import movements_of
from app.services.rest_of_exchange import Rest, give_rest_back, rest_of, send_rest
from tests.factories import Bought, make_order
from tests.services.dispatch_cases import TO_CARD, TO_L, TO_XL, Acme, dispatch_of, exchange_of
from tests.services.mail_cases import letters
from tests.services.stateset_store import fail_the_call, found_by, shop, stateset, two_parkas

__all__ = ["shop", "stateset"]
ANA, BEN = Decision("agent:1", "It is back in stock"), Decision("agent:2", "They would rather keep it")
Act = Callable[[int, Decision, datetime], None]


def in_part(shop: Acme, stateset: httpx2.Client) -> int:
    """Two parkas, of which the XL was refused."""
    exchange_id = two_parkas(shop)
    fail_the_call(stateset, 6)
    shop.send()
    return exchange_id


def where(exchange_id: int) -> Rest | None:
    return rest_of(exchange_of(exchange_id), [dispatch_of(exchange_id)])


def child_of(exchange_id: int) -> Order:
    parent = exchange_of(exchange_id).order_id
    return db.session.scalars(select(Order).where(Order.parent_id == parent)).one()


def committed(exchange_id: int) -> list[int]:
    lines = select(LineItem.committed).where(LineItem.order_id == exchange_of(exchange_id).order_id)
    return list(db.session.scalars(lines.order_by(LineItem.position)))


def test_the_rest_is_sent_and_all_of_it_is_there(shop: Acme, stateset: httpx2.Client) -> None:
    exchange_id = in_part(shop, stateset)
    assert where(exchange_id) is Rest.OPEN
    for _ in range(2):
        send_rest(exchange_id, ANA, shop.clock())
    assert where(exchange_id) is Rest.UNDER_WAY
    assert exchange_of(exchange_id).attention is None
    shop.send()
    exchange = exchange_of(exchange_id)
    assert (where(exchange_id), exchange.attention) == (None, None)
    assert stateset.get("/ledger").json()["orders"] == 2
    lines = child_of(exchange_id).lines
    assert [(line.sku, line.quantity) for line in lines] == [
        ("RIDGE-PARKA-NAVY-L", 1), ("RIDGE-PARKA-NAVY-XL", 1),
    ]  # fmt: skip
    assert lines[1].platform_orders != [exchange.platform_order]
    assert found_by((lines[1].platform_orders or [""])[0]) == {exchange.order_id, child_of(exchange_id).id}
    assert found_by(lines[1].sku) == {child_of(exchange_id).id}
    assert [(each.kind, each.amount) for each in movements_of(exchange_id)] == [("owed", 0), ("owed", 1050)]
    kept = select(ExchangeDecision.act, ExchangeDecision.reason).where(
        ExchangeDecision.exchange_id == exchange_id
    )
    assert [tuple(row) for row in db.session.execute(kept)] == [("rest sent", ANA.reason)]


def test_refused_again_a_person_is_asked_again(shop: Acme, stateset: httpx2.Client) -> None:
    exchange_id = in_part(shop, stateset)
    send_rest(exchange_id, ANA, shop.clock())
    fail_the_call(stateset, 1)
    shop.send()
    assert where(exchange_id) is Rest.OPEN
    assert "only a part of it" in (exchange_of(exchange_id).attention or "")
    assert len(child_of(exchange_id).lines) == 1
    send_rest(exchange_id, ANA, shop.clock())
    stateset.post("/faults", json={"system": "stateset", "kind": "status", "status": 403})
    shop.send()
    assert dispatch_of(exchange_id).state == DispatchState.FAILED
    assert where(exchange_id) is Rest.OPEN
    send_rest(exchange_id, ANA, shop.clock())
    shop.send()
    assert (where(exchange_id), len(child_of(exchange_id).lines)) == (None, 2)


def test_units_of_one_line_grow_it(shop: Acme, stateset: httpx2.Client) -> None:
    bought = Bought(shop.parka["Navy / M"], quantity=3, product=38701, tax=1)
    exchange_id = shop.confirm_order(make_order(shop.store_id, bought), TO_XL, units=3)
    fail_the_call(stateset, 8)
    shop.send()
    (line,) = child_of(exchange_id).lines
    assert line.quantity == 1
    send_rest(exchange_id, ANA, shop.clock())
    shop.send()
    (line,) = child_of(exchange_id).lines
    message = dispatch_of(exchange_id).message["variants"][0]
    assert (line.quantity, line.product, line.discount, line.tax) == tuple(
        message[name] for name in ("quantity", "product", "discount", "tax")
    )
    assert len(set(line.platform_orders or [])) == 3


def test_given_back_the_units_are_free_and_stay_with_the_shopper(shop: Acme, stateset: httpx2.Client) -> None:
    exchange_id = in_part(shop, stateset)
    for _ in range(2):
        give_rest_back(exchange_id, BEN, shop.clock())
    exchange = exchange_of(exchange_id)
    assert (where(exchange_id), exchange.attention) == (None, None)
    assert committed(exchange_id) == [1, 0]
    assert [(each["units"], each["title"]) for each in exchange.given_back or []] == [(1, "Ridge Parka")]
    assert shop.send() == 0
    # Cancelled later, what is free already is not freed once more.
    cancelled_by_hand(exchange_id, BEN, shop.clock())
    assert committed(exchange_id) == [0, 0]


def test_the_shopper_is_written_to_once(shop: Acme, stateset: httpx2.Client) -> None:
    turn_on(db.engine)
    exchange_id = in_part(shop, stateset)
    for _ in range(2):
        give_rest_back(exchange_id, BEN, shop.clock())
    (told,) = letters(MailKind.PART_KEPT)
    assert told.message["facts"]["kept"] == ["1 × Ridge Parka"]
    later = facts_of(exchange_of(exchange_id), shop.clock())
    assert [item["arrives"] for item in later["items"]] == [["Ridge Parka, Navy · L"]]


def test_a_card_of_the_rest_is_given_back_with_it(shop: Acme, stateset: httpx2.Client) -> None:
    bought = [Bought(shop.parka["Navy / M"]), Bought(shop.parka["Navy / M"])]
    exchange_id = shop.confirm_order(make_order(shop.store_id, *bought), TO_L, TO_CARD)
    fail_the_call(stateset, 4)
    shop.send()
    give_rest_back(exchange_id, BEN, shop.clock())
    assert committed(exchange_id) == [1, 0]


def test_one_act_ends_the_other(shop: Acme, stateset: httpx2.Client) -> None:
    exchange_id = in_part(shop, stateset)
    send_rest(exchange_id, ANA, shop.clock())
    with pytest.raises(CannotDecide, match="is being sent"):
        give_rest_back(exchange_id, BEN, shop.clock())
    db.session.rollback()
    shop.send()
    with pytest.raises(CannotDecide, match="no rest of it is left"):
        give_rest_back(exchange_id, BEN, shop.clock())


def test_who_listens_hears_of_the_whole(shop: Acme, stateset: httpx2.Client) -> None:
    shop.listeners = LISTENERS
    settings = {"url": f"{str(stateset.base_url).rstrip('/')}/optoro", "optiturn_id": "acme"}
    connect_store(shop.connections, shop.store_id, "optoro-rmas", settings, None, shop.clock())
    exchange_id = in_part(shop, stateset)
    shop.clock.forward(hours=1)
    send_rest(exchange_id, ANA, shop.clock())
    shop.send()
    told = db.session.scalars(
        select(Dispatch)
        .where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.REPORT)
        .order_by(Dispatch.id)
    ).all()
    first, second = (ExchangeReport.from_data(each.message) for each in told)
    assert [len(each.order.variants) for each in (first, second)] == [1, 2]
    assert first.placed_at is not None
    assert second.placed_at is not None
    assert first.placed_at < second.placed_at


@pytest.mark.parametrize("acts", [(send_rest, send_rest), (give_rest_back,) * 2, (send_rest, give_rest_back)])
def test_two_agents_at_once(app: Flask, shop: Acme, stateset: httpx2.Client, acts: tuple[Act, Act]) -> None:
    exchange_id, now, together = in_part(shop, stateset), shop.clock(), Barrier(2)
    db.session.rollback()

    def press(act: Act, decision: Decision) -> str:
        with app.app_context(), store_scope(shop.store_id):
            together.wait(30)
            try:
                act(exchange_id, decision, now)
            except CannotDecide:
                return "refused"
            return act.__name__

    with ThreadPoolExecutor(2) as pool:
        answers = Counter(pool.map(press, acts, (ANA, BEN)))
    same = acts[0] is acts[1]
    assert answers["refused"] == (0 if same else 1)
    said = select(func.count(AuditEntry.id)).where(AuditEntry.act.in_(("rest sent", "rest given back")))
    assert db.session.scalar(said) == 1
    assert sum(committed(exchange_id)) == (1 if answers["give_rest_back"] else 2)
