"""Exchanges that the demo's shop placed before anybody came, made by the shopper's own steps.

They go through choosing and confirming like any other, dated back; only the platform's answer is
made up here, so that the sandbox's ledger holds nothing but what was sent to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from app.cli.demo.tables import DemoOrder, Exchanged
from app.connectors.results import Placed
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import Status
from app.domain.reasons import Reason
from app.models import Dispatch, DispatchState, Exchange, Order, Purpose, db, writing
from app.services.baskets import VARIANT, load_basket
from app.services.dispatch_endings import finish
from app.services.draft_exchange import choose_items, choose_replacement, live_exchange_of, open_draft
from app.services.find_order import order_by_number
from app.services.moving import move_exchange
from app.services.placed_orders import expected_total, record_placed
from app.services.quotes import quote
from app.services.search_keys import index_placed
from app.services.submit_exchange import Confirmation, submit
from app.services.wishes import Wish

SHOPPER, PLATFORM = "shopper", "demo"
PACKING = timedelta(days=2)


def child_number(number: str) -> str:
    """What the sandbox calls the exchange order of this order."""
    return f"{number}-X1"


def place_earlier_exchange(order: DemoOrder, done: Exchanged, now: datetime) -> None:
    """Exchange the order's first line as its table says; what was done before is not done again."""
    then = now - timedelta(days=done.confirmed)
    order_id = order_by_number(order.number)
    if live_exchange_of(order_id) is None:
        _confirm(order_id, done, then)
    _answer(order_id, child_number(order.number), then)
    if done.delivered is not None:
        _deliver(order_id, child_number(order.number), then + PACKING, now - timedelta(days=done.delivered))


def _confirm(order_id: int, done: Exchanged, then: datetime) -> None:
    """Choose and confirm as a shopper did at that time."""
    public_id = open_draft(order_id, PLATFORM, then)
    draft_id = db.session.scalars(select(Exchange.id).where(Exchange.public_id == public_id)).one()
    line = load_basket(draft_id, then).order.lines[0]
    choose_items(draft_id, {line.id: 1}, then)
    basket = load_basket(draft_id, then)
    wish = Wish(Reason(done.reason), VARIANT, _options(basket.variants[line.variant_id or 0].options, done))
    choose_replacement(draft_id, basket.items[0].id, wish, then)
    seen = quote(load_basket(draft_id, then))
    submit(Confirmation(draft_id, seen.version if seen else "", SHOPPER), then)


def _options(bought: tuple[tuple[str, str], ...], done: Exchanged) -> Mapping[str, str]:
    return dict(zip([name for name, _ in bought], done.values, strict=True))


def _answer(order_id: int, number: str, then: datetime) -> None:
    """Take down what the platform would have said, unless it was asked: a worker may be running."""
    with writing():
        exchange, dispatch = _exchange(order_id), _dispatch(order_id)
        if exchange.state is not Status.SUBMITTED or dispatch.fence:
            return
        message = ExchangeOrder.from_data(dispatch.message)
        for step in (Status.APPROVED, Status.PLACING):
            move_exchange(exchange, step, PLATFORM, then)
        record_placed(exchange, message, _placed(message, number), PLATFORM, then)
        index_placed()
        finish(dispatch, DispatchState.DELIVERED, then)


def _placed(message: ExchangeOrder, number: str) -> Placed:
    total = expected_total(message)
    product = sum(line.product for line in message.variants)
    tax = sum(line.tax for line in message.variants)
    reply = {
        "order_identifier": number,
        "total_amount_cents": total,
        "product_amount_cents": product,
        "tax_amount_cents": tax,
    }
    return Placed(number, total, product, tax, reply)


def _deliver(order_id: int, number: str, shipped: datetime, arrived: datetime) -> None:
    """Let what was sent out arrive, so that it can be exchanged in turn."""
    with writing():
        exchange = _exchange(order_id)
        if exchange.state is not Status.PLACED:
            return
        move_exchange(exchange, Status.SHIPPED, PLATFORM, shipped)
        move_exchange(exchange, Status.COMPLETED, PLATFORM, arrived)
        child = db.session.get_one(Order, order_by_number(number))
        child.shipped_at, child.delivered_at = shipped, arrived
        for line in child.lines:
            line.shipped = line.quantity


def _exchange(order_id: int) -> Exchange:
    return db.session.scalars(
        select(Exchange).where(Exchange.order_id == order_id, Exchange.occupies_order)
    ).one()


def _dispatch(order_id: int) -> Dispatch:
    exchange = _exchange(order_id)
    placing = select(Dispatch).where(Dispatch.exchange_id == exchange.id, Dispatch.purpose == Purpose.PLACE)
    return db.session.scalars(placing).one()
