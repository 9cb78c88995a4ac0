"""When the worker compares an exchange's books: what is under way often, what is settled ever less often.

So that a busy store's new payments are not kept waiting by its history. How books are compared is
`app.services.reconciling`; `money check` compares them all.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.models import (
    GOES_BACK,
    UNDECIDED,
    Dispatch,
    DispatchState,
    Exchange,
    PaymentState,
    Purpose,
    Store,
    db,
    store_scope,
    writing,
)
from app.services.payment_ledger import payments_of
from app.services.payment_pages import Cashier
from app.services.platform_books import BooksReader
from app.services.reconciling import check_due

MOST = 100  # of a store in a minute
# Longer than comparing so many takes, so that a second worker begins only where the first was lost.
UNDER_WAY = timedelta(minutes=10)
OFTEN = timedelta(minutes=5)
# Books that agree and are settled, by how long ago anything happened; then only when something is heard.
SETTLED = (
    (timedelta(hours=2), timedelta(minutes=10)),
    (timedelta(days=2), timedelta(hours=1)),
    (timedelta(days=60), timedelta(days=1)),
)
SETTLED_STATES = PLACED_ONCE | ENDED_WITHOUT_PLACING | {Status.DRAFT}
ON_ITS_WAY = UNDECIDED | {PaymentState.AUTHORISED, PaymentState.RELEASING}


def compare_due(cashier: Cashier, clock: Callable[[], datetime], books: BooksReader | None = None) -> int:
    """Compare what is due, the longest due and then the newest first; how many exchanges that were."""
    compared = 0
    for store_id in db.session.scalars(select(Store.id)).all():
        with store_scope(store_id):
            for exchange_id in _claim(clock()):
                agree = check_due(cashier, exchange_id, clock(), books)
                _be_due_again(exchange_id, clock(), agree=agree)
                compared += 1
    return compared


def next_comparison(since: timedelta, *, settled: bool) -> timedelta | None:
    """How long until books are compared again that nothing happened to for so long; None for not at all."""
    pauses = SETTLED if settled else ((timedelta(days=2), OFTEN), (timedelta.max, timedelta(hours=1)))
    return next((pause for within, pause in pauses if since < within), None)


def _claim(now: datetime) -> list[int]:
    due = Exchange.compare_at <= now
    order = (Exchange.compare_at, Exchange.id.desc())
    found = db.session.scalars(select(Exchange.id).where(due).order_by(*order).limit(MOST)).all()
    db.session.rollback()
    if not found:
        return []
    with writing():
        put_off = update(Exchange).where(Exchange.id.in_(found), due).values(compare_at=now + UNDER_WAY)
        claimed = set(db.session.scalars(put_off.returning(Exchange.id)))
    return [exchange_id for exchange_id in found if exchange_id in claimed]


def _be_due_again(exchange_id: int, now: datetime, *, agree: bool) -> None:
    with writing():
        exchange = db.session.get_one(Exchange, exchange_id)
        pause = next_comparison(now - exchange.updated_at, settled=agree and _is_settled(exchange))
        again = update(Exchange).where(Exchange.id == exchange_id)
        db.session.execute(again.values(compare_at=now + pause if pause else None))


def _is_settled(exchange: Exchange) -> bool:
    under_way = select(Dispatch.id).where(
        Dispatch.exchange_id == exchange.id,
        Dispatch.purpose.in_(GOES_BACK | {Purpose.CAPTURE}),
        Dispatch.state == DispatchState.WAITING,
    )
    on_its_way = any(payment.standing in ON_ITS_WAY for payment in payments_of(exchange.id))
    settled = exchange.state in SETTLED_STATES and not on_its_way
    return settled and db.session.scalar(under_way.limit(1)) is None
