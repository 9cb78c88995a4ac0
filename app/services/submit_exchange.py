"""Confirm: one local transaction that freezes what the shopper saw and queues it. No network here.

Submitting again, from another tab or by many threads, ends at the same exchange: the order row is
locked first, the status looked at under the lock, and a unique index stands behind both.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.domain.exchange_order import Delivery, ExchangeOrder, build_exchange_order
from app.domain.exchange_status import Status, move
from app.domain.facts import Address
from app.domain.idempotency import transaction_id_for
from app.domain.quote import Quote
from app.domain.replacements import Refusal
from app.models import Exchange, LineItem, Order, db, writing
from app.services import audit
from app.services.baskets import Basket, load_basket
from app.services.crashpoints import crashpoint
from app.services.draft_exchange import GONE_MEANWHILE, SENTENCES, live_exchange_of
from app.services.holds import hold_all, release_holds
from app.services.mailing import MailKind, enqueue_mail
from app.services.moving import move_exchange
from app.services.noticing import enqueue_notice
from app.services.placing import placing_key_of
from app.services.queueing import enqueue_first
from app.services.quotes import quote
from app.services.search_keys import index_exchange
from app.services.splitting import keep_to_what_is_open

LONGEST_NOTE = 500
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: the reference is read out on the phone


class AnotherExchange(Exception):
    """Another exchange of this order was confirmed first; `public_id` is where to look."""

    def __init__(self, public_id: str) -> None:
        super().__init__(public_id)
        self.public_id = public_id


class NotReady(Exception):
    """Something on the draft cannot go out as it is; `sentence` says what, for the shopper."""

    def __init__(self, sentence: str, item_id: int | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.item_id = item_id


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
    sum was shown; None where it was made for this very confirmation.
    """

    exchange_id: int
    quote_version: str
    actor: str
    note: str = ""
    quoted_at: datetime | None = None


def submit(confirmation: Confirmation, now: datetime) -> str:
    """Confirm a draft and return its public id; a submitted one returns its id again.

    Raises AnotherExchange, NotReady, QuoteMoved; then nothing was changed.
    """
    try:
        with writing():
            exchange = _locked(confirmation.exchange_id)
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


def _locked(exchange_id: int) -> Exchange:
    """The exchange, its order's row locked (SQLite: the write lock is held already)."""
    exchange = db.session.get_one(Exchange, exchange_id)
    db.session.execute(select(Order.id).where(Order.id == exchange.order_id).with_for_update())
    db.session.refresh(exchange)
    return exchange


def _submit_draft(exchange: Exchange, confirmation: Confirmation, now: datetime) -> None:
    live = live_exchange_of(exchange.order_id)
    if live is not None and live.id != exchange.id:
        raise AnotherExchange(_told(live, exchange))
    basket = load_basket(exchange.id, now)
    _check_items(basket)
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
    _freeze(exchange, basket, current, now)
    index_exchange(exchange)
    message = message_of(exchange, basket, current)
    entry = audit.record(
        f"exchange:{exchange.id}",
        confirmation.actor,
        "submitted",
        {"quote": current.version, "generation": exchange.generation, "items": len(basket.items)},
        now,
    )
    enqueue_notice(exchange, Status.DRAFT, entry.number, now)
    doubts = _doubts(basket)
    if doubts:
        _ask_a_person(exchange, doubts, confirmation, now)
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


def _check_items(basket: Basket) -> None:
    """Every rule once more, now that it counts. Raises NotReady."""
    if not basket.items:
        raise NotReady("Choose at least one item to exchange.")
    for item in basket.items:
        verdict = basket.judged(item).refusal
        if verdict:
            raise NotReady(f"{item.line.title}: {verdict.shopper}.", item.id)
        if item.quantity < 1:
            raise NotReady(f"{item.line.title}: {GONE_MEANWHILE}", item.id)
        if not item.settled:
            raise NotReady(f"{item.line.title}: choose what you would like instead.", item.id)
        variant = item.variant
        problem = basket.refusal(item, variant) if variant else None
        if problem:
            raise NotReady(f"{item.line.title}: {SENTENCES[problem]}", item.id)
    _check_stock(basket)
    if basket.recipient_view:
        _check_gift(basket)


def _check_gift(basket: Basket) -> None:
    """A price may have risen since it was chosen; and somebody has to get it. Raises NotReady."""
    for item in basket.items:
        if item.variant is not None and item.variant not in basket.choices_for(item):
            sentence = SENTENCES[Refusal.NO_SUCH_COMBINATION]
            raise NotReady(f"{item.line.title}: {sentence}", item.id)
    if basket.recipient is None:
        raise NotReady("Tell us who you are and where to send it.")


def _check_stock(basket: Basket) -> None:
    """Two items of one draft may want the same last unit. Raises NotReady."""
    wanted: dict[int, int] = {}
    for item in basket.items:
        if item.variant is not None:
            wanted[item.variant.id] = wanted.get(item.variant.id, 0) + item.quantity
            if not item.variant.available(wanted[item.variant.id]):
                raise NotReady(f"{item.line.title}: there are not enough left of this one.", item.id)


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


def _freeze(exchange: Exchange, basket: Basket, current: Quote, now: datetime) -> None:
    policy = basket.policy
    exchange.status = move(exchange.state, Status.SUBMITTED)
    exchange.occupies_order = True
    exchange.reference = _fresh_reference()
    exchange.rma = f"RMA-{exchange.reference.removeprefix('EX-')}"
    exchange.generation = _submitted_before(exchange.order_id)
    exchange.policy_version = current.policy_version
    exchange.quote_data = current.to_data()
    exchange.quote_version = current.version
    exchange.amount_due = current.amount_due
    exchange.refund_due = current.refund_due
    exchange.card_total = current.card.total if current.card else None
    exchange.submitted_at = now
    exchange.release_at = now + timedelta(minutes=policy.undo_minutes)
    exchange.release = policy.release
    exchange.send_by = basket.today + timedelta(days=policy.send_back_days)
    exchange.updated_at = now


def _fresh_reference() -> str:
    """EX- and six letters that are not in use in this store."""
    while True:
        reference = "EX-" + "".join(secrets.choice(ALPHABET) for _ in range(6))
        if not db.session.scalar(select(Exchange.id).where(Exchange.reference == reference)):
            return reference


def _submitted_before(order_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count(Exchange.id)).where(
                Exchange.order_id == order_id, Exchange.generation.is_not(None)
            )
        )
        or 0
    )


def message_of(exchange: Exchange, basket: Basket, current: Quote) -> ExchangeOrder:
    """What the platform shall place of this submitted exchange."""
    order = basket.order
    address = delivery_address(order.shipping_address, basket.shipping_address)
    delivery = Delivery(
        reference=exchange.reference or "",
        rma=exchange.rma or "",
        transaction_id=transaction_id_for(placing_key_of(exchange)),
        shipping_address=address,
        customer=basket.recipient.customer(order.customer) if basket.recipient else order.customer,
        gift_view=basket.recipient_view,
        reasons={item.id: str(item.reason) for item in basket.items if item.reason},
    )
    return build_exchange_order(order, current, basket.variants, basket.policy, delivery)


def delivery_address(ordered: Address, changed: Mapping[str, str] | None) -> Address:
    """Where the replacement goes: as the shopper corrected it, else as ordered."""
    return Address.from_data(dict(changed)) if changed else ordered
