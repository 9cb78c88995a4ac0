"""A person's answer where a message could not get through: send it again, or say what was made of it.

Both may be said twice. A reason is kept in the exchange's row and not in the audit trail, as it may name
people. Deciding on an exchange that waits for a yes or no is `app.services.agent_decisions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app.connectors.base import LooksUp
from app.connectors.results import Placed
from app.connectors.settings import InvalidSettings
from app.domain.exchange_order import ExchangeOrder
from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.flags import UNTIL_PLACED
from app.models import Dispatch, DispatchState, Exchange, Purpose, db, writing
from app.services import audit
from app.services.agent_decisions import Decision, note_decision
from app.services.connector_settings import Connections, NotConnected, placer_for
from app.services.dispatch_answers import look_up_next
from app.services.dispatch_endings import due_again, finish
from app.services.locking import locked_exchange
from app.services.moving import chain_of, move_exchange, withdraw_kinds
from app.services.owing import owes_before_placing
from app.services.platform_numbers import why_not_known_by
from app.services.releasing import may_be_at_the_platform
from app.services.search_keys import index_placed
from app.services.secret_box import WrongKey
from app.services.work_placing import take_placed

STUCK = (DispatchState.FAILED, DispatchState.UNKNOWN)
CLOSED = (DispatchState.FAILED, DispatchState.UNKNOWN, DispatchState.DELIVERED)
OPEN = (Status.PLACING, Status.IN_REVIEW)


class CannotRecover(Exception):
    """This cannot be said of the exchange; the message says why, for the person who asked."""


def retry(connections: Connections, exchange_id: int, decision: Decision, now: datetime) -> list[str]:
    """Send again what has failed, the same message under the same key: the parts that wait for it now.

    What waits for its next try is tried now. The platform is asked first what it has, where it can be.
    Raises CannotRecover.
    """
    with writing():
        exchange = locked_exchange(exchange_id)
        dispatches = list(
            db.session.scalars(
                select(Dispatch)
                .where(Dispatch.exchange_id == exchange_id, Dispatch.purpose != Purpose.WATCH)
                .order_by(Dispatch.id)
                .with_for_update()
            )
        )
        stuck = _stuck(dispatches)
        under_way = [each for each in dispatches if each.state == DispatchState.WAITING]
        if not stuck:
            if not under_way or exchange.state in ENDED_WITHOUT_PLACING:
                raise CannotRecover(
                    f"{exchange.reference} is {exchange.status}, and nothing of it has failed."
                )
            _hurry(exchange, [each for each in under_way if _is_put_off(each, now)], decision, now)
            return [_part(each) for each in under_way]
        for each in stuck:
            if each.purpose == Purpose.PLACE:
                _place_again(connections, exchange, each, decision.by, now)
            due_again(exchange, each, decision.by, now)
        note_decision(exchange, decision, "sent again", now)
        again = [_part(each) for each in stuck]
        audit.record(chain_of(exchange), decision.by, "sent again", {"parts": again}, now)
        return again


def may_retry(exchange: Exchange, dispatches: Iterable[Dispatch], now: datetime) -> bool:
    """Whether the page may offer it: something has failed, or waits for its next try."""
    every = [each for each in dispatches if each.purpose != Purpose.WATCH]
    stuck = _stuck(every)
    if any(each.purpose == Purpose.PLACE for each in stuck):
        return exchange.state in OPEN and not (exchange.waits_for_a_person or _is_to_be_paid_anew(exchange))
    put_off = any(_is_put_off(each, now) for each in every)
    return bool(stuck) or (put_off and exchange.state not in ENDED_WITHOUT_PLACING)


def may_mark_placed(exchange: Exchange, dispatches: Iterable[Dispatch]) -> bool:
    """Whether the page may offer to say under which number the platform has it."""
    placing = [each for each in dispatches if each.purpose == Purpose.PLACE]
    return exchange.state in OPEN and any(each.state in CLOSED for each in placing)


def mark_placed(exchange_id: int, number: str, decision: Decision, now: datetime) -> None:
    """The platform has it, as a person saw there, under this order number. Raises CannotRecover."""
    with writing():
        exchange = locked_exchange(exchange_id)
        if exchange.state in PLACED_ONCE and exchange.platform_order == number:
            return
        dispatch = db.session.scalar(
            select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.PLACE)
        )
        if exchange.state in PLACED_ONCE:
            raise CannotRecover(f"{exchange.reference} is placed as {exchange.platform_order} already.")
        if exchange.state not in OPEN or dispatch is None:
            raise CannotRecover(f"{exchange.reference} is {exchange.status}: nothing of it was sent.")
        if dispatch.state not in CLOSED:
            raise CannotRecover(f"{exchange.reference} is still being sent; wait until that has ended.")
        trouble = why_not_known_by(exchange, number)
        if trouble:
            raise CannotRecover(f"It cannot be kept as order {number}: {trouble}.")
        _to_placing(exchange, decision.by, now)
        withdraw_kinds(exchange, UNTIL_PLACED, decision.by, now)
        finish(dispatch, DispatchState.DELIVERED, now, result={"order": number, "by": decision.by})
        note_decision(exchange, decision, "found placed", now)
        message = ExchangeOrder.from_data(dispatch.message)
        take_placed(exchange, message, Placed(number, None, None, None), decision.by, now)
        index_placed()


def _place_again(
    connections: Connections, exchange: Exchange, dispatch: Dispatch, by: str, now: datetime
) -> None:
    """See to it that the exchange may be placed once more. Raises CannotRecover."""
    if exchange.waits_for_a_person:
        raise CannotRecover(f"{exchange.reference} waits for a yes or no: approve or decline it.")
    if exchange.state not in OPEN:
        raise CannotRecover(f"{exchange.reference} is {exchange.status}.")
    if _is_to_be_paid_anew(exchange):
        raise CannotRecover(
            f"{exchange.reference} is not paid for any more. Approve it, which sends the shopper a link to"
            " pay; where it stands at the platform already, say under which number."
        )
    try:
        placer = placer_for(connections, dispatch.system)
    except (NotConnected, InvalidSettings, WrongKey) as problem:
        raise CannotRecover(f"It cannot be sent: {problem}.") from None
    can_look = isinstance(placer, LooksUp)
    may_repeat = can_look or placer.safe_to_repeat
    if exchange.state is Status.IN_REVIEW and not may_repeat and may_be_at_the_platform(exchange):
        raise CannotRecover(
            "Part of it may stand at the platform. Look there: if the order exists, say under which number"
            " it stands; if not, decline it."
        )
    _to_placing(exchange, by, now)
    if can_look and dispatch.steps:
        message = ExchangeOrder.from_data(dispatch.message)
        look_up_next(placer, message, dispatch, now, most=len(dispatch.steps) + 1)


def _is_to_be_paid_anew(exchange: Exchange) -> bool:
    """Whether what was reserved for it was let go of after the platform's no."""
    return exchange.state is Status.IN_REVIEW and owes_before_placing(exchange)


