"""Confirm: one local transaction that freezes what the shopper saw and queues it. No network here.

Submitting again, from another tab or by many threads, ends at the same exchange: the order row is
locked first, the status looked at under the lock, and a unique index stands behind both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.domain.collecting import Collecting, Till, collecting
from app.domain.exchange_status import Status
from app.domain.quote import Quote
from app.domain.replacements import Refusal
from app.models import Exchange, LineItem, db, writing
from app.services import audit
from app.services.agents.people import FOR_SHOPPER
from app.services.baskets import Basket, load_basket
from app.services.choosing import SENTENCES
from app.services.connected_systems import paying_system
from app.services.crashpoints import crashpoint
from app.services.desk_drafts import may_choose
from app.services.draft_exchange import live_exchange_of
from app.services.freezing import freeze
from app.services.holds import hold_all, release_holds
from app.services.locking import locked_exchange
from app.services.mailing import MailKind, enqueue_mail
from app.services.moving import move_exchange
from app.services.noticing import enqueue_notice
from app.services.overriding import settle_overrides
from app.services.payment_attempts import begin_payment
from app.services.placing_message import message_of
from app.services.queueing import enqueue_first
from app.services.quotes import quote
from app.services.search_keys import index_exchange
from app.services.splitting import keep_to_what_is_open
from app.services.submit_checks import NotReady, check_items

LONGEST_NOTE = 500


UNPAYABLE = (
    "Exactly this amount cannot be paid on the payment provider's page."
    " Choose something else, or ask the shop."
)
SHOPPER_PAYS = "The shopper pays this before it is confirmed. Hand over, and they pay and confirm."


class AnotherExchange(Exception):
    """Another exchange of this order was confirmed first, or somebody else has this draft now.

    `public_id` is where to look.
    """

    def __init__(self, public_id: str) -> None:
        super().__init__(public_id)
        self.public_id = public_id


class QuoteMoved(Exception):
    """Prices, stock or policy changed since the shopper looked; `now` is the sum as it stands."""

    def __init__(self, now: Quote) -> None:
        super().__init__(now.version)
        self.now = now


class QuoteTooOld(QuoteMoved):
    """The sum was shown longer ago than policy lets it be confirmed, moved or not."""


@dataclass(frozen=True)
class Confirmation:
    """What Review posted: the version of the quote that the shopper saw, and who pressed.

    `note` is for whoever judges the exchange, and kept only where somebody does. `quoted_at` is when the
    sum was shown; None where it was made for this very confirmation. `till` is where it would be paid, if
    anything is due; `pay_at` is where the shopper comes back to after paying: without it no payment is begun.
    """

    exchange_id: int
    quote_version: str
    actor: str
    note: str = ""
    quoted_at: datetime | None = None
    till: Till | None = None
    pay_at: str = ""


def submit(confirmation: Confirmation, now: datetime) -> str:
    """Confirm a draft and return its public id; a submitted one returns its id again.

    Where an amount is due that the shopper pays first, it awaits the payment and nothing else is queued.
    Raises AnotherExchange, NotReady, QuoteMoved, TooManyTries; then nothing was changed.
    """
    try:
        with writing():
            exchange = locked_exchange(confirmation.exchange_id)
            crashpoint("submit-locked")
            if exchange.state is Status.DRAFT:
                _submit_draft(exchange, confirmation, now)
            crashpoint("submit-before-commit")
        crashpoint("submit-after-commit")
        return exchange.public_id
    except IntegrityError:
        mine = db.session.get_one(Exchange, confirmation.exchange_id)
        live = live_exchange_of(mine.order_id)
        if live is None:
            raise
        raise AnotherExchange(_told(live, mine)) from None


def _told(live: Exchange, mine: Exchange) -> str:
    """Where to look; giver and recipient are never led to each other's exchange."""
    return live.public_id if live.gift_view == mine.gift_view else mine.public_id


