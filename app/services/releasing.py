"""Giving back what an exchange has taken, when it ends without being placed.

Which moves give back what is `app.domain.exchange_status`; `app.services.moving` calls this within the
move's own transaction. How money is given back is `app.services.payment_moves`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import or_, select, update

from app.connectors.base import LOOK_UP, Outcome
from app.domain.exchange_status import Taken
from app.models import (
    GOES_BACK,
    TELLING,
    Attempt,
    Dispatch,
    DispatchState,
    DispatchStep,
    Exchange,
    LineItem,
    Purpose,
    ReturnItem,
    db,
)
from app.services.holds import release_holds
from app.services.payment_moves import unwind

# What could have placed something: neither a step that only reads, nor what others were told or asked.
PLACING_STEPS = (
    Dispatch.purpose == Purpose.PLACE,
    DispatchStep.method != "GET",
    DispatchStep.name != LOOK_UP,
)


class UnitsAdrift(RuntimeError):
    """A line has fewer committed units than an exchange of it took: rows were changed by hand."""


def give_back(exchange: Exchange, what: Iterable[Taken], now: datetime) -> list[str]:
    """Give these back, within the caller's transaction. Returns what really was, for the audit entry.

    Raises UnitsAdrift.
    """
    wanted = frozenset(what)
    return [str(taken) for taken, give in GIVERS.items() if taken in wanted and give(exchange, now)]


def may_be_at_the_platform(exchange: Exchange) -> bool:
    """Whether a placing message left this machine and no clear no came back as the last word.

    A step whose sending nobody recorded counts as sent. A delivered step counts although a later one
    was refused: something stands at the platform then. A no stays one where it is read as an answer.
    """
    said = [attempt for attempt in _attempts(exchange.id) if _left(attempt)]
    if _sent_and_forgotten(exchange.id):
        return True
    if any(attempt.outcome == Outcome.DELIVERED and not _is_no(attempt) for attempt in said):
        return True
    return bool(said) and not _is_no(said[-1])


def _is_no(attempt: Attempt) -> bool:
    answered_no = attempt.outcome == Outcome.DELIVERED and (attempt.status or 0) >= 400
    return attempt.outcome == Outcome.REJECTED or answered_no


def _holds(exchange: Exchange, _now: datetime) -> bool:
    return release_holds(exchange)


def _units(exchange: Exchange, _now: datetime) -> bool:
    """Each line's counter goes down by what this exchange took, in one conditional statement a line."""
    if exchange.submitted_at is None:
        return False
    items = select(ReturnItem.line_item_id, ReturnItem.quantity).where(ReturnItem.exchange_id == exchange.id)
    taken: Counter[int] = Counter()
    for line_id, quantity in db.session.execute(items).all():
        taken[line_id] += quantity
    for each in exchange.given_back or ():
        taken[each["line"]] -= each["units"]
    for line_id, quantity in taken.items():
        freed = db.session.connection().execute(
            update(LineItem)
            .where(LineItem.id == line_id, LineItem.committed >= quantity)
            .values(committed=LineItem.committed - quantity)
        )
        if freed.rowcount != 1:
            raise UnitsAdrift(f"line {line_id} of exchange {exchange.id}")
    return True


def _messages(exchange: Exchange, now: datetime) -> bool:
    """Only those that no worker has claimed; a claimed one finds the exchange ended."""
    ended = db.session.connection().execute(
        update(Dispatch)
        .where(
            Dispatch.exchange_id == exchange.id,
            Dispatch.state.in_((DispatchState.WAITING, DispatchState.HELD)),
            Dispatch.leased_until.is_(None),
            # What was so stays so, what goes back goes back, and of a capture its own work knows more.
            Dispatch.purpose.not_in(TELLING | GOES_BACK | {Purpose.CAPTURE}),
        )
        .values(state=DispatchState.CANCELLED, finished_at=now)
    )
    return ended.rowcount > 0


def _rma(exchange: Exchange, now: datetime) -> bool:
    if exchange.rma is None or exchange.rma_closed_at is not None:
        return False
    exchange.rma_closed_at = now
    return True


def _order(exchange: Exchange, _now: datetime) -> bool:
    if not exchange.occupies_order or may_be_at_the_platform(exchange):
        return False
    exchange.occupies_order = False
    return True


GIVERS: Mapping[Taken, Callable[[Exchange, datetime], bool]] = {
    Taken.HOLDS: _holds,
    Taken.UNITS: _units,
    Taken.MESSAGES: _messages,
    Taken.RMA: _rma,
    Taken.ORDER: _order,
    Taken.MONEY: unwind,
}


def _attempts(exchange_id: int) -> list[Attempt]:
    return list(
        db.session.scalars(
            select(Attempt)
            .join(DispatchStep, DispatchStep.id == Attempt.step_id)
            .join(Dispatch, Dispatch.id == DispatchStep.dispatch_id)
            .where(Dispatch.exchange_id == exchange_id, *PLACING_STEPS)
            .order_by(Attempt.id)
        )
    )


def _left(attempt: Attempt) -> bool:
    """Whether any of it went out: there was an answer, or nobody knows."""
    return attempt.status is not None or attempt.outcome == Outcome.UNKNOWN


def _sent_and_forgotten(exchange_id: int) -> bool:
    """Whether a step was handed to the network and nobody wrote down what came of it.

    Its worker may have ended before that, or the database came back from a backup that was made before.
    """
    recorded = select(Attempt.id).where(
        Attempt.step_id == DispatchStep.id, Attempt.fence == DispatchStep.sent_fence
    )
    forgotten = select(DispatchStep.id).where(
        DispatchStep.dispatch_id == Dispatch.id,
        *PLACING_STEPS,
        DispatchStep.sent_fence.is_not(None),
        ~recorded.exists(),
    )
    found = db.session.scalar(
        select(Dispatch.id)
        .where(
            Dispatch.exchange_id == exchange_id,
            Dispatch.purpose == Purpose.PLACE,
            or_(Dispatch.maybe_sent, forgotten.exists()),
        )
        .limit(1)
    )
    return found is not None
