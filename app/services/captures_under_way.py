"""Whether a capture may have been made at the provider although nobody here knows it yet.

As long as it may, what is reserved is not let go of; where it cannot, what is let go of is not taken first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.connectors.base import Outcome
from app.models import Attempt, Dispatch, DispatchState, DispatchStep, Exchange, Payment, Purpose, db
from app.services.dispatch_answers import is_look_up, only_reads
from app.services.payment_moves import NOT_YET

# "Not now", said before anything was done: too early, too many requests.
DID_NOTHING = (425, 429)


def capture_under_way(exchange: Exchange, payment: str) -> bool:
    """Whether a capture of this payment (the provider's number) waits to learn what it has done."""
    waiting = _captures_of(exchange, payment, (DispatchState.WAITING,))
    return any(may_be_taken(capture) for capture in waiting)


def end_captures(exchange: Exchange, payment: Payment, now: datetime) -> list[Dispatch]:
    """End, within the caller's transaction, the captures that took nothing and nobody sends just now.

    Returned with the reason for which they failed, where they did, in `last_error`.
    """
    open_ones = _captures_of(exchange, payment.payment or "", NOT_YET, lock=True)
    ended = [each for each in open_ones if not each.leased_until and not may_be_taken(each)]
    for capture in ended:
        capture.state, capture.finished_at = DispatchState.CANCELLED, now
    return ended


def may_be_taken(capture: Dispatch) -> bool:
    """Whether the provider may have made it: it left, and neither a no nor a later look said otherwise."""
    return any(_may_be_done(step) for step in _since_a_look(capture.steps) if not only_reads(step))


def _since_a_look(steps: Sequence[DispatchStep]) -> Sequence[DispatchStep]:
    """Where a look-up led to asking once more, what was asked before has come to nothing."""
    looked_up = [
        place for place, step in enumerate(steps) if is_look_up(step) and step.answer_status is not None
    ]
    return steps[looked_up[-1] + 1 :] or steps if looked_up else steps


def _may_be_done(step: DispatchStep) -> bool:
    unrecorded = step.sent_fence is not None and all(each.fence != step.sent_fence for each in step.attempts)
    return unrecorded or not all(_did_nothing(attempt) for attempt in step.attempts)


def _did_nothing(attempt: Attempt) -> bool:
    if attempt.outcome == Outcome.TRY_LATER:
        return attempt.status is None or attempt.status in DID_NOTHING  # without a status it never left
    return attempt.outcome == Outcome.REJECTED


def _captures_of(
    exchange: Exchange, payment: str, states: Sequence[DispatchState], *, lock: bool = False
) -> list[Dispatch]:
    found = select(Dispatch).where(
        Dispatch.exchange_id == exchange.id,
        Dispatch.purpose == Purpose.CAPTURE,
        Dispatch.state.in_(states),
    )
    rows = db.session.scalars(found.with_for_update() if lock else found)
    return [row for row in rows if row.message["payment"] == payment]
