"""A breaker for each connector of a store: who does not answer is left alone, but for one try now and then.

After five straight failures it opens: what is due waits without using up a try, and every thirty seconds one
message tries again. The first answer closes it, a no as well as a yes: who says no is there. Claims ask this
(`app.services.dispatch_claims`), results tell it (`app.services.dispatch_results`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, Table, case, exists, func, select, update

from app.connectors.base import NotSent, Outcome, Reply, Sent
from app.domain.retry_policy import BRIEF
from app.models import Connector, Dispatch, Purpose, db
from app.services.mailing import mail_is_on

OPENS_AFTER = 5
PROBE_EVERY = timedelta(seconds=30)
CONNECTORS = cast(Table, Connector.__table__)
QUEUE = cast(Table, Dispatch.__table__)
BROKEN = CONNECTORS.c.failures >= OPENS_AFTER


def note_answers(tries: Iterable[tuple[Dispatch, Sent, Outcome]], now: datetime) -> None:
    """Count what came of tries, within the caller's transaction and as the last thing in it.

    Connector by connector in the order of their names, so that no two workers wait for each other.
    """
    fine: set[str] = set()
    for dispatch, sent, outcome in sorted(tries, key=lambda tried: tried[0].system):
        answered = isinstance(sent, Reply) and outcome in (Outcome.DELIVERED, Outcome.REJECTED)
        if not answered or dispatch.system not in fine:
            _note_answer(dispatch, sent, outcome, now)
        fine = fine | {dispatch.system} if answered else fine - {dispatch.system}


def _note_answer(dispatch: Dispatch, sent: Sent, outcome: Outcome, now: datetime) -> None:
    mine = (CONNECTORS.c.store_id == dispatch.store_id) & (CONNECTORS.c.system == dispatch.system)
    if isinstance(sent, NotSent) and sent.for_good:
        return  # our own fault; it tells nothing of the other side
    if isinstance(sent, Reply) and outcome in (Outcome.DELIVERED, Outcome.REJECTED):
        fine = update(CONNECTORS).where(mine, CONNECTORS.c.failures > 0)
        db.session.connection().execute(fine.values(failures=0, closed_until=None))
        return
    failures = CONNECTORS.c.failures + 1
    closed_until = case((failures >= OPENS_AFTER, now + PROBE_EVERY), else_=None)
    failed = update(CONNECTORS).where(mine).values(failures=failures, closed_until=closed_until)
    db.session.connection().execute(failed)


def behind_a_breaker(now: datetime | None = None) -> ColumnElement[bool]:
    """Whether a queue's row waits for a breaker; with `now`, only where not even a probe is due.

    A screening that has waited long enough goes to its end instead: its silence has an answer in policy.
    """
    rests = BROKEN if now is None else BROKEN & (CONNECTORS.c.closed_until > now)
    return exists().where(_same_connector(), rests)


def overdue_screening(now: datetime) -> ColumnElement[bool]:
    """A screening that waited for a breaker as long as a screener is waited for at all."""
    since = func.coalesce(QUEUE.c.first_tried_at, QUEUE.c.due_at)
    return (QUEUE.c.purpose == Purpose.SCREEN) & (since <= now - BRIEF.shortest)


def connectors_to_probe(most: int, due: ColumnElement[bool], now: datetime) -> list[tuple[int, str]]:
    """Store and system of up to `most` broken connectors of which this caller may send one message now.

    Of several workers one is given the right, for the next thirty seconds.
    """
    ripe = BROKEN & (CONNECTORS.c.closed_until <= now) & exists().where(_same_connector(), due)
    found = db.session.connection().execute(
        select(CONNECTORS.c.id).where(ripe).order_by(CONNECTORS.c.id).limit(most)
    )
    probed: list[tuple[int, str]] = []
    for connector_id in found.scalars().all():
        taken = db.session.connection().execute(
            update(CONNECTORS)
            .where(CONNECTORS.c.id == connector_id, BROKEN, CONNECTORS.c.closed_until <= now)
            .values(closed_until=now + PROBE_EVERY)
            .returning(CONNECTORS.c.store_id, CONNECTORS.c.system)
        )
        probed += [(row.store_id, row.system) for row in taken]
    return probed


def gave_up_waiting(dispatch: Dispatch, now: datetime) -> bool:
    """Whether this screening waited for a breaker long enough; see `overdue_screening`."""
    since = min(dispatch.first_tried_at or now, dispatch.due_at)
    if since > now - BRIEF.shortest:
        return False
    row = db.session.scalar(select(Connector).where(Connector.system == dispatch.system))
    return row is not None and row.failures >= OPENS_AFTER


def several_connectors() -> bool:
    """Whether there is anybody to leave room for: more than one connector, or one and the mail server."""
    found = db.session.connection().execute(select(CONNECTORS.c.id).limit(2)).all()
    return len(found) > 1 or (bool(found) and mail_is_on())


def _same_connector() -> ColumnElement[bool]:
    return (CONNECTORS.c.store_id == QUEUE.c.store_id) & (CONNECTORS.c.system == QUEUE.c.system)
