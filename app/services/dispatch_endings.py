"""How any dispatch ends, and how a person is asked about it, within the caller's transaction.

What an ending means for the exchange differs with the purpose: `work_placing`, `work_screening` and
`work_reporting`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.domain.exchange_status import ENDED_WITHOUT_PLACING
from app.domain.flags import FlagKind
from app.domain.retry_policy import Patience, gives_up, wait_after
from app.models import Dispatch, DispatchState, Exchange
from app.services.connector_settings import NotConnected
from app.services.moving import ask_for_attention, withdraw_attention

ACTOR = "worker"
LONGEST_ERROR = 500
UNTIL_RECONNECTED = timedelta(minutes=5)


def finish(
    dispatch: Dispatch,
    state: DispatchState,
    now: datetime,
    error: str | None = None,
    result: Mapping[str, Any] | None = None,
) -> None:
    """Take the dispatch out of the queue."""
    dispatch.state = state
    dispatch.finished_at = now
    dispatch.leased_until = dispatch.leased_by = None
    dispatch.last_error = error[:LONGEST_ERROR] if error else None
    dispatch.result = dict(result) if result is not None else None


def postpone(dispatch: Dispatch, until: datetime, reason: str) -> None:
    """Give the lease back and be due again."""
    dispatch.leased_until = dispatch.leased_by = None
    dispatch.due_at = until
    dispatch.last_error = reason[:LONGEST_ERROR]


def fail(
    exchange: Exchange,
    dispatch: Dispatch,
    reason: str,
    now: datetime,
    kind: FlagKind = FlagKind.SENDING,
) -> None:
    """End without having got through, and ask a person."""
    finish(dispatch, DispatchState.FAILED, now, reason)
    ask_for_attention(exchange, reason, ACTOR, now, kind)


def due_again(exchange: Exchange, dispatch: Dispatch, by: str, now: datetime) -> None:
    """Back into the queue after it has failed, the same message under the same key."""
    withdraw_attention(exchange, dispatch.last_error or "", by, now)
    dispatch.ask_anew()
    dispatch.state, dispatch.due_at = DispatchState.WAITING, now
    dispatch.finished_at = dispatch.last_error = dispatch.first_tried_at = dispatch.result = None
    dispatch.tries = 0


def wait_for_a_connector(exchange: Exchange, dispatch: Dispatch, reason: str, now: datetime) -> None:
    """A person is asked, and the message waits; nothing was tried."""
    ask_for_attention(exchange, reason, ACTOR, now, FlagKind.CONNECTION)
    postpone(dispatch, now + UNTIL_RECONNECTED, reason)
    dispatch.tries, dispatch.first_tried_at = 0, None


def keep_trying(
    dispatch: Dispatch, problem: Exception, patience: Patience, draw: float, now: datetime
) -> bool:
    """Without a connector: ended where the store has none any more, else due again.

    False once patience is over: the caller then ends it.
    """
    if isinstance(problem, NotConnected):
        finish(dispatch, DispatchState.CANCELLED, now, str(problem))
    elif gives_up(dispatch.tries, dispatch.first_tried_at or now, now, patience):
        return False
    else:
        postpone(dispatch, now + wait_after(dispatch.tries, draw), str(problem))
    return True


def pass_over(exchange: Exchange, dispatch: Dispatch, now: datetime) -> None:
    """End a dispatch whose exchange is not where it would be of use."""
    if exchange.state in ENDED_WITHOUT_PLACING:
        finish(dispatch, DispatchState.CANCELLED, now, f"the exchange is {exchange.status}")
    else:
        finish(dispatch, DispatchState.FAILED, now, f"the exchange is {exchange.status}: too late for this")
