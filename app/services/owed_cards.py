"""A gift card that is owed, of an exchange that is being cancelled or was: then no code goes out any more.

All of it runs within the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.exchange_status import PLACED_ONCE
from app.domain.flags import SAID_CANCELLED, FlagKind
from app.models import Dispatch, Exchange, Purpose, db
from app.services.handing_cards_over import ACTOR, card_of, given_otherwise
from app.services.moving import withdraw_kinds
from app.services.waiting_for import waits_for


def may_be_given_away(exchange: Exchange) -> bool:
    """Whether its card is out, or may be: by the platform or a person, from the pool or the shop's program.

    Not where none is due of it.
    """
    if not exchange.card_total:
        return False
    card = card_of(exchange)
    if card is None or card.amount < exchange.card_total:  # the platform gave it, or a part of it
        return True
    given = card.issued_at is not None or card.code_id is not None
    return given or given_otherwise(exchange) or _asked(exchange)


def is_held_back(exchange: Exchange) -> bool:
    """Whether it is not to be given just now: the exchange has ended, is said to have, or is being ended."""
    said = any(words in flag.words for flag in exchange.open_flags for words in SAID_CANCELLED)
    return exchange.state not in PLACED_ONCE or said or waits_for(exchange, Purpose.CANCEL)


def drop_owed(exchange: Exchange, now: datetime) -> None:
    """The exchange was cancelled: nothing is owed, and nobody need see to it."""
    card = card_of(exchange)
    if card is not None and card.issued_at is None and card.code_id is None:
        db.session.delete(card)
        withdraw_kinds(exchange, {FlagKind.CARD}, ACTOR, now)


def _asked(exchange: Exchange) -> bool:
    """Whether the shop's program may have heard the wish for it."""
    wishes = select(Dispatch).where(Dispatch.exchange_id == exchange.id, Dispatch.purpose == Purpose.ISSUE)
    return any(wish.steps for wish in db.session.scalars(wishes))
