"""Beginning to pay: a row for each page that is going to be opened, and no more of them than is allowed.

All functions run within the caller's transaction. The page itself is opened afterwards
(`app.services.payment_pages`): nothing is sent while a transaction is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.domain.payment import PaymentWish
from app.models import WANTED, Exchange, Order, Payment, PaymentState, Store, db
from app.services.payment_ledger import money_key

PAY = "pay"
WITHIN = timedelta(hours=1)
# Stripe: a Checkout Session may expire 30 minutes to 24 hours after it was made.
PAGE_LIFE = timedelta(minutes=45)
OPENS_WITHIN = timedelta(minutes=10)


class TooManyTries(Exception):
    """As many payment pages as an order may have in an hour were opened; the next one at `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


def begin_payment(exchange: Exchange, gateway: str, pay_at: str, now: datetime) -> Payment:
    """A try to pay what is due: the one that is under way, else a new one. Raises TooManyTries.

    `pay_at` is the exchange's own page, where the shopper comes back to.
    """
    under_way = payment_under_way(exchange.id)
    if under_way is not None and not _is_stale(under_way, now):
        return under_way
    if under_way is not None:
        under_way.state, under_way.next_look_at = PaymentState.CLOSING, now
    _check_tries(exchange, now)
    attempt = 1 + (_tries(exchange.order_id) or 0)
    wish = _wish(exchange, money_key(exchange, PAY, str(attempt)), pay_at, now)
    payment = Payment(
        store_id=exchange.store_id,
        exchange_id=exchange.id,
        attempt=attempt,
        gateway=gateway,
        key=wish.key,
        amount=wish.amount,
        currency=wish.currency,
        state=PaymentState.OPENING,
        wish=asdict(wish) | {"expires_at": wish.expires_at.isoformat()},
        created_at=now,
        expires_at=wish.expires_at,
        next_look_at=wish.expires_at,
        captured=0,
        refunded=0,
    )
    db.session.add(payment)
    db.session.flush()
    return payment


def _is_stale(payment: Payment, now: datetime) -> bool:
    """Whether a page that never opened would have too little time left: Stripe wants half an hour at least.

    Nobody was given its address. Should there be one after all, it is found and closed.
    """
    return payment.standing is PaymentState.OPENING and now - payment.created_at > OPENS_WITHIN


def payment_under_way(exchange_id: int) -> Payment | None:
    """The try that the shopper may still pay in."""
    return db.session.scalar(
        select(Payment)
        .where(Payment.exchange_id == exchange_id, Payment.state.in_(WANTED))
        .order_by(Payment.id.desc())
        .limit(1)
    )


def last_payment(exchange_id: int) -> Payment | None:
    """The latest try, whatever came of it."""
    return db.session.scalar(
        select(Payment).where(Payment.exchange_id == exchange_id).order_by(Payment.id.desc()).limit(1)
    )


def wish_of(payment: Payment) -> PaymentWish:
    """What the page is opened with, the same whenever it is asked for."""
    data: Mapping[str, Any] = payment.wish
    return PaymentWish(**{**data, "expires_at": datetime.fromisoformat(data["expires_at"])})


def _wish(exchange: Exchange, key: str, pay_at: str, now: datetime) -> PaymentWish:
    store = db.session.get_one(Store, exchange.store_id)
    reference = exchange.reference or ""
    return PaymentWish(
        key=key,
        amount=exchange.amount_due or 0,
        currency=exchange.order.currency,
        store=store.name,
        reference=reference,
        order=exchange.order.number,
        description=f"{store.name}: exchange {reference} of order {exchange.order.number}",
        statement=reference,
        return_url=pay_at,
        back_url=pay_at,
        email=exchange.order.email or None,
        expires_at=now + PAGE_LIFE,
        tries=declines_left(exchange, now),
    )


def _check_tries(exchange: Exchange, now: datetime) -> None:
    """Each page that was opened is a try, and so is each declined card. Raises TooManyTries."""
    most = db.session.get_one(Store, exchange.store_id).policy.pay_attempts
    lately = [at for at, declines in _pages(exchange.order_id, now) for _ in range(max(1, declines))]
    if len(lately) >= most:
        raise TooManyTries(lately[-most] + WITHIN)


def declines_left(exchange: Exchange, now: datetime) -> int:
    """How many more cards may be declined for the order before its page is ended (T33)."""
    most = db.session.get_one(Store, exchange.store_id).policy.pay_attempts
    return most - sum(declines for _, declines in _pages(exchange.order_id, now))


def _pages(order_id: int, now: datetime) -> Sequence[tuple[datetime, int]]:
    """When each page of the last hour was opened for the order, and the cards that were declined on it."""
    rows = db.session.execute(
        select(Payment.created_at, Payment.declines)
        .join(Exchange, Exchange.id == Payment.exchange_id)
        .where(Exchange.order_id == order_id, Payment.created_at > now - WITHIN, Payment.page.is_not(None))
        .order_by(Payment.created_at)
    )
    return [(at, declines) for at, declines in rows]


def _tries(order_id: int) -> int | None:
    """Tries of all exchanges of the order, by anybody."""
    return db.session.scalar(
        select(func.count(Payment.id))
        .join(Exchange, Exchange.id == Payment.exchange_id)
        .join(Order, Order.id == Exchange.order_id)
        .where(Exchange.order_id == order_id)
    )
