"""Having a platform looked at for what has become of an exchange, ever less often while nothing happens.

One message an exchange, which is due again after each look (`app.services.work_watching`). It is queued here,
now and then and not on placing, so that whatever way an exchange was placed it is looked at.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from app.connectors.follow_ups import Watches
from app.connectors.registry import PLATFORMS
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, Purpose, Store, db, store_scope, writing
from app.services.locking import locked_exchange
from app.services.platform_work import NOTED, follow_up
from app.services.tracking import order_sent_by

AT_ONCE = 200
UNDER_WAY = (Status.PLACED, Status.SHIPPED)
# A quarter of the time for which nothing has happened, within these.
LEAST, MOST = timedelta(minutes=15), timedelta(hours=12)
QUIET_FOR = timedelta(days=90)


def watch_placed(now: datetime) -> int:
    """Queue the looks at what was placed and is not looked at yet, in any store. Returns how many."""
    systems = [name for name, kind in PLATFORMS.items() if issubclass(kind, Watches)]
    begun = 0
    for store_id in list(db.session.scalars(select(Store.id))):
        with store_scope(store_id):
            last = 0
            while unwatched := _unwatched(systems, now - QUIET_FOR, last):
                for exchange_id in unwatched:
                    _begin(exchange_id, now)
                begun, last = begun + len(unwatched), unwatched[-1]
    return begun


def next_look(exchange: Exchange, now: datetime) -> datetime | None:
    """When to look again; None where no news is to come any more."""
    quiet = now - exchange.updated_at
    if exchange.state not in UNDER_WAY or quiet > QUIET_FOR or _all_told(exchange):
        return None
    return now + min(MOST, max(LEAST, quiet / 4))


def _all_told(exchange: Exchange) -> bool:
    """Back and there: only a person keeps it open."""
    sent = order_sent_by(exchange)
    there = sent is None or sent.delivered_at is not None
    return exchange.parcel_received_at is not None and there


def _unwatched(systems: list[str], since: datetime, after: int) -> list[int]:
    placed = exists().where(
        Dispatch.exchange_id == Exchange.id,
        Dispatch.purpose == Purpose.PLACE,
        Dispatch.state == DispatchState.DELIVERED,
        Dispatch.system.in_(systems),
    )
    watched = exists().where(Dispatch.exchange_id == Exchange.id, Dispatch.purpose == Purpose.WATCH)
    open_now = (Exchange.status.in_(UNDER_WAY), Exchange.updated_at >= since)
    wanted = select(Exchange.id).where(Exchange.id > after, *open_now, placed, ~watched)
    found = db.session.scalars(wanted.order_by(Exchange.id).limit(AT_ONCE)).all()
    db.session.rollback()
    return list(found)


def _begin(exchange_id: int, now: datetime) -> None:
    with writing():
        exchange = locked_exchange(exchange_id)
        watch = follow_up(exchange, Purpose.WATCH, now)
        if NOTED not in watch.message:  # another worker may have begun just now
            watch.message = {**watch.message, NOTED: exchange.platform_reply or {}}
            watch.due_at = now + LEAST
