"""Whether what was sent may have been done: by what was written down under each fencing number."""

from __future__ import annotations

import pytest

from app.connectors.base import LOOK_UP, Outcome
from app.models import Attempt, Dispatch, DispatchStep
from app.services.perhaps_done import may_be_done

YES, NO, LATER, LOST = Outcome.DELIVERED, Outcome.REJECTED, Outcome.TRY_LATER, Outcome.UNKNOWN
Came = tuple[int, Outcome, int | None]  # under which number it was sent, what came of it, the answer's status


def refund(sent: int | None, *came: Came) -> DispatchStep:
    return step("refund", "POST", sent, came)


def look_up(sent: int | None, *came: Came) -> DispatchStep:
    return step(LOOK_UP, "GET", sent, came)


def look(sent: int | None, *came: Came) -> DispatchStep:
    return step("look at payments", "GET", sent, came)


def step(name: str, method: str, sent: int | None, came: tuple[Came, ...]) -> DispatchStep:
    attempts = [Attempt(fence=fence, outcome=outcome, status=status) for fence, outcome, status in came]
    answered = next((status for _, outcome, status in came if outcome is YES), None)
    return DispatchStep(name=name, method=method, sent_fence=sent, attempts=attempts, answer_status=answered)


NOT_DONE = {
    "nothing yet": [],
    "not sent yet": [refund(None)],
    "it only looked, and the worker ended": [look(1)],
    "refused": [refund(1, (1, NO, 422))],
    "it never left": [refund(1, (1, LATER, None))],
    "too many requests": [refund(1, (1, LATER, 429))],
    "refused twice": [refund(2, (1, NO, 422), (2, NO, 422))],
    "lost, not found, and not asked again yet": [
        refund(1, (1, LOST, None)), look_up(2, (2, YES, 200)), refund(None),
    ],
    "lost, not found, refused": [refund(1), look_up(2, (2, YES, 200)), refund(3, (3, NO, 422))],
}  # fmt: skip
PERHAPS = {
    "the worker ended": [refund(1)],
    "refused, sent again, and the worker ended": [refund(2, (1, NO, 422))],
    "refused twice, and the third worker ended": [refund(3, (1, NO, 422), (2, NO, 422))],
    "failed over there": [refund(1, (1, LATER, 503))],
    "lost": [look(1, (1, YES, 200)), refund(2, (2, LOST, None))],
    "lost, then refused": [refund(2, (1, LOST, None), (2, NO, 422))],
    "lost, the look-up under way": [refund(1, (1, LOST, None)), look_up(2)],
    "lost, and looking takes more than one look": [
        refund(1, (1, LOST, None)), look_up(2, (2, YES, 200)), look(3, (3, YES, 200)),
    ],
    "lost, not found, lost again": [refund(1), look_up(2, (2, YES, 200)), refund(3, (3, LOST, None))],
    "done": [refund(1, (1, YES, 200))],
}  # fmt: skip


@pytest.mark.parametrize("case", [*NOT_DONE, *PERHAPS])
def test_what_is_known_of_it(case: str) -> None:
    steps = (NOT_DONE | PERHAPS)[case]
    assert may_be_done(Dispatch(steps=list(steps))) is (case in PERHAPS)


def test_nobody_knows_of_what_waited_in_a_restored_backup() -> None:
    assert may_be_done(Dispatch(steps=[], maybe_sent=True))