def _submit_draft(exchange: Exchange, confirmation: Confirmation, now: datetime) -> None:
    live = live_exchange_of(exchange.order_id)
    if live is not None and live.id != exchange.id:
        raise AnotherExchange(_told(live, exchange))
    if not may_choose(exchange.id, confirmation.actor):
        raise AnotherExchange(exchange.public_id)
    basket = load_basket(exchange.id, now)
    check_items(basket)
    current = quote(basket)
    if current is None:
        raise NotReady("Choose at least one item to exchange.")
    if current.gives_an_empty_card:
        raise NotReady("Nothing would be left for the gift card. Please choose something else.")
    if current.version != confirmation.quote_version:
        raise QuoteMoved(current)
    if _is_too_old(confirmation, basket, now):
        raise QuoteTooOld(current)
    _secure(basket, now)
    _take_units(basket)
    crashpoint("submit-units-taken")
    release_holds(exchange)  # from here on the units are promised, which counts in their place
    keep_to_what_is_open(exchange, basket)
    doubts = _doubts(basket)
    exchange.collect = _how_collected(basket, current, confirmation.till or _till())
    pays_first = exchange.collect is Collecting.GATEWAY and not doubts
    if pays_first and confirmation.actor.endswith(FOR_SHOPPER):
        raise NotReady(SHOPPER_PAYS)
    to = Status.AWAITING_PAYMENT if pays_first else Status.SUBMITTED
    freeze(exchange, basket, current, to, now)
    exceptions = settle_overrides(exchange.id, basket.order, current)
    index_exchange(exchange)
    message = message_of(exchange, basket, current)
    entry = audit.record(
        f"exchange:{exchange.id}",
        confirmation.actor,
        str(to),
        {
            "quote": current.version,
            "generation": exchange.generation,
            "items": len(basket.items),
            **({"exceptions": exceptions} if exceptions else {}),
        },
        now,
    )
    enqueue_notice(exchange, Status.DRAFT, entry.number, now)
    if doubts:
        _ask_a_person(exchange, doubts, confirmation, now)
    elif pays_first:
        _ask_to_pay(exchange, confirmation, now)
        return
    else:
        enqueue_first(exchange, message, now)
    enqueue_mail(exchange, MailKind.CONFIRMATION, now)


def _doubts(basket: Basket) -> list[dict[str, str]]:
    """What a person has to judge, item by item; said once of a line in several parts."""
    doubts = [
        {"code": doubt.code, "item": item.line.title, "agent": doubt.agent, "shopper": doubt.shopper}
        for item in basket.items
        for doubt in basket.judged(item).doubts
    ]
    return [doubt for place, doubt in enumerate(doubts) if doubt not in doubts[:place]]


def _ask_a_person(
    exchange: Exchange, doubts: list[dict[str, str]], confirmation: Confirmation, now: datetime
) -> None:
    """Nothing is queued: `agent_decisions` does that, or declines."""
    exchange.doubts = doubts
    exchange.shopper_note = confirmation.note.strip()[:LONGEST_NOTE] or None
    codes = sorted({doubt["code"] for doubt in doubts})
    move_exchange(exchange, Status.IN_REVIEW, confirmation.actor, now, {"doubts": codes})


def _how_collected(basket: Basket, current: Quote, till: Till | None) -> Collecting | None:
    """Raises NotReady where it would have to be paid and cannot be."""
    how = collecting(basket.policy, current.amount_due, till)
    if how is Collecting.GATEWAY and till is not None and not till.takes(current.amount_due):
        raise NotReady(UNPAYABLE)
    return how


def _till() -> Till | None:
    """Where the store takes payments, as far as that is known without asking the provider's connector."""
    gateway = paying_system()
    return Till(gateway) if gateway else None


def _ask_to_pay(exchange: Exchange, confirmation: Confirmation, now: datetime) -> None:
    """Nothing is queued: `app.services.paid` does that once the provider says so."""
    gateway = paying_system()
    if gateway and confirmation.pay_at:
        begin_payment(exchange, gateway, confirmation.pay_at, now)


def _is_too_old(confirmation: Confirmation, basket: Basket, now: datetime) -> bool:
    shown = confirmation.quoted_at
    return shown is not None and now > shown + timedelta(minutes=basket.policy.quote_minutes)


def _secure(basket: Basket, now: datetime) -> None:
    """Hold what is no longer held; nobody can take it between this and the commit. Raises NotReady."""
    lost = hold_all(basket.wanted(), basket.policy.hold_minutes, now)
    if lost:
        title = basket.item(lost[0]).line.title
        raise NotReady(f"{title}: {SENTENCES[Refusal.SOLD_OUT]}", lost[0])


def _take_units(basket: Basket) -> None:
    """Move each line's `committed` counter, refusing to pass what was bought. Raises NotReady."""
    for item in basket.items:
        taken = db.session.connection().execute(
            update(LineItem)
            .where(
                LineItem.id == item.line.id,
                LineItem.committed + LineItem.refunded + item.quantity <= LineItem.quantity,
            )
            .values(committed=LineItem.committed + item.quantity)
        )
        if taken.rowcount != 1:
            raise NotReady(f"{item.line.title}: fewer units are left to exchange.", item.id)
