"""Reading exchanges for the pages that show how they stand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.domain.letter import MailKind
from app.models import (
    WANTED,
    Dispatch,
    DispatchState,
    Exchange,
    GiftCard,
    Movement,
    MovementKind,
    Payment,
    Purpose,
    db,
)


def submitted_exchange(exchange_id: int) -> Exchange | None:
    """The exchange with this id, None while it is still a draft."""
    return db.session.scalar(
        select(Exchange).where(Exchange.id == exchange_id, Exchange.submitted_at.is_not(None))
    )


def has_been_paying(exchange_id: int) -> bool:
    """Whether this draft is one that was confirmed already and came back from paying."""
    found = select(Payment.id).where(Payment.exchange_id == exchange_id)
    return db.session.scalar(found.limit(1)) is not None


def card_given_at(exchange_id: int) -> datetime | None:
    """When its gift card was given from here, or mailed for the platform; None where it was not yet."""
    given = select(GiftCard.issued_at).where(GiftCard.exchange_id == exchange_id)
    mailed = select(Dispatch.finished_at).where(
        Dispatch.exchange_id == exchange_id,
        Dispatch.purpose == Purpose.MAIL,
        Dispatch.state == DispatchState.DELIVERED,
        Dispatch.message["kind"].as_string() == MailKind.GIFT_CARD,
    )
    return db.session.scalar(given) or db.session.scalar(mailed.order_by(Dispatch.id).limit(1))


def refund_sent(exchange_id: int) -> Movement | None:
    """The ledger's line of a refund to what the order was paid with, None while it is only due."""
    back = select(Movement).where(Movement.exchange_id == exchange_id, Movement.kind == MovementKind.REFUNDED)
    return db.session.scalar(back.where(Movement.payment_id.is_(None)).order_by(Movement.id.desc()).limit(1))


def payment_to_open(public_id: str) -> int | None:
    """The try to pay for this exchange that is under way."""
    return db.session.scalar(
        select(Payment.id)
        .join(Exchange, Exchange.id == Payment.exchange_id)
        .where(Exchange.public_id == public_id, Payment.state.in_(WANTED))
        .order_by(Payment.id.desc())
        .limit(1)
    )


def exchange_called(reference: str) -> Exchange | None:
    """The exchange with this reference in the store in scope."""
    return db.session.scalar(
        select(Exchange).where(
            Exchange.reference == reference.strip().upper(), Exchange.submitted_at.is_not(None)
        )
    )
