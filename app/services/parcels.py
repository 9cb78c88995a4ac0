"""The parcel that comes back: seen on its way, received, or not what was expected.

Where the store's policy waits for it (`release`), this lets the exchange be placed, unless something else was
in the parcel. What is called `mark…` is a use case of its own, what is called `take…` runs within the
caller's transaction with order and exchange locked.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.flags import FlagKind
from app.models import DispatchState, Exchange, writing
from app.services import audit
from app.services.completing import complete_if_through
from app.services.locking import locked_exchange
from app.services.moving import ask_for_attention, chain_of
from app.services.overdue_returns import parcel_was_seen
from app.services.placing import placing_of
from app.services.reporting import enqueue_parcel_news
from app.services.settling import pay_back
from app.services.tracking import CannotMark


def mark_in_transit(exchange_id: int, at: datetime, actor: str, now: datetime) -> None:
    """The parcel was handed in at this time; said again it changes nothing. Raises CannotMark."""
    with writing():
        take_in_transit(locked_exchange(exchange_id), at, actor, now)


def mark_received(exchange_id: int, at: datetime, actor: str, now: datetime) -> None:
    """The parcel is back at the shop; it was on its way then too. Raises CannotMark."""
    with writing():
        take_received(locked_exchange(exchange_id), at, actor, now)


def take_in_transit(exchange: Exchange, at: datetime, actor: str, now: datetime) -> None:
    """See `mark_in_transit`. Raises CannotMark."""
    _must_expect_a_parcel(exchange)
    if exchange.parcel_seen_at is None:
        exchange.parcel_seen_at = at
        _note(exchange, "parcel in transit", actor, now)


def take_received(exchange: Exchange, at: datetime, actor: str, now: datetime) -> None:
    """See `mark_received`. Raises CannotMark."""
    _must_expect_a_parcel(exchange)
    if _is_unexpected(exchange):
        raise CannotMark("What came back is not what was expected. Settle that first.")
    if exchange.parcel_received_at is None:
        exchange.parcel_seen_at = exchange.parcel_seen_at or at
        exchange.parcel_received_at = at
        _note(exchange, "parcel received", actor, now)
        pay_back(exchange, now)
        complete_if_through(exchange, actor, now)


def mark_unexpected(exchange_id: int, what: str, at: datetime, actor: str, now: datetime) -> None:
    """Something else came back: what waits for the parcel goes on waiting until a person has settled that.

    `what` is different, in words for colleagues. Said again it changes nothing. Raises CannotMark.
    """
    with writing():
        take_unexpected(locked_exchange(exchange_id), what, at, actor, now)


def take_unexpected(exchange: Exchange, what: str, at: datetime, actor: str, now: datetime) -> None:
    """See `mark_unexpected`. Raises CannotMark."""
    _must_expect_a_parcel(exchange)
    if _is_unexpected(exchange):
        return
    exchange.parcel_seen_at = exchange.parcel_seen_at or at
    parcel_was_seen(exchange, actor, now)
    sentence = f"What came back is not what was expected: {what}"
    ask_for_attention(exchange, sentence, actor, now, FlagKind.WRONG_RETURN)
    audit.record(chain_of(exchange), actor, "parcel not as expected", {}, now)


def _is_unexpected(exchange: Exchange) -> bool:
    return any(flag.kind == FlagKind.WRONG_RETURN for flag in exchange.open_flags)


def _must_expect_a_parcel(exchange: Exchange) -> None:
    if exchange.state in (*ENDED_WITHOUT_PLACING, Status.DRAFT):
        raise CannotMark(
            f"{exchange.reference or 'A draft'} is {exchange.status}: nothing comes back for it."
        )


def _note(exchange: Exchange, act: str, actor: str, now: datetime) -> None:
    """Write it down, let go what was held for it (no sooner than the undo window ends), and tell of it."""
    exchange.updated_at = now
    parcel_was_seen(exchange, actor, now)
    released = False
    dispatch = placing_of(exchange.id)
    if dispatch is not None and dispatch.state == DispatchState.HELD and not exchange.awaits_parcel:
        dispatch.state = DispatchState.WAITING
        dispatch.due_at = max(exchange.release_at or now, now)
        released = True
    if dispatch is not None and exchange.state in PLACED_ONCE:
        enqueue_parcel_news(exchange, dispatch, now)
    audit.record(chain_of(exchange), actor, act, {"released": released}, now)
