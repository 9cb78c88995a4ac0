"""Taking what is due from the queue, so that no two workers hold the same message.

A claim is a lease with a fencing number: the lease says until when, the number says whether a result
still counts. Claiming looks at all stores; everything after it happens within the message's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, update

from app.models import DispatchState, db, writing
from app.services.breaker import (
    QUEUE,
    behind_a_breaker,
    connectors_to_probe,
    overdue_screening,
    several_connectors,
)
from app.services.crashpoints import crashpoint

LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Claim:
    """A message that this worker may send until its lease ends."""

    dispatch_id: int
    store_id: int
    exchange_id: int
    fence: int
    system: str


def claim_due(worker: str, most: int, now: datetime, share: int | None = None) -> list[Claim]:
    """Lease up to `most` due messages to `worker`, the longest due first; each claim is one try.

    With a `share`, and where there is more than one connector, none is given more than so many of this
    worker's threads, so that one that hangs leaves some to the others. What is behind an open breaker is
    passed over, but for one probe.
    """
    if most < 1 or not something_due(now):
        return []
    crashpoint("before-claim")
    with writing():
        rows: list[Claim] = []
        for store_id, system in connectors_to_probe(most, _is_due(now), now):
            its_own = (QUEUE.c.store_id == store_id) & (QUEUE.c.system == system)
            rows += _take(worker, 1, _is_due(now) & its_own, now)
        if len(rows) < most:
            free = _is_due(now) & (~behind_a_breaker() | overdue_screening(now))
            fair = (
                free & QUEUE.c.id.in_(_within_share(worker, share, free, now))
                if share and several_connectors()
                else free
            )
            rows += _take(worker, most - len(rows), fair, now)
        crashpoint("claim-before-commit")
    return sorted(rows, key=lambda claim: claim.dispatch_id)


def something_due(now: datetime) -> bool:
    """Whether a claim would find anything: a plain read, so that waiting workers lock nothing."""
    wanted = _is_due(now) & (~behind_a_breaker(now) | overdue_screening(now))
    found = db.session.execute(
        select(QUEUE.c.id).where(wanted).limit(1), execution_options={"all_stores": True}
    ).first()
    db.session.rollback()
    return found is not None


def _take(worker: str, most: int, wanted: ColumnElement[bool], now: datetime) -> list[Claim]:
    """One statement picks and marks them: SQLite holds its only write lock, PostgreSQL passes over
    rows that another worker is just taking.
    """
    due = (
        select(QUEUE.c.id)
        .where(wanted)
        .order_by(QUEUE.c.due_at, QUEUE.c.id)
        .limit(most)
        # In a WITH of its own: as a plain subquery PostgreSQL may run it again for every row.
        .with_for_update(skip_locked=True, of=QUEUE)
        .cte("due")
    )
    taken = (
        update(QUEUE)
        .where(QUEUE.c.id.in_(select(due.c.id)))
        .values(
            leased_until=now + LEASE,
            leased_by=worker,
            fence=QUEUE.c.fence + 1,
            tries=QUEUE.c.tries + 1,
            first_tried_at=func.coalesce(QUEUE.c.first_tried_at, now),
        )
        .returning(QUEUE.c.id, QUEUE.c.store_id, QUEUE.c.exchange_id, QUEUE.c.fence, QUEUE.c.system)
    )
    rows = db.session.execute(taken, execution_options={"all_stores": True}).all()
    return [Claim(*row) for row in rows]


def _within_share(worker: str, share: int, wanted: ColumnElement[bool], now: datetime) -> Select[tuple[int]]:
    """The wanted rows that keep each connector within its share of this worker, what is under way counted."""
    place = func.row_number().over(
        partition_by=(QUEUE.c.store_id, QUEUE.c.system), order_by=(QUEUE.c.due_at, QUEUE.c.id)
    )
    ranked = select(QUEUE.c.id, QUEUE.c.store_id, QUEUE.c.system, place.label("place")).where(wanted)
    ranked_rows = ranked.subquery("ranked")
    mine = QUEUE.alias("mine")
    under_way = (
        select(mine.c.store_id, mine.c.system, func.count().label("running"))
        .where(mine.c.leased_by == worker, mine.c.leased_until > now)
        .group_by(mine.c.store_id, mine.c.system)
        .subquery("under_way")
    )
    same = (under_way.c.store_id == ranked_rows.c.store_id) & (under_way.c.system == ranked_rows.c.system)
    return (
        select(ranked_rows.c.id)
        .outerjoin(under_way, same)
        .where(ranked_rows.c.place + func.coalesce(under_way.c.running, 0) <= share)
    )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (
        (QUEUE.c.state == DispatchState.WAITING)
        & (QUEUE.c.due_at <= now)
        & or_(QUEUE.c.leased_until.is_(None), QUEUE.c.leased_until <= now)
    )
