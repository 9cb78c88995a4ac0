"""Whether anybody sends: messages that are long due and were never tried, while no worker holds one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from app.models import Dispatch, DispatchState, db
from app.services.breaker import QUEUE, behind_a_breaker

LONG_DUE = timedelta(minutes=5)  # a worker looks four times a second


@dataclass(frozen=True)
class Unsent:
    """How many messages nobody has tried to send, and since when the first of them is due."""

    count: int
    since: datetime


def unsent(now: datetime) -> Unsent | None:
    """What the store in scope waits for a worker with; None where one is at work, for whichever store.

    What waits because its system does not answer is left alone on purpose, and no sign of a missing worker.
    """
    others = QUEUE.alias("others")
    held = exists().where(
        others.c.state == DispatchState.WAITING, others.c.due_at <= now, others.c.leased_until > now
    )
    count, since = db.session.execute(
        select(func.count(Dispatch.id), func.min(Dispatch.due_at)).where(
            Dispatch.state == DispatchState.WAITING,
            Dispatch.due_at <= now - LONG_DUE,
            Dispatch.fence == 0,
            ~behind_a_breaker(),
            ~held,
        )
    ).one()
    return Unsent(count, since) if count else None
