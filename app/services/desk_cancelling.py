"""An agent ends an exchange that was not placed: before anything has left, or after looking at the platform.

Before: as long as no worker has claimed its placing, however late. After: a message failed, or nobody knows
what came of it, and a person saw that the platform has nothing. A platform that can tell is asked first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from app.connectors.base import Done, LooksUp, OrderPlacer, Reply, Request
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, Purpose, db, writing
from app.services.agent_decisions import CannotDecide, Decision, note_decision
from app.services.cancelling import BEFORE_PLACING, cancel_locked, is_untouched, lock_for_cancelling
from app.services.dispatch_answers import only_reads
from app.services.moving import move_exchange, withdraw_attention
from app.services.platform_reading import PlatformSilent, Reader

STUCK = (DispatchState.FAILED, DispatchState.UNKNOWN)
OPEN = (Status.PLACING, Status.IN_REVIEW)
NOTHING = ""


def may_cancel(exchange: Exchange, dispatches: Iterable[Dispatch]) -> bool:
    """Whether nothing of it has left: no worker ever claimed its placing, and none holds another part."""
    if exchange.waits_for_a_person or exchange.state is Status.AWAITING_PAYMENT:
        return True
    if exchange.state not in BEFORE_PLACING:
        return False
    every = list(dispatches)
    placing = [each for each in every if each.purpose == Purpose.PLACE]
    asked = [each for each in every if each.purpose == Purpose.SCREEN]
    return all(map(is_untouched, placing)) and all(each.leased_until is None for each in asked)


def cancel(exchange_id: int, decision: Decision, now: datetime) -> None:
    """Cancel what nobody has begun to send. Again it changes nothing. Raises CannotDecide."""
    with writing():
        exchange, messages = lock_for_cancelling(exchange_id)
        if exchange.state is Status.CANCELLED:
            return
        if not may_cancel(exchange, messages):
            told = "can no longer be cancelled: it has been passed on to the shop, or is over."
            raise CannotDecide(f"{exchange.reference} {told}")
        _end(exchange, decision, now)


def may_end(exchange: Exchange, dispatches: Iterable[Dispatch]) -> bool:
    """Whether a person may say that the platform has nothing of it: its placing failed, or is unknown."""
    if exchange.state not in OPEN or exchange.waits_for_a_person:
        return False
    return any(each.state in STUCK for each in dispatches if each.purpose == Purpose.PLACE)


def end_not_there(reader: Reader, exchange_id: int, decision: Decision, now: datetime) -> None:
    """End what never reached the platform, and give everything back, its order too. Raises CannotDecide."""
    _look(reader, exchange_id, now)
    with writing():
        exchange, messages = lock_for_cancelling(exchange_id)
        if exchange.state is Status.CANCELLED:
            return
        if not may_end(exchange, messages):
            raise CannotDecide(f"{exchange.reference} is {exchange.status}, or is just being sent again.")
        for each in messages:
            withdraw_attention(exchange, each.last_error or "", decision.by, now)
        if exchange.state is Status.PLACING:
            move_exchange(exchange, Status.IN_REVIEW, decision.by, now)
        _end(exchange, decision, now, not_there=True)
        exchange.occupies_order = False


def _end(exchange: Exchange, decision: Decision, now: datetime, *, not_there: bool = False) -> None:
    note_decision(exchange, decision, "not there: ended" if not_there else "cancelled", now)
    cancel_locked(exchange, decision.by, now, {"not_there": True} if not_there else {})


def _look(reader: Reader, exchange_id: int, now: datetime) -> None:
    """Ask a platform that can tell, with no transaction open. Raises CannotDecide where it may be there."""
    exchange = db.session.get_one(Exchange, exchange_id)
    placing = select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.PLACE)
    dispatch = db.session.scalar(placing)
    visit = reader.look(exchange.store_id, now) if dispatch is not None and dispatch.steps else None
    if dispatch is None or visit is None or visit.platform.system != dispatch.system:
        return
    message, name = ExchangeOrder.from_data(dispatch.message), exchange.reference
    begins_with = next((step.name for step in dispatch.steps if not only_reads(step)), "")
    try:
        comes_next = visit.ask(lambda answers: _look_on(visit.platform, message, answers), lambda _: True)
    except PlatformSilent:
        told = f"The shop's system could not be asked, so {name} was not ended. Try again."
        raise CannotDecide(told) from None
    if comes_next not in (NOTHING, begins_with):
        told = (
            f"The shop's system has {name}, or a part of it. Send it again: what is there is found and kept."
        )
        raise CannotDecide(told)


def _look_on(placer: OrderPlacer, message: ExchangeOrder, answers: Sequence[Reply]) -> Request | str:
    """The next request that only reads; then what would be sent next, or that all of it is there."""
    if not isinstance(placer, LooksUp):
        return NOTHING
    if not answers:
        return placer.look_up(message)
    step = placer.next_step(message, [*placer.found(message, answers[0]), *answers[1:]])
    if isinstance(step, Request):
        return step if step.method == "GET" else step.name
    return "all of it" if isinstance(step, Done) else NOTHING
