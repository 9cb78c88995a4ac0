"""Whether what was sent may have been done at the other side although nobody here knows it yet.

Of money this decides both ways: what may be taken is not let go of first, and what may have been paid back is
not taken for never sent. As long as nobody can tell, it is asked once more under its own key, or looked up.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.connectors.base import Outcome
from app.models import Attempt, Dispatch, DispatchStep
from app.services.dispatch_answers import is_look_up, only_reads

# "Not now", said before anything was done: too early, too many requests.
DID_NOTHING = (425, 429)


def may_be_done(dispatch: Dispatch) -> bool:
    """Whether the other side may have done it: it left, and neither a no nor a later look said otherwise.

    Of what waited in a restored backup nobody knows, until it is answered.
    """
    return dispatch.maybe_sent or any(
        _may_be_done(step) for step in _since_a_look(dispatch.steps) if not only_reads(step)
    )


def _since_a_look(steps: Sequence[DispatchStep]) -> Sequence[DispatchStep]:
    """Where a look-up led to asking once more, what was asked before has come to nothing.

    A look-up that has only led to more looking so far, as at Medusa, says nothing of that yet.
    """
    asked = [place for place, step in enumerate(steps) if not only_reads(step)]
    looked_up = [
        place
        for place, step in enumerate(steps)
        if is_look_up(step) and step.answer_status is not None and asked and place < asked[-1]
    ]
    return steps[looked_up[-1] + 1 :] if looked_up else steps


def _may_be_done(step: DispatchStep) -> bool:
    """By fencing numbers: how many answers there are says nothing of the one that is missing."""
    unrecorded = step.sent_fence is not None and all(each.fence != step.sent_fence for each in step.attempts)
    return unrecorded or not all(_did_nothing(attempt) for attempt in step.attempts)


def _did_nothing(attempt: Attempt) -> bool:
    if attempt.outcome == Outcome.TRY_LATER:
        return attempt.status is None or attempt.status in DID_NOTHING  # without a status it never left
    return attempt.outcome == Outcome.REJECTED
