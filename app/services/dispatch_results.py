"""What became of a try: attempt, outcome and what follows, in one transaction.

A worker that lost its lease writes its attempt down as evidence and changes nothing else: the
fencing number of the dispatch has moved on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from app.connectors.base import Done, NoAnswer, NotSent, Outcome, Refused, Reply, Sent, Step
from app.connectors.results import Placed
from app.domain.flags import FlagKind
from app.domain.retry_policy import gives_up, read_retry_after, wait_after
from app.models import (
    Attempt,
    AuditEntry,
    Dispatch,
    DispatchState,
    DispatchStep,
    LineItem,
    Order,
    Purpose,
    number_new,
    writing,
)
from app.services.attempt_evidence import Try, attempt_of
from app.services.breaker import note_answers
from app.services.crashpoints import crashpoint
from app.services.dispatch_answers import add_step, answers_of, is_look_up, look_up_next, only_reads
from app.services.dispatch_claims import Claim
from app.services.dispatch_endings import ACTOR, postpone
from app.services.dispatch_holding import Held, hold
from app.services.dispatch_steps import Ready
from app.services.dispatch_work import WORK, Work
from app.services.moving import ask_for_attention
from app.services.platform_numbers import look_up_numbers
from app.services.search_keys import index_placed

LATE_YES = "A late answer says that the platform took the exchange order after all."


@dataclass(frozen=True)
class Result:
    """A try and its meaning. `draw` is the random number from 0 up to 1 for the next wait.

    `before` are tries of the same claim that were followed by this one: evidence, and no more.
    """

    ready: Ready
    tried: Try
    draw: float
    before: tuple[Try, ...] = ()

    @property
    def sent(self) -> Sent:
        return self.tried.sent

    @property
    def outcome(self) -> Outcome:
        return self.outcome_of(self.tried)

    def outcome_of(self, tried: Try) -> Outcome:
        """What one of its tries came to."""
        if isinstance(tried.sent, Reply):
            return self.ready.connector.outcome(tried.sent)
        if isinstance(tried.sent, NoAnswer):
            return Outcome.UNKNOWN
        return Outcome.REJECTED if tried.sent.for_good else Outcome.TRY_LATER

    @property
    def words(self) -> str:
        """What happened, for an agent."""
        if isinstance(self.sent, Reply):
            return self.ready.connector.explain(self.sent).rstrip(".")  # a full stop of the platform's own
        before = "Not sent" if isinstance(self.sent, NotSent) else "Sent, but not answered"
        return f"{before}: {self.sent.reason}"


@dataclass(frozen=True)
class _Counted:
    """A result that came in time. `following` is what the connector makes of a yes, None without one."""

    held: Held
    step: DispatchStep
    result: Result
    following: Step | None

    @property
    def work(self) -> Work:
        return WORK[self.held.dispatch.purpose]


@dataclass(frozen=True)
class Recorded:
    """The claims whose results still counted, and those whose rows somebody else held just then."""

    counted: frozenset[Claim]
    locked: frozenset[Claim]


def record_results(results: Mapping[Claim, Result], now: datetime, *, wait: bool = True) -> Recorded:
    """Write these tries of one store down and act on them, in one transaction.

    First the evidence of all, then what it means: so what has to be looked up is read once for all of them.
    Unless told to `wait`, what somebody else has locked is left to be recorded later.
    """
    with writing():
        holding = hold(list(results), wait=wait)
        noted = [_note(held, results[claim], now) for claim, held in holding.held.items()]
        counted = [each for each in noted if each is not None]
        look_up_numbers(filter(None, (_number_in(each.following) for each in counted)))
        for each in counted:
            _act(each, now)
        number_new((Attempt, AuditEntry, Dispatch, Order, LineItem))
        index_placed()
        note_answers(((each.held.dispatch, each.result.sent, each.result.outcome) for each in counted), now)
        crashpoint("record-before-commit")
        return Recorded(frozenset(each.held.claim for each in counted), holding.locked)


def _note(held: Held, result: Result, now: datetime) -> _Counted | None:
    """One try as evidence, with its answer. None when it came too late to count."""
    dispatch = held.dispatch
    step = next((step for step in dispatch.steps if step.id == result.ready.step_id), None)
    if step is None:
        return None
    late = not held.current
    for tried in (*result.before, result.tried):
        step.attempts.append(attempt_of(step, tried, result.outcome_of(tried), late=late))
    if late:
        _notice_late(held, result, now)
        return None
    dispatch.leased_until = dispatch.leased_by = None
    if result.outcome is not Outcome.DELIVERED or not isinstance(result.sent, Reply):
        return _Counted(held, step, result, None)
    step.answer_status, step.answer_body = result.sent.status, result.sent.body
    step.answered_at, dispatch.maybe_sent = now, False
    connector, message = result.ready.connector, WORK[dispatch.purpose].read(dispatch.message)
    answers = answers_of(connector, message, dispatch)
    if result.sent.sealed is not None:
        answers[-1] = replace(answers[-1], sealed=result.sent.sealed)
    return _Counted(held, step, result, connector.next_step(message, answers))


def _number_in(following: Step | None) -> str:
    """The number of the order that was placed, if one was."""
    placed = following.result if isinstance(following, Done) else None
    return placed.order if isinstance(placed, Placed) else ""


def record_fault(claim: Claim, draw: float, now: datetime) -> None:
    """Something failed that nobody foresaw, and is in the log. Tell a person; try again as after a failure.

    What was sent and not recorded is found by its fencing number when the step is due again.
    """
    with writing():
        held = hold([claim]).held.get(claim)
        if held is None or not held.current:
            return
        exchange, dispatch = held.exchange, held.dispatch
        work = WORK[dispatch.purpose]
        reason = "A fault of this portal keeps the exchange order from being sent; the worker's log has it."
        if gives_up(dispatch.tries, dispatch.first_tried_at or now, now, work.patience):
            work.ran_out(exchange, dispatch, reason.rstrip("."), now)
            return
        work.fault(exchange, reason, now)
        postpone(dispatch, now + wait_after(dispatch.tries, draw), reason)


def _act(counted: _Counted, now: datetime) -> None:
    """The table of outcomes."""
    held, step, result, work = counted.held, counted.step, counted.result, counted.work
    exchange, dispatch = held.exchange, held.dispatch
    connector = result.ready.connector
    match result.outcome:
        case Outcome.DELIVERED if counted.following is not None:
            _go_on(work, held, counted.following, now)
        case Outcome.REJECTED if is_look_up(step):
            work.unknown(exchange, dispatch, f"It could not be looked up: {result.words}.", now)
        case Outcome.REJECTED:
            work.refused(exchange, dispatch, f"{result.words}.", now)
        case Outcome.UNKNOWN if not connector.safe_to_repeat and not only_reads(step):
            if not look_up_next(connector, work.read(dispatch.message), dispatch, now):
                work.unknown(exchange, dispatch, f"{result.words}.", now)
        case _:
            _try_again(work, held, result, now)


def _go_on(work: Work, held: Held, following: Step, now: datetime) -> None:
    """Ask for the next step, now that this one is answered."""
    exchange, dispatch = held.exchange, held.dispatch
    work.got_through(exchange, dispatch, now)
    if isinstance(following, Done):
        work.done(exchange, dispatch, following, now)
    elif isinstance(following, Refused):
        work.refused(exchange, dispatch, f"{following.reason}.", now)
    else:
        add_step(dispatch, following)
        dispatch.tries, dispatch.first_tried_at, dispatch.last_error = 0, None, None
        dispatch.due_at = now


def _try_again(work: Work, held: Held, result: Result, now: datetime) -> None:
    dispatch = held.dispatch
    if gives_up(dispatch.tries, dispatch.first_tried_at or now, now, work.patience):
        work.ran_out(held.exchange, dispatch, result.words, now)
        return
    asked = _asked_to_wait(result.sent.headers) if isinstance(result.sent, Reply) else None
    wait = wait_after(dispatch.tries, result.draw, read_retry_after(asked, now))
    postpone(dispatch, now + min(wait, work.patience.longest_wait), result.words)


def _asked_to_wait(headers: Mapping[str, str]) -> str | None:
    """The header of HTTP, or the one that StateSet's pages name beside it."""
    return headers.get("retry-after") or headers.get("x-ratelimit-retry-after")


def _notice_late(held: Held, result: Result, now: datetime) -> None:
    """A yes that comes after we gave up is worth a look; all else is only evidence."""
    over = held.dispatch.state in (DispatchState.FAILED, DispatchState.UNKNOWN, DispatchState.CANCELLED)
    if over and result.outcome is Outcome.DELIVERED and held.dispatch.purpose == Purpose.PLACE:
        ask_for_attention(held.exchange, LATE_YES, ACTOR, now, FlagKind.PLACED)
