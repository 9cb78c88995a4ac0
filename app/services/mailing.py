"""Writing to the shopper: a letter is queued in the transaction of what it tells, and sent by a worker.

One mail for each kind and occasion: queued again it is the same, under the same derived key. Where the
deployment has no mail server nothing is queued. What becomes of such a dispatch is
`app.services.work_mailing`.
"""

from __future__ import annotations

import hashlib
import weakref
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Engine, select

from app.domain.exchange_status import Status
from app.domain.idempotency import dispatch_key
from app.domain.letter import Letter, MailKind
from app.models import Dispatch, DispatchState, Exchange, Purpose, Store, db
from app.services.letters import facts_of, recipient_of, sender_of

__all__ = ["TOLD_MOVES", "MailKind", "enqueue_mail", "mail_is_on", "queue_letter", "turn_on", "was_queued"]

SYSTEM = "mail"
# The moves that a shopper reads of; a draft's are its own affair.
TOLD_MOVES: Mapping[Status, MailKind] = MappingProxyType(
    {
        Status.DECLINED: MailKind.DECLINED,
        Status.CANCELLED: MailKind.CANCELLED,
        Status.SHIPPED: MailKind.SHIPPED,
    }
)
# The databases of applications that have a mail server: several of one process do not meet.
_with_mail: weakref.WeakSet[Engine] = weakref.WeakSet()


def turn_on(engine: Engine) -> None:
    """From now on letters are queued in this database."""
    _with_mail.add(engine)


def mail_is_on() -> bool:
    """Whether anybody would send a letter."""
    return db.engine in _with_mail


def enqueue_mail(
    exchange: Exchange, kind: MailKind, now: datetime, *, occasion: str = "", **facts: Any
) -> bool:
    """Queue this mail to whoever made the exchange, within the caller's transaction.

    `facts` are JSON values for the kind's templates, beside those of every mail (`app.services.letters`).
    `occasion` tells apart mails of one kind, such as the pay link of a second try. False where nothing was
    queued: without a mail server, without an address, or because this mail has been queued before.
    """
    to = recipient_of(exchange)
    if not to or not mail_is_on():
        return False
    store = db.session.get_one(Store, exchange.store_id)
    key = mail_key(exchange, kind, occasion)
    letter = Letter(
        kind=kind,
        message_id=message_id_of(key),
        at=now,
        to=to,
        sender=sender_of(store),
        order=exchange.order.number,
        reference=exchange.reference or "",
        exchange=exchange.public_id,
        gift=exchange.gift_view,
        facts=facts_of(exchange, now) | facts,
    )
    return queue_letter(letter, key, exchange.store_id, exchange.id, now)


def queue_letter(letter: Letter, key: str, store_id: int, exchange_id: int | None, now: datetime) -> bool:
    """Put a letter into the queue, once for its key; False where it is there already."""
    if _is_there(key):
        return False
    db.session.add(
        Dispatch(
            store_id=store_id,
            exchange_id=exchange_id,
            system=SYSTEM,
            purpose=Purpose.MAIL,
            key=key,
            message=letter.to_data(),
            state=DispatchState.WAITING,
            due_at=now,
            created_at=now,
        )
    )
    return True


def was_queued(exchange: Exchange, kind: MailKind, occasion: str = "") -> bool:
    """Whether this mail is in the queue, sent or not."""
    return _is_there(mail_key(exchange, kind, occasion))


def mail_key(exchange: Exchange, kind: MailKind, occasion: str = "") -> str:
    """The derived key of this mail; what was never submitted has no generation to be told by."""
    slug = db.session.get_one(Store, exchange.store_id).slug
    part = f"{kind}:{occasion}" if exchange.generation is not None else f"{kind}:{exchange.id}:{occasion}"
    return dispatch_key(slug, exchange.order.number, exchange.generation or 0, Purpose.MAIL, part)


def message_id_of(key: str) -> str:
    """What stands before the @ of the Message-ID: the same for the same mail."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def _is_there(key: str) -> bool:
    return db.session.scalar(select(Dispatch.id).where(Dispatch.key == key)) is not None