def _stuck(dispatches: Iterable[Dispatch]) -> list[Dispatch]:
    return [each for each in dispatches if each.state in STUCK and each.purpose != Purpose.SCREEN]


def _is_put_off(dispatch: Dispatch, now: datetime) -> bool:
    """Tried in vain and waiting for the next try; what was never tried may wait for the undo window."""
    waits = dispatch.state == DispatchState.WAITING and dispatch.tries > 0 and dispatch.due_at > now
    return waits and (dispatch.leased_until is None or dispatch.leased_until <= now)


def _hurry(exchange: Exchange, put_off: list[Dispatch], decision: Decision, now: datetime) -> None:
    if not put_off:
        return
    for each in put_off:
        each.due_at = now
    note_decision(exchange, decision, "tried sooner", now)
    parts = [_part(each) for each in put_off]
    audit.record(chain_of(exchange), decision.by, "tried sooner", {"parts": parts}, now)


def _to_placing(exchange: Exchange, by: str, now: datetime) -> None:
    """Along the table of moves: who sends it again, or found it placed, has said yes to it."""
    for step in (Status.APPROVED, Status.PLACING):
        if exchange.state is not Status.PLACING:
            move_exchange(exchange, step, by, now)


def _part(dispatch: Dispatch) -> str:
    return f"{dispatch.purpose} at {dispatch.system or 'no platform yet'}"
