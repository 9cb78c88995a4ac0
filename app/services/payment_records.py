"""What the provider's record of a page means for the exchange. It alone decides, whoever asked for it.

Everything ends alike whether a webhook came before, after, twice or never: the record is taken under the
order's lock, and a try that is decided already is left as it is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.domain.letter import Unpaid
from app.domain.money import major_units
from app.domain.payment import PaymentRecord, Standing
from app.models import (
    UNDECIDED,
    WANTED,
    Exchange,
    MovementKind,
    Payment,
    PaymentState,
    db,
    writing,
)
from app.services.crashpoints import crashpoint
from app.services.locking import locked_exchange
from app.services.mailing import MailKind, enqueue_mail
from app.services.moving import ask_for_attention
from app.services.paid import go_on_paid
from app.services.payment_attempts import declines_left, payment_under_way
from app.services.payment_ledger import note_movement
from app.services.payment_moves import let_go
from app.services.thawing import back_to_draft

ACTOR = "payment provider"
# Until when an authorisation holds where the provider does not say: most card schemes give seven days.
USUAL_HOLD = timedelta(days=7)
# How long before it lapses an authorisation is let go of, or looked after.
BEFORE_LAPSE = timedelta(hours=24)
SOON, LATER = timedelta(seconds=5), timedelta(minutes=1)
FRESH = timedelta(minutes=10)


def take_record(payment_id: int, record: PaymentRecord, now: datetime, *, left: bool = False) -> None:
    """Act on the provider's record of this try; of one that is decided nothing changes.

    `left`: the shopper has just gone back from paying, and need not be told by mail that nothing was paid.
    """
    with writing():
        exchange, payment = locked_payment(payment_id)
        if payment.standing in UNDECIDED:
            _take(exchange, payment, record, now, left=left)
        crashpoint("paid-before-commit")
    crashpoint("paid-after-commit")


def locked_payment(payment_id: int) -> tuple[Exchange, Payment]:
    """The try with its exchange, locked as every use case locks them: order, exchange, then the rest."""
    exchange_id = db.session.scalars(select(Payment.exchange_id).where(Payment.id == payment_id)).one()
    exchange = locked_exchange(exchange_id)
    payment = db.session.scalars(select(Payment).where(Payment.id == payment_id).with_for_update()).one()
    return exchange, payment


def look_again_at(payment: Payment, now: datetime) -> datetime:
    """When the record is looked at next: often while the shopper may just be paying."""
    return now + (SOON if now - payment.created_at < FRESH else LATER)


def _end_unpaid(exchange: Exchange, payment: Payment, now: datetime, why: str, *, left: bool) -> None:
    """The page is over and nothing came of it: back to choosing, or to the link of a person's yes."""
    wanted = payment.standing in WANTED or _was_blocked(exchange, payment)
    wanted = wanted and exchange.state is Status.AWAITING_PAYMENT
    payment.state, payment.ended_at, payment.next_look_at = PaymentState.OVER, now, None
    if wanted and not left:
        occasion = f"page:{payment.attempt}"
        enqueue_mail(exchange, MailKind.PAYMENT_FAILED, now, occasion=occasion, why=Unpaid.PAGE)
    if wanted and exchange.pay_until is None:
        back_to_draft(exchange, ACTOR, now, why)


def _take(exchange: Exchange, payment: Payment, record: PaymentRecord, now: datetime, *, left: bool) -> None:
    _count_declines(payment, record)
    if record.standing in (Standing.AUTHORISED, Standing.CAPTURED):
        _take_paid(exchange, payment, record, now)
    elif record.standing is Standing.OPEN:
        payment.declined = record.declined[:200] or None
        payment.next_look_at = look_again_at(payment, now)
        if payment.declines and declines_left(exchange, now) <= 0:
            payment.state, payment.next_look_at = PaymentState.CLOSING, now  # nobody tries out cards here
    else:
        _end_unpaid(exchange, payment, now, f"the payment page is {record.standing}", left=left)


def _was_blocked(exchange: Exchange, payment: Payment) -> bool:
    """Whether the page was closed over declined cards, and not since the shopper went another way."""
    closing = payment.standing is PaymentState.CLOSING and payment.declines > 0
    return closing and payment_under_way(exchange.id) is None


def _count_declines(payment: Payment, record: PaymentRecord) -> None:
    """As the provider counts, or where it does not, each decline that is seen to be another one."""
    another = bool(record.last_decline) and record.last_decline != payment.last_decline
    payment.last_decline = record.last_decline or payment.last_decline
    if another and not record.declines:
        payment.declines += 1
    payment.declines = max(payment.declines, record.declines)


def _take_paid(exchange: Exchange, payment: Payment, record: PaymentRecord, now: datetime) -> None:
    wanted = payment.standing in WANTED and exchange.state is Status.AWAITING_PAYMENT
    right = (record.amount, record.currency) == (payment.amount, payment.currency)
    payment.payment, payment.authorised_at, payment.declined = record.payment, now, None
    payment.capture_before = record.capture_before
    lapses = record.capture_before or now + USUAL_HOLD
    payment.state, payment.next_look_at = PaymentState.AUTHORISED, lapses - BEFORE_LAPSE
    _write_down(exchange, payment, record, now)
    if not right:
        _refuse(exchange, payment, record, now)
    elif wanted:
        go_on_paid(exchange, payment, ACTOR, now)
    else:
        let_go(exchange, payment, now)


def _write_down(exchange: Exchange, payment: Payment, record: PaymentRecord, now: datetime) -> None:
    """A provider that takes the money at once, against what it was asked, is believed all the same."""

    def note(kind: MovementKind, amount: int) -> None:
        part, reference = str(payment.attempt), record.payment
        note_movement(
            exchange, kind, amount, part, now, payment=payment, reference=reference, currency=record.currency
        )

    note(MovementKind.AUTHORISED, record.amount)
    if record.standing is Standing.CAPTURED:
        payment.state, payment.captured = PaymentState.CAPTURED, record.captured
        note(MovementKind.CAPTURED, record.captured)


def _refuse(exchange: Exchange, payment: Payment, record: PaymentRecord, now: datetime) -> None:
    """Another amount or currency than was asked for: let go of at once, and a person looks."""
    let_go(exchange, payment, now)
    asked = f"{major_units(payment.amount, payment.currency)} {payment.currency}"
    paid = f"{major_units(record.amount, record.currency)} {record.currency}"
    sentence = f"The payment provider reserved {paid} where {asked} was asked for; it is being given back."
    ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.MONEY)


def forget_page(exchange: Exchange, payment: Payment, now: datetime, *, left: bool) -> None:
    """A page whose address nobody was ever given needs no closing: nobody can pay there."""
    _end_unpaid(exchange, payment, now, "the payment page could not be opened", left=left)
