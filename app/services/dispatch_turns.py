"""Whose turn it is where several connectors wait: what one of them has must not hold up the others.

They take turns, so that each gets as many of a worker's threads as the others. One that was slow to answer
gets a sixth of that, as its messages keep a thread for long, and so does one that this worker has not heard
lately. No connector gets all threads, so that there is room for whoever comes later: a slow one half of them,
and one that was not heard a quarter, as it may turn out to be slow and must not first take its fill.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Subquery, case, false, func, select, tuple_

from app.services.breaker import QUEUE

SLOW_AFTER = timedelta(seconds=1)
LATELY = timedelta(minutes=1)
SLOW_WAITS = 6  # so many turns of the others are one of a slow one


@dataclass(frozen=True)
class Share:
    """Of a worker's threads: the most for one connector, and which (store, system) were quick or slow lately.

    Without `quick` all count as quick.
    """

    most: int
    quick: Collection[tuple[int, str]] | None = None
    slow: Collection[tuple[int, str]] = ()

    @property
    def half(self) -> int:
        return max(1, self.most // 2)

    @property
    def quarter(self) -> int:
        return max(1, self.most // 4)


def turns(
    share: Share, wanted: ColumnElement[bool], under_way: ColumnElement[bool], lately: ColumnElement[bool]
) -> Subquery:
    """The wanted rows that may be taken now, by `id`; the lowest `turn` comes first.

    `under_way` are the rows that this worker sends now, `lately` tells those apart that it began with just
    now: a connector with any other one is slow, whatever it was before.
    """
    place = func.row_number().over(
        partition_by=(QUEUE.c.store_id, QUEUE.c.system), order_by=(QUEUE.c.due_at, QUEUE.c.id)
    )
    rows = select(QUEUE.c.id, QUEUE.c.store_id, QUEUE.c.system, place.label("place")).where(wanted)
    waiting = rows.subquery("waiting")
    busy = _busy(under_way, lately)
    same = (busy.c.store_id == waiting.c.store_id) & (busy.c.system == waiting.c.system)
    number = waiting.c.place + func.coalesce(busy.c.running, 0)
    slow: ColumnElement[bool] = func.coalesce(busy.c.long, 0) > 0
    unheard: ColumnElement[bool] = false()
    if share.quick is not None:
        who = tuple_(waiting.c.store_id, waiting.c.system)
        slow |= who.not_in(list(share.quick))
        unheard = who.not_in([*share.quick, *share.slow])
    return (
        select(waiting.c.id, (number * case((slow, SLOW_WAITS), else_=1)).label("turn"))
        .outerjoin(busy, same)
        .where(number <= case((unheard, share.quarter), (slow, share.half), else_=share.most))
        .subquery("turns")
    )


def _busy(under_way: ColumnElement[bool], lately: ColumnElement[bool]) -> Subquery:
    """How many messages are under way at each connector, and how many of them for long."""
    return (
        select(
            QUEUE.c.store_id,
            QUEUE.c.system,
            func.count().label("running"),
            func.sum(case((lately, 0), else_=1)).label("long"),
        )
        .where(under_way)
        .group_by(QUEUE.c.store_id, QUEUE.c.system)
        .subquery("busy")
    )
