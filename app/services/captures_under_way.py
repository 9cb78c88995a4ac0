"""Whether a capture may have been made at the provider although nobody here knows it yet.

As long as it may, what is reserved is not let go of; where it cannot, what is let go of is not taken first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.models import Dispatch, DispatchState, Exchange, Payment, Purpose, db
from app.services.payment_moves import NOT_YET
from app.services.perhaps_done import may_be_done


def capture_under_way(exchange: Exchange, payment: str) -> bool:
    """Whether a capture of this payment (the provider's number) waits to learn what it has done."""
    waiting = _captures_of(exchange, payment, (DispatchState.WAITING,))
    return any(may_be_done(capture) for capture in waiting)


def end_captures(exchange: Exchange, payment: Payment, now: datetime) -> list[Dispatch]:
    """End, within the caller's transaction, the captures that took nothing and nobody sends just now.

    Returned with the reason for which they failed, where they did, in `last_error`.
    """
    open_ones = _captures_of(exchange, payment.payment or "", NOT_YET, lock=True)
    ended = [each for each in open_ones if not each.leased_until and not may_be_done(each)]
    for capture in ended:
        capture.state, capture.finished_at = DispatchState.CANCELLED, now
    return ended


def _captures_of(
    exchange: Exchange, payment: str, states: Sequence[DispatchState], *, lock: bool = False
) -> list[Dispatch]:
    found = select(Dispatch).where(
        Dispatch.exchange_id == exchange.id,
        Dispatch.purpose == Purpose.CAPTURE,
        Dispatch.state.in_(states),
    )
    rows = db.session.scalars(found.with_for_update() if lock else found)
    return [row for row in rows if row.message["payment"] == payment]
