"""The steps of a dispatch as rows, and the answers they have had; after a lost answer, what a look-up found.

Where a system must not be asked twice, and can tell what it has, a lost answer is looked up before
anything else is sent (`app.connectors.base.LooksUp`). Who sends, and when, is not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.connectors.base import LOOK_UP, Connector, LooksUp, Reply, Request
from app.models import Dispatch, DispatchStep

# A request whose answer was lost may still be worked on at the other side.
UNTIL_SETTLED = timedelta(minutes=1)
MOST_LOOK_UPS = 5


def add_step(dispatch: Dispatch, request: Request) -> DispatchStep:
    """Store a request as the dispatch's next step."""
    step = DispatchStep(
        store_id=dispatch.store_id,
        position=len(dispatch.steps) + 1,
        name=request.name,
        method=request.method,
        url=request.url,
        headers=dict(request.headers),
        body=request.body,
    )
    dispatch.steps.append(step)
    return step


def answers_of(connector: Connector[Any], message: object, dispatch: Dispatch) -> list[Reply]:
    """The delivered answers so far; those up to the last look-up are what it found."""
    answered = [step for step in dispatch.steps if step.answer_status is not None]
    looked_up = [place for place, step in enumerate(answered) if is_look_up(step)]
    if not looked_up or not isinstance(connector, LooksUp):
        return [_reply(step) for step in answered]
    last = looked_up[-1]
    found: Sequence[Reply] = connector.found(message, _reply(answered[last]))
    return [*found, *(_reply(step) for step in answered[last + 1 :])]


def is_look_up(step: DispatchStep) -> bool:
    return step.name == LOOK_UP


def only_reads(step: DispatchStep) -> bool:
    """Whether the step changes nothing at the other side, so that it may be repeated in any case."""
    return is_look_up(step) or step.method == "GET"


def look_up_next(
    connector: Connector[Any], message: object, dispatch: Dispatch, now: datetime, most: int = MOST_LOOK_UPS
) -> bool:
    """Make a look-up the next step, where the system has one; False where a person must look instead."""
    if not isinstance(connector, LooksUp) or sum(map(is_look_up, dispatch.steps)) >= most:
        return False
    add_step(dispatch, connector.look_up(message))
    dispatch.tries, dispatch.first_tried_at = 0, None
    dispatch.due_at = now + UNTIL_SETTLED
    dispatch.leased_until = dispatch.leased_by = None
    return True


def asked_anew(connector: Connector[Any], message: object, dispatch: Dispatch) -> DispatchStep | None:
    """What to send where a person wants it again although the last answer was read as a no.

    Nothing was said of why that was, so it is asked once more where the system takes it twice for one, and
    looked up where it can tell. None where it can do neither: a person must look.
    """
    last = dispatch.steps[-1] if dispatch.steps else None
    if last is None:
        return None
    if connector.safe_to_repeat or only_reads(last):
        last.take_back_answer()
        return last
    return add_step(dispatch, connector.look_up(message)) if isinstance(connector, LooksUp) else None


def _reply(step: DispatchStep) -> Reply:
    """Headers are evidence of the attempt and not kept with the answer."""
    return Reply(step.answer_status or 0, {}, step.answer_body or b"")
