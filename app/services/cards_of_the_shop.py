"""Having the shop's own program make a gift card: queueing the wish, and taking the code that it answered.

Sending it is `app.services.work_issuing`. All of it runs within the caller's transaction.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from app.connectors.results import Issued
from app.domain.card_wish import CardWish
from app.domain.flags import FlagKind
from app.domain.idempotency import dispatch_key
from app.models import Dispatch, DispatchState, Exchange, GiftCard, Purpose, Store, db
from app.services.handing_cards_over import (
    ACTOR,
    HELD,
    NO_ANSWER,
    NO_CODE,
    can_be_told,
    card_of,
    had_before,
    hand_over,
    keep_code,
    say_not_given,
)
from app.services.moving import ask_for_attention
from app.services.owed_cards import is_held_back

PATIENT_FOR = timedelta(minutes=10)
SECOND = "The shop made a second gift card, whose code ends in {tail}. It went to nobody: cancel it there."
GIVEN_BEFORE = "The shop's gift card address answered with a code that the store has had before"


class CodeRefused(Exception):
    """This code cannot be given; the message says why, without the code."""


def ask_the_shop(exchange: Exchange, card: GiftCard, system: str, now: datetime) -> None:
    """Queue the wish for this card, once for ever. One that has waited for long is said to a person."""
    store = db.session.get_one(Store, exchange.store_id)
    key = dispatch_key(store.slug, exchange.order.number, exchange.generation or 0, Purpose.ISSUE, system)
    known = db.session.scalar(select(Dispatch).where(Dispatch.key == key).with_for_update())
    if known is None:
        db.session.add(_wish(exchange, card, store, system, key, now))
    elif known.state == DispatchState.CANCELLED:  # the store had taken its address away, and has one again
        known.state, known.due_at = DispatchState.WAITING, now
        known.finished_at = known.last_error = known.first_tried_at = None
        known.tries = 0
    elif known.state == DispatchState.WAITING and known.tries and now - card.owed_since >= PATIENT_FOR:
        say_not_given(exchange, card, NO_ANSWER, now)


def take_issued(exchange: Exchange, issued: Issued, now: datetime) -> None:
    """Keep the code that the shop made, and hand it over. Raises CodeRefused."""
    if had_before(issued):
        raise CodeRefused(GIVEN_BEFORE)
    card = card_of(exchange)
    if card is None or card.code_id is not None:  # out of the pool, while the shop was being asked
        ask_for_attention(exchange, SECOND.format(tail=issued.tail), ACTOR, now, FlagKind.CARD)
        return
    code = keep_code(exchange, issued, card.amount, now)
    card.code_id = code.id
    if is_held_back(exchange):
        say_not_given(exchange, card, HELD, now)
    elif can_be_told(exchange):
        hand_over(exchange, card, code, now)
    else:
        say_not_given(exchange, card, NO_CODE, now)


def _wish(exchange: Exchange, card: GiftCard, store: Store, system: str, key: str, now: datetime) -> Dispatch:
    wish = CardWish(
        message_id=f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}",
        at=now,
        store=store.slug,
        reference=exchange.reference or "",
        order=exchange.order.number,
        amount=card.amount,
        currency=store.currency,
    )
    return Dispatch(
        store_id=exchange.store_id,
        exchange_id=exchange.id,
        system=system,
        purpose=Purpose.ISSUE,
        key=key,
        message=wish.to_data(),
        state=DispatchState.WAITING,
        due_at=now,
        created_at=now,
    )
