"""Taking what is due from the queue, so that no two workers hold the same message.

A claim is a lease with a fencing number: the lease says until when, the number says whether a result
still counts. Claiming looks at all stores; everything after it happens within the message's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Subquery, func, or_, select, update

from app.models import DispatchState, Purpose, db, writing
from app.services.breaker import (
    QUEUE,
    behind_a_breaker,
    connectors_to_probe,
    overdue_screening,
    several_connectors,
)
from app.services.crashpoints import crashpoint
from app.services.dispatch_turns import SLOW_AFTER, Share, turns

LEASE = timedelta(seconds=60)
UNTIL_UNLOCKED = timedelta(seconds=1)
LOOKS = QUEUE.c.purpose == Purpose.WATCH


@dataclass(frozen=True)
class Claim:
    """A message that this worker may send until its lease ends."""

    dispatch_id: int
    store_id: int
    exchange_id: int | None
    fence: int
    system: str


def claim_due(worker: str, most: int, now: datetime, share: Share | None = None) -> list[Claim]:
    """Lease up to `most` due messages to `worker`, the longest due first; each claim is one try.

    With a `share`, and where there is more than one connector, they take turns and none is given more than
    its part of this worker's threads. What is behind an open breaker is passed over, but for one probe. Looks
    at what was placed come last, so that after a long silence they hold up nothing.
    """
    if most < 1 or not something_due(now):
        return []
    crashpoint("before-claim")
    with writing():
        rows: list[Claim] = []
        for store_id, system in connectors_to_probe(most, _is_due(now), now):
            its_own = (QUEUE.c.store_id == store_id) & (QUEUE.c.system == system)
            rows += _take(worker, 1, _is_due(now) & its_own, now)
        free = _is_due(now) & (~behind_a_breaker() | overdue_screening(now))
        for wanted in (free & ~LOOKS, free & LOOKS):
            if len(rows) < most:
                fair = _fair(worker, share, wanted, now) if share and several_connectors() else None
                rows += _take(worker, most - len(rows), wanted, now, fair)
        crashpoint("claim-before-commit")
    return sorted(rows, key=lambda claim: claim.dispatch_id)


def give_back(claims: Iterable[Claim], now: datetime) -> None:
    """Let these be claimed again soon, within the caller's transaction: nothing of them was tried.

    What is locked itself is not waited for; its lease ends.
    """
    for claim in claims:
        mine = (QUEUE.c.id == claim.dispatch_id) & (QUEUE.c.fence == claim.fence)
        free = select(QUEUE.c.id).where(mine).with_for_update(skip_locked=True).cte("free")
        again = update(QUEUE).where(QUEUE.c.id.in_(select(free.c.id)))
        values = {"leased_until": None, "leased_by": None, "tries": QUEUE.c.tries - 1}
        db.session.connection().execute(again.values(due_at=now + UNTIL_UNLOCKED, **values))


def something_due(now: datetime) -> bool:
    """Whether a claim would find anything: a plain read, so that waiting workers lock nothing."""
    wanted = _is_due(now) & (~behind_a_breaker(now) | overdue_screening(now))
    found = db.session.execute(
        select(QUEUE.c.id).where(wanted).limit(1), execution_options={"all_stores": True}
    ).first()
    db.session.rollback()
    return found is not None


def _take(
    worker: str, most: int, wanted: ColumnElement[bool], now: datetime, fair: Subquery | None = None
) -> list[Claim]:
    """One statement picks and marks them: SQLite holds its only write lock, PostgreSQL passes over
    rows that another worker is just taking.
    """
    due = select(QUEUE.c.id).where(wanted)
    if fair is not None:
        due = due.join(fair, fair.c.id == QUEUE.c.id).order_by(fair.c.turn)
    picked = (
        due.order_by(QUEUE.c.due_at, QUEUE.c.id)
        .limit(most)
        # In a WITH of its own: as a plain subquery PostgreSQL may run it again for every row.
        .with_for_update(skip_locked=True, of=QUEUE)
        .cte("due")
    )
    taken = (
        update(QUEUE)
        .where(QUEUE.c.id.in_(select(picked.c.id)))
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


def _fair(worker: str, share: Share, wanted: ColumnElement[bool], now: datetime) -> Subquery:
    """See `app.services.dispatch_turns`. When a message was claimed is told by the end of its lease."""
    under_way = (QUEUE.c.leased_by == worker) & (QUEUE.c.leased_until > now)
    return turns(share, wanted, under_way, lately=QUEUE.c.leased_until > now + LEASE - SLOW_AFTER)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return (
        (QUEUE.c.state == DispatchState.WAITING)
        & (QUEUE.c.due_at <= now)
        & or_(QUEUE.c.leased_until.is_(None), QUEUE.c.leased_until <= now)
    )
