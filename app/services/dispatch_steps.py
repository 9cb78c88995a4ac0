"""Getting a claimed message ready: the exchange moved on, the step's exact bytes stored and committed.

Only then may anything be sent, so that whoever repeats the step repeats the same bytes. Nothing is
sent here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.connectors.base import Connector, Outcome, Refused, Request
from app.connectors.settings import InvalidSettings
from app.domain.retry_policy import gives_up
from app.models import Attempt, AuditEntry, Dispatch, DispatchStep, Purpose, db, number_new, writing
from app.services.attempt_evidence import unrecorded_attempt
from app.services.connector_settings import Connections, NotConnected
from app.services.crashpoints import crashpoint
from app.services.dispatch_answers import (
    add_step,
    answers_of,
    asked_anew,
    is_look_up,
    look_up_next,
    only_reads,
)
from app.services.dispatch_claims import Claim, give_back
from app.services.dispatch_holding import Held, hold
from app.services.dispatch_work import WORK, Work
from app.services.secret_box import WrongKey

NAMES: Mapping[str, str] = {
    Purpose.PLACE: "exchange order",
    Purpose.MAIL: "mail",
    Purpose.CANCEL: "cancellation",
    Purpose.SETTLE: "news of the payment",
    Purpose.PAY_BACK: "refund",
    Purpose.ISSUE: "wish for a gift card",
    Purpose.WATCH: "look",
}
ENDED = "The worker ended while sending."
RESTORED = "The database came back from a backup, and it may have been sent since that was made."


@dataclass(frozen=True)
class Ready:
    """A request whose bytes are stored. `connector` knows the credentials and reads the answer."""

    step_id: int
    request: Request
    connector: Connector[Any]


def prepare(
    connections: Connections,
    claims: Sequence[Claim],
    now: datetime,
    draw: Callable[[], float],
    *,
    wait: bool = True,
) -> Mapping[Claim, Ready]:
    """The requests to send for these claims of one store, all in one transaction.

    A claim of which there is nothing to send (any more) is left out. `draw` gives random numbers from 0
    up to 1 for a wait, should there have to be one. Unless told to `wait`, what somebody else has locked is
    given back to the queue.
    """
    with writing():
        holding = hold(claims, wait=wait)
        steps = {
            claim: found
            for claim, held in holding.held.items()
            if held.current and (found := _step_of(connections, held, now, draw))
        }
        give_back(holding.locked, now)
        number_new((DispatchStep, Attempt, AuditEntry, Dispatch))
        db.session.flush()
        crashpoint("prepare-before-commit")
        return {claim: _ready(step, connector) for claim, (step, connector) in steps.items()}


def _step_of(
    connections: Connections, held: Held, now: datetime, draw: Callable[[], float]
) -> tuple[DispatchStep, Connector[Any]] | None:
    """The step to send now, under this claim's number, and who reads the answer."""
    work = WORK[held.dispatch.purpose]
    if not work.begins(held.exchange, held.dispatch, now):
        return None
    try:
        connector = work.connector(connections, held.dispatch)
    except (NotConnected, InvalidSettings, WrongKey) as problem:
        work.unconnected(held.exchange, held.dispatch, problem, draw(), now)
        return None
    step = _open_step(work, connector, held, now)
    if step is None or not _may_be_sent(work, connector, step, held, now):
        return None
    step.sent_fence = held.dispatch.fence
    return step, connector


def _ready(step: DispatchStep, connector: Connector[Any]) -> Ready:
    request = Request(step.name, step.method, step.url, dict(step.headers), step.body)
    return Ready(step.id, request, connector)


def _open_step(work: Work, connector: Connector[Any], held: Held, now: datetime) -> DispatchStep | None:
    """The step that has no answer yet, made now if it is the first."""
    exchange, dispatch = held.exchange, held.dispatch
    last = dispatch.steps[-1] if dispatch.steps else None
    if last is not None and last.answer_status is None:
        return last
    message = work.read(dispatch.message)
    wanted = connector.next_step(message, answers_of(connector, message, dispatch))
    if isinstance(wanted, Request):
        return add_step(dispatch, wanted)
    again = asked_anew(connector, message, dispatch)
    if again is not None:
        return again
    if isinstance(wanted, Refused):
        what = NAMES.get(dispatch.purpose, "report")
        work.refused(exchange, dispatch, f"The {what} cannot be sent: {wanted.reason}.", now)
    elif not dispatch.steps:
        work.done(exchange, dispatch, wanted, now)  # nobody had to be asked
    else:
        # A result is recorded together with its answer; being done here means rows changed by hand.
        work.refused(exchange, dispatch, "All steps are through, but no result was recorded.", now)
    return None


def _may_be_sent(
    work: Work, connector: Connector[Any], step: DispatchStep, held: Held, now: datetime
) -> bool:
    """Whether the step may go out, also after a worker that ended in the middle of it, or after a restore."""
    exchange, dispatch, lost = held.exchange, held.dispatch, step.sent_fence
    recorded = lost is not None and any(attempt.fence == lost for attempt in step.attempts)
    forgotten = lost is not None and not recorded
    doubted = dispatch.maybe_sent and not is_look_up(step)
    if lost is not None and forgotten:
        step.attempts.append(unrecorded_attempt(step, lost, now))
    if recorded and not doubted and _looks_first(work, connector, step, held, now):
        return False
    if (doubted or (forgotten and not only_reads(step))) and not connector.safe_to_repeat:
        if not look_up_next(connector, work.read(dispatch.message), dispatch, now):
            work.unknown(exchange, dispatch, RESTORED if doubted else ENDED, now)
        return False
    if forgotten and gives_up(dispatch.tries, dispatch.first_tried_at or now, now, work.patience):
        work.ran_out(exchange, dispatch, "every worker ended while sending", now)
        return False
    return True


def _looks_first(
    work: Work, connector: Connector[Any], step: DispatchStep, held: Held, now: datetime
) -> bool:
    """Whether what is sent again after nobody could tell what came of it is looked up once more."""
    unclear = step.attempts[-1].outcome == Outcome.UNKNOWN and not only_reads(step)
    if connector.safe_to_repeat or not unclear:
        return False
    message, most = work.read(held.dispatch.message), len(held.dispatch.steps) + 1
    return look_up_next(connector, message, held.dispatch, now, most)
