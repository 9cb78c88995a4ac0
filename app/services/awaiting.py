"""Exchanges that await a payment and have no page open: back to choosing, or to an end when time is up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.flags import STOPS_PAYING
from app.domain.letter import MailKind, Unpaid
from app.models import UNDECIDED, Exchange, ExchangeFlag, Payment, Store, db, store_scope, writing
from app.services.locking import locked_exchange
from app.services.mailing import enqueue_mail
from app.services.moving import move_exchange
from app.services.thawing import back_to_draft

ACTOR = "worker"
# One without a page was never paid in: the shopper went away between Confirm and the page.
LEFT_ALONE = timedelta(hours=24)


def give_up_waiting(exchange_id: int, now: datetime) -> None:
    """Let the shopper choose again where nothing is under way to be paid; else nothing changes."""
    with writing():
        exchange = locked_exchange(exchange_id)
        waits = exchange.state is Status.AWAITING_PAYMENT and exchange.pay_until is None
        if waits and not _is_being_paid(exchange.id):
            back_to_draft(exchange, "shopper", now, "went back from paying")


def expire_unpaid(now: datetime) -> int:
    """End what was not paid within the time that a person's yes gave, in every store. How many."""
    ended = 0
    for store_id in db.session.scalars(select(Store.id)).all():
        with store_scope(store_id):
            ended += sum(_expire(exchange_id, now) for exchange_id in _overdue(now))
    return ended


def _overdue(now: datetime) -> list[int]:
    stops = select(ExchangeFlag.id).where(
        ExchangeFlag.exchange_id == Exchange.id,
        ExchangeFlag.settled_at.is_(None),
        ExchangeFlag.kind.in_(STOPS_PAYING),
    )
    found = db.session.scalars(
        select(Exchange.id).where(
            Exchange.status == Status.AWAITING_PAYMENT,
            (Exchange.pay_until < now) | (~stops.exists() & (Exchange.updated_at < now - LEFT_ALONE)),
        )
    ).all()
    db.session.rollback()
    return list(found)


def _expire(exchange_id: int, now: datetime) -> bool:
    """Look again under the lock. A page that may still be paid in is left to its own end."""
    with writing():
        exchange = locked_exchange(exchange_id)
        if exchange.state is not Status.AWAITING_PAYMENT or _is_being_paid(exchange.id):
            return False
        until = exchange.pay_until
        if until is not None and until >= now:
            return False
        why, occasion = (Unpaid.LINK, f"link:{until.isoformat()}") if until else (Unpaid.PAGE, "no page")
        enqueue_mail(exchange, MailKind.PAYMENT_FAILED, now, occasion=occasion, why=why)
        if until:
            move_exchange(exchange, Status.EXPIRED, ACTOR, now)
        else:
            back_to_draft(exchange, ACTOR, now, "nobody came to pay")
        return True


def _is_being_paid(exchange_id: int) -> bool:
    undecided = select(Payment.id).where(Payment.exchange_id == exchange_id, Payment.state.in_(UNDECIDED))
    return db.session.scalar(undecided.limit(1)) is not None
