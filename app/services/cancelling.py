"""The shopper changes their mind: an exchange is cancelled as long as nobody has begun to send it.

Either this or the worker's claim comes first, never both: the queue's row is locked before it is looked
at, and a claim passes over a locked row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, Purpose, db, writing
from app.services.crashpoints import crashpoint
from app.services.locking import locked_exchange
from app.services.moving import move_exchange

LEADS_ON = frozenset({Purpose.SCREEN, Purpose.PLACE})  # what was told or paid back is no reason to go on
BEFORE_PLACING = frozenset({Status.SUBMITTED, Status.SCREENING, Status.APPROVED})


class TooLate(Exception):
    """It has been passed on to the shop, or is over; nothing was changed."""


def cancel_exchange(exchange_id: int, actor: str, now: datetime) -> None:
    """Cancel within the undo window. Cancelling again changes nothing. Raises TooLate."""
    with writing():
        exchange, messages = lock_for_cancelling(exchange_id)
        if exchange.state is Status.CANCELLED:
            return
        if not _may_be_cancelled(exchange, messages, now):
            raise TooLate(exchange.status)
        cancel_locked(exchange, actor, now, {})
    crashpoint("cancel-after-commit")


def cancel_locked(exchange: Exchange, actor: str, now: datetime, details: Mapping[str, Any]) -> None:
    """Cancel it within the caller's transaction, its rows locked and looked at. Raises IllegalMove."""
    move_exchange(exchange, Status.CANCELLED, actor, now, details)
    db.session.flush()
    crashpoint("cancel-before-commit")


def cancellable(exchange: Exchange, now: datetime) -> bool:
    """Whether the page may offer it. What is true now may have changed when the button is pressed."""
    messages = db.session.scalars(select(Dispatch).where(Dispatch.exchange_id == exchange.id)).all()
    return _may_be_cancelled(exchange, list(messages), now)


def lock_for_cancelling(exchange_id: int) -> tuple[Exchange, list[Dispatch]]:
    """Order, exchange, and then its messages: the order in which every use case locks them."""
    exchange = locked_exchange(exchange_id)
    messages = select(Dispatch).where(Dispatch.exchange_id == exchange_id).with_for_update()
    return exchange, list(db.session.scalars(messages.execution_options(populate_existing=True)))


def _may_be_cancelled(exchange: Exchange, messages: list[Dispatch], now: datetime) -> bool:
    if exchange.waits_for_a_person or exchange.state is Status.AWAITING_PAYMENT:
        return True  # nothing leaves before somebody has decided, or paid
    if exchange.state not in BEFORE_PLACING or exchange.release_at is None or now >= exchange.release_at:
        return False
    return all(is_untouched(message) for message in messages if message.purpose in LEADS_ON)


def is_untouched(message: Dispatch) -> bool:
    """Whether no worker ever claimed it: every claim counts the fencing number up."""
    return message.state in (DispatchState.WAITING, DispatchState.HELD) and message.fence == 0
