"""A person sends a mail once more, because the shopper says that it never came: with the facts of today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, Status
from app.domain.letter import MailKind
from app.models import Dispatch, DispatchState, Exchange, GiftCard, Purpose, db, writing
from app.services import audit
from app.services.cards_of_the_platform import told_before
from app.services.handing_cards_over import place_of_code
from app.services.locking import locked_exchange
from app.services.mailing import enqueue_mail, mail_is_on
from app.services.moving import chain_of

AGAIN = (MailKind.CONFIRMATION, MailKind.GIFT_CARD, MailKind.PAY_LINK, MailKind.PAYMENT_FAILED)
UNPAID = (Status.DRAFT, Status.AWAITING_PAYMENT, Status.IN_REVIEW)


class CannotSend(Exception):
    """This mail cannot be sent; the message says why, for the person who asked."""


def may_be_sent_again(exchange: Exchange, messages: Iterable[Dispatch]) -> dict[MailKind, int]:
    """The mails that can be offered, and how many of each there are among the messages of this exchange."""
    if not mail_is_on():
        return {}
    kinds = Counter(row.message["kind"] for row in messages if row.purpose == Purpose.MAIL)
    return {kind: kinds[kind] for kind in AGAIN if kind in kinds and _is_of_use(exchange, kind)}


def send_again(exchange_id: int, kind: MailKind, by: str, now: datetime, *, seen: int | None = None) -> None:
    """Queue this mail anew; one that still waits to be sent is left alone. Raises CannotSend.

    `seen` is how many of its kind there were when somebody asked for one more: where there are more
    meanwhile, it was asked for already. None asks for another one in any case.
    """
    with writing():
        exchange = locked_exchange(exchange_id)
        earlier = _earlier(exchange_id, kind)
        waits = any(row.state == DispatchState.WAITING for row in earlier)
        if waits or (seen is not None and len(earlier) > seen):
            return
        never = kind is MailKind.PAYMENT_FAILED and not earlier
        if kind not in AGAIN or never or not _is_of_use(exchange, kind):
            raise CannotSend(
                f"{exchange.reference} is {exchange.status}: this mail would tell what is not so."
            )
        if not enqueue_mail(exchange, kind, now, occasion=f"again-{len(earlier)}", **_facts(exchange, kind)):
            raise CannotSend("There is no mail server, or nobody to send it to.")
        audit.record(chain_of(exchange), by, "mail sent again", {"kind": str(kind)}, now)


def _earlier(exchange_id: int, kind: MailKind) -> list[Dispatch]:
    rows = db.session.scalars(
        select(Dispatch).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.MAIL)
    )
    return [row for row in rows if row.message["kind"] == kind]


def _is_of_use(exchange: Exchange, kind: MailKind) -> bool:
    if kind is MailKind.PAY_LINK:
        return exchange.state is Status.AWAITING_PAYMENT
    if kind is MailKind.PAYMENT_FAILED:
        return exchange.state in UNPAID
    return kind is MailKind.GIFT_CARD or exchange.state not in ENDED_WITHOUT_PLACING


def _facts(exchange: Exchange, kind: MailKind) -> dict[str, Any]:
    if kind is MailKind.PAY_LINK:
        until = exchange.pay_until.isoformat() if exchange.pay_until else None
        return {"amount": exchange.amount_due, "until": until}
    if kind is not MailKind.GIFT_CARD:
        return {}
    card = db.session.scalar(select(GiftCard).where(GiftCard.exchange_id == exchange.id))
    if card is None or card.issued_at is None:
        told = told_before(exchange.id)
        if told is not None:
            return told
        raise CannotSend(f"{exchange.reference} has been given no gift card from here.")
    return {"amount": card.amount, "code": place_of_code(exchange)}
