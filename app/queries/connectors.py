"""How a store's connectors stand: what each is for, its last answer, and what waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.models import Attempt, Connector, Dispatch, DispatchState, DispatchStep, Purpose, db


@dataclass(frozen=True)
class ConnectorState:
    """One connector. `answered_at` and `status` are its last answer, None while it never gave any.

    `problem`: of a payment provider, why no payment page could be opened since then.
    """

    system: str
    waiting: int
    answered_at: datetime | None
    status: int | None
    failures: int
    closed_until: datetime | None
    problem: str | None = None
    problem_since: datetime | None = None


def connector_states() -> list[ConnectorState]:
    """Every connector of the store in scope, in the order in which they were connected."""
    rows = db.session.scalars(select(Connector).order_by(Connector.id)).all()
    return [_state(row) for row in rows]


def _state(row: Connector) -> ConnectorState:
    answer = db.session.execute(
        select(Attempt.started_at, Attempt.status)
        .join(DispatchStep, DispatchStep.id == Attempt.step_id)
        .join(Dispatch, Dispatch.id == DispatchStep.dispatch_id)
        .where(Dispatch.system == row.system, Attempt.status.is_not(None))
        .order_by(Attempt.id.desc())
        .limit(1)
    ).first()
    waiting = db.session.scalar(
        select(func.count(Dispatch.id)).where(
            Dispatch.system == row.system,
            Dispatch.state == DispatchState.WAITING,
            Dispatch.purpose != Purpose.WATCH,  # which waits for its next look, for as long as it lives
        )
    )
    at, status = (answer.started_at, answer.status) if answer else (None, None)
    return ConnectorState(
        row.system, waiting or 0, at, status, row.failures, row.closed_until, row.problem, row.problem_since
    )
