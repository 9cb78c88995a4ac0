"""Telling others of an exchange: what is told, and queueing it once the exchange is placed.

Each listener has a dispatch of its own, so that one that fails holds up nobody. What becomes of such a
dispatch is `app.services.work_reporting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_report import Direction, ExchangeReport, MoneyMoved, ParcelLeg, PaymentUsed
from app.domain.idempotency import dispatch_key
from app.domain.partly_placed import PlacedPart
from app.models import (
    GOOD,
    Dispatch,
    DispatchState,
    Exchange,
    MovementKind,
    Payment,
    Purpose,
    Store,
    db,
)
from app.services.connected_systems import following_systems, listening_systems, shipping_following_systems
from app.services.payment_ledger import movements_of, payments_of

PART = "part"  # in the result of a placing
SHIPPED = "shipped"


def enqueue_reports(
    exchange: Exchange, message: ExchangeOrder, now: datetime, part: PlacedPart | None = None
) -> None:
    """One dispatch for each listener of the store, within the caller's transaction."""
    for system in listening_systems():
        report = report_of(exchange, message, part)
        db.session.add(telling(exchange, report, Purpose.REPORT, system, due_at=now, now=now))


def enqueue_parcel_news(exchange: Exchange, placing: Dispatch, now: datetime) -> None:
    """One more for each listener that follows the parcel of a placed exchange; the same news only once."""
    for system in following_systems():
        report = replace(as_placed(exchange, placing), parcel_noted_at=now)
        again = telling(exchange, report, Purpose.REPORT, system, due_at=now, now=now, news=report.parcel)
        db.session.add(again)


def enqueue_shipping_news(exchange: Exchange, placing: Dispatch, at: datetime, now: datetime) -> None:
    """One more for each listener that hears when what goes out has left the shop."""
    for system in shipping_following_systems():
        report = replace(as_placed(exchange, placing), shipped_at=at)
        again = telling(exchange, report, Purpose.REPORT, system, due_at=now, now=now, news=SHIPPED)
        db.session.add(again)


def enqueue_cancelling_news(exchange: Exchange, message: ExchangeOrder, now: datetime) -> None:
    """Those who follow the parcel hear that none is to come, as what was placed was taken back."""
    for system in following_systems():
        report = replace(report_of(exchange, message), cancelled_at=now)
        news = str(exchange.state)
        db.session.add(telling(exchange, report, Purpose.REPORT, system, due_at=now, now=now, news=news))


def report_of(exchange: Exchange, message: ExchangeOrder, part: PlacedPart | None = None) -> ExchangeReport:
    """What is told of this submitted exchange, as it stands; of `part` alone where no more was placed."""
    frozen, payments = exchange.quote, payments_of(exchange.id)
    due, back = exchange.amount_due or 0, exchange.refund_due or 0
    return ExchangeReport(
        order=part.of(message) if part else message,
        submitted_at=exchange.submitted_at or exchange.created_at,
        platform_order=exchange.platform_order or "",
        placed_at=exchange.placed_at,
        amount_due=part.owed(due) if part else due,
        refund_due=part.refunded(back) if part else back,
        card_total=0 if part else exchange.card_total or 0,
        forfeited=frozen.forfeited if frozen else 0,
        payment=_payment_used(payments),
        parcel=_leg_of(exchange),
        moved=_taken_already(exchange, payments),
    )


def as_placed(exchange: Exchange, placing: Dispatch) -> ExchangeReport:
    """What is told of it, of the placed part alone where no more was placed."""
    kept = (placing.result or {}).get(PART)
    part = PlacedPart.from_data(kept) if kept else None
    return report_of(exchange, ExchangeOrder.from_data(placing.message), part)


def _payment_used(payments: Sequence[Payment]) -> PaymentUsed | None:
    """What the amount due was paid with, as far as the provider says."""
    good = next((each for each in payments if each.standing in GOOD), None)
    return PaymentUsed(gateway=good.gateway, gateway_reference=good.payment or "") if good else None


def _taken_already(exchange: Exchange, payments: Sequence[Payment]) -> MoneyMoved | None:
    """What was taken by now and is not to be given back; of one payment, as no two are ever good."""
    paid = next((each for each in payments if each.standing in GOOD and each.captured), None)
    if paid is None:
        return None
    amount = paid.captured if exchange.final_due is None else min(paid.captured, exchange.final_due)
    lines = (line for line in movements_of(exchange.id) if line.payment_id == paid.id)
    line = next((line for line in lines if line.kind == MovementKind.CAPTURED), None)
    if line is None or amount <= 0:
        return None
    return MoneyMoved(Direction.TAKEN, amount, line.at, "", paid.gateway, paid.payment or "")


def _leg_of(exchange: Exchange) -> ParcelLeg:
    if exchange.parcel_received_at:
        return ParcelLeg.RECEIVED
    return ParcelLeg.IN_TRANSIT if exchange.parcel_seen_at else ParcelLeg.EXPECTED


def telling(
    exchange: Exchange,
    report: ExchangeReport,
    purpose: Purpose,
    system: str,
    *,
    due_at: datetime,
    now: datetime,
    news: str = "",
) -> Dispatch:
    """A dispatch of this report to one system, not yet added to the session.

    `news` is what tells it from an earlier one of this purpose to the same system.
    """
    slug = db.session.get_one(Store, exchange.store_id).slug
    part = f"{system}:{news}" if news else system
    key = dispatch_key(slug, exchange.order.number, exchange.generation or 0, purpose, part)
    return Dispatch(
        store_id=exchange.store_id,
        exchange_id=exchange.id,
        system=system,
        purpose=purpose,
        key=key,
        message=report.to_data(),
        state=DispatchState.WAITING,
        due_at=due_at,
        created_at=now,
    )
