"""A person's yes or no to an exchange that waits for one: approved and queued, or declined and undone.

The sum stays the one that the shopper confirmed; a yes looks again only at what can have gone: units and
stock. Reasons are kept with the exchange and not in the audit trail, as they may name people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.eligibility import local_day
from app.domain.exchange_status import Status
from app.models import Dispatch, DispatchState, Exchange, ExchangeDecision, Purpose, Store, db, writing
from app.services.baskets import Basket, load_basket
from app.services.locking import locked_exchange
from app.services.mailing import MailKind, enqueue_mail
from app.services.moving import move_exchange, withdraw_attention
from app.services.overriding import Person
from app.services.owing import LAPSED, UNPAID, owes_before_placing
from app.services.placing import enqueue_placing, placing_of
from app.services.placing_message import message_of
from app.services.releasing import may_be_at_the_platform
from app.services.second_person import (
    acted_for_shopper,
    chose_for_shopper,
    why_not_their_money,
    why_not_theirs,
)
from app.services.still_there import why_gone


class CannotDecide(Exception):
    """This exchange cannot be decided so; the message says why, for the person who asked."""


@dataclass(frozen=True)
class Decision:
    """Who decided and why. `words` are added to what the shopper reads; `reason` is for the house.

    `person` where somebody of the console decides, whose role and part in the exchange then count.
    """

    by: str
    reason: str
    words: str = ""
    person: Person | None = None


def approve(exchange_id: int, decision: Decision, now: datetime) -> None:
    """Let it be placed: the queue gets its message, or gets it once more after a clear no.

    Raises CannotDecide.
    """
    with writing():
        exchange = _in_review(exchange_id)
        _refuse_if_not_theirs(exchange, decision.person)
        if may_be_at_the_platform(exchange):
            raise CannotDecide("A message of it may have reached the platform. Look there first.")
        basket = load_basket(exchange.id, now)
        gone = why_gone(exchange, basket)
        if gone:
            raise CannotDecide(gone)
        alone = decision.person is not None and chose_for_shopper(exchange, decision.person)
        noted = {"without_second_person": True} if alone else {}
        note_decision(exchange, decision, "approved", now)
        _renew_dates(exchange, basket, now)
        if owes_before_placing(exchange):
            _ask_to_pay(exchange, basket, decision.by, now, noted)
            return
        move_exchange(exchange, Status.APPROVED, decision.by, now, noted)
        refused = placing_of(exchange.id)
        if refused is None:
            _enqueue(exchange, basket, now)
        else:
            send_again(exchange, refused, decision.by, now)


def decline(exchange_id: int, decision: Decision, now: datetime) -> None:
    """End it and give everything back. Raises CannotDecide."""
    with writing():
        exchange = _in_review(exchange_id)
        note_decision(exchange, decision, "declined", now)
        exchange.decision_words = decision.words or None
        move_exchange(exchange, Status.DECLINED, decision.by, now)


def _in_review(exchange_id: int) -> Exchange:
    exchange = locked_exchange(exchange_id)
    if exchange.state is not Status.IN_REVIEW:
        raise CannotDecide(f"{exchange.reference} is {exchange.status}; nobody is asked to decide.")
    return exchange


def _refuse_if_not_theirs(exchange: Exchange, person: Person | None) -> None:
    """The command line and a screening system are asked for no role."""
    trouble = why_not_theirs(exchange, person) if person else ""
    if trouble:
        raise CannotDecide(trouble)


def settled_by(exchange: Exchange, person: Person | None, amount: int) -> dict[str, bool]:
    """What the trail says of whoever settles this amount by hand, in minor units. Raises CannotDecide.

    The command line is asked for no role.
    """
    if person is None or not amount:
        return {}
    trouble = why_not_their_money(exchange, person, amount)
    if trouble:
        raise CannotDecide(trouble)
    return {"without_second_person": True} if acted_for_shopper(exchange, person) else {}


def note_decision(exchange: Exchange, decision: Decision, act: str, now: datetime) -> None:
    """Keep it as the latest, and beside every other; within the caller's transaction."""
    exchange.decided_at = now
    exchange.decided_by, exchange.decision_reason = decision.by, decision.reason
    keep_reason(exchange, decision, act, now)


def keep_reason(exchange: Exchange, decision: Decision, act: str, now: datetime) -> None:
    """Keep who did what and why. The reason may name people, so it does not stand in the audit trail."""
    db.session.add(
        ExchangeDecision(
            store_id=exchange.store_id,
            exchange_id=exchange.id,
            at=now,
            by=decision.by,
            act=act,
            reason=decision.reason,
        )
    )


def _renew_dates(exchange: Exchange, basket: Basket, now: datetime) -> None:
    """Whoever had to wait gets the full time to send things back."""
    store = db.session.get_one(Store, exchange.store_id)
    today = local_day(now, store.time_zone)
    exchange.send_by = today + timedelta(days=basket.policy.send_back_days)


def _ask_to_pay(
    exchange: Exchange, basket: Basket, by: str, now: datetime, noted: Mapping[str, bool]
) -> None:
    """A yes to what must be paid first: the shopper is sent where to pay, and has some days for it.

    It answers why the last payment was let go of, and the no that came before.
    """
    for reason in (LAPSED, UNPAID, *_refusals(exchange)):
        withdraw_attention(exchange, reason, by, now)
    until = exchange.pay_until = now + timedelta(days=basket.policy.pay_link_days)
    move_exchange(exchange, Status.AWAITING_PAYMENT, by, now, {"pay_until": until.isoformat(), **noted})
    facts = {"amount": exchange.amount_due, "until": until.isoformat()}
    enqueue_mail(exchange, MailKind.PAY_LINK, now, occasion=until.isoformat(), **facts)


def _refusals(exchange: Exchange) -> list[str]:
    """What the platform or the payment provider said no with."""
    refused = select(Dispatch.last_error).where(
        Dispatch.exchange_id == exchange.id,
        Dispatch.purpose.in_((Purpose.PLACE, Purpose.CAPTURE)),
        Dispatch.state == DispatchState.FAILED,
    )
    return [reason or "" for reason in db.session.scalars(refused)]


def _enqueue(exchange: Exchange, basket: Basket, now: datetime) -> None:
    frozen = exchange.quote
    if frozen is None:
        raise CannotDecide(f"{exchange.reference} was never confirmed.")
    message = message_of(exchange, basket, frozen)
    enqueue_placing(exchange, message, max(exchange.release_at or now, now), now)


def send_again(exchange: Exchange, refused: Dispatch, by: str, now: datetime) -> None:
    """The same message under the same key: a platform that said no may have been set right since."""
    withdraw_attention(exchange, refused.last_error or "", by, now)
    refused.ask_anew()
    refused.state, refused.due_at = DispatchState.WAITING, now
    refused.finished_at = refused.last_error = refused.first_tried_at = None
    refused.tries, refused.result = 0, None
