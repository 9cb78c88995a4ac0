"""The platform has cancelled what it placed: the exchange ends here too, or a person is asked.

An agent who wants it cancelled is `app.services.cancelling_placed`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.exchange_status import PLACED_ONCE, Status
from app.domain.flags import TOLD_CANCELLED, FlagKind
from app.models import Dispatch, Exchange, Purpose, db
from app.services.cancelled_placed import end_placed, why_not_cancelled
from app.services.moving import ask_for_attention, withdraw_attention
from app.services.platform_work import system_of
from app.services.tracking import CannotMark

CANCELLED_THERE = TOLD_CANCELLED + ", but {} Decide what becomes of it."


def take_cancelled(exchange: Exchange, actor: str, now: datetime) -> None:
    """End it as if an agent had cancelled it, within the caller's transaction; order and exchange locked.

    What has left the shop or come back by then, and a gift card that was given, is for a person, who is asked
    once. Said again it changes nothing. Raises CannotMark for what was never placed.
    """
    if exchange.state is Status.CANCELLED:
        return
    if exchange.state not in PLACED_ONCE:
        raise CannotMark(f"{exchange.reference} is {exchange.status}: the shop has not placed it.")
    trouble = why_not_cancelled(exchange)
    if not trouble:
        end_placed(exchange, actor, now, system_of(exchange) or "")
        _settle_what_was_refused(exchange, actor, now)
        return
    sentence = CANCELLED_THERE.format(trouble)
    if not any(flag.words == sentence for flag in exchange.flags):
        ask_for_attention(exchange, sentence, actor, now, FlagKind.PLACED)


def _settle_what_was_refused(exchange: Exchange, actor: str, now: datetime) -> None:
    """The platform may have refused to cancel it for an agent, who then did it there."""
    asked = select(Dispatch.last_error).where(
        Dispatch.exchange_id == exchange.id, Dispatch.purpose == Purpose.CANCEL
    )
    withdraw_attention(exchange, db.session.scalar(asked) or "", actor, now)
