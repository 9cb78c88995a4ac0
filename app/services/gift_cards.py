"""Giving the gift card of a placed exchange, where it is given from here: a code of the pool, by mail.

The platform issues what items were given for unless policy says otherwise; what is left over of a refund
never rides along and is always given here. A card that cannot be given yet is owed: it is kept, a person is
asked, and it is given once there is a code. All of it runs within the caller's transaction, but for
`issue_owed` and `issue_everywhere`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select

from app.domain.flags import FlagKind
from app.domain.letter import MailKind
from app.domain.money import major_units
from app.domain.policy import CardIssuer
from app.domain.quote import Quote
from app.models import Exchange, GiftCard, GiftCardCode, MovementKind, Order, Store, db, store_scope, writing
from app.services import audit
from app.services.gift_card_pool import take_code
from app.services.letters import recipient_of
from app.services.mailing import enqueue_mail, mail_is_on
from app.services.moving import ask_for_attention, chain_of, withdraw_attention
from app.services.payment_ledger import note_movement
from app.services.secret_box import SecretBox

ACTOR = "worker"
CARD = "card"


def card_from_here(quote: Quote, issuer: CardIssuer) -> int:
    """What of the card is given from here, in minor units: what is left over, or all of it."""
    card = quote.card
    if card is None:
        return 0
    left_over = card.residue + card.residue_bonus
    return card.total if issuer is CardIssuer.PORTAL else left_over


def give_card(exchange: Exchange, now: datetime) -> None:
    """Give the card of this placed exchange, or keep that it is owed; said again it changes nothing."""
    quote = exchange.quote
    if quote is None or quote.card is None:
        return
    store = db.session.get_one(Store, exchange.store_id)
    amount = card_from_here(quote, store.policy.gift_card_issuer)
    if amount <= 0 or _card_of(exchange) is not None:
        return
    card = GiftCard(store_id=exchange.store_id, exchange_id=exchange.id, amount=amount, owed_since=now)
    db.session.add(card)
    db.session.flush()
    _give(exchange, card, store, now)


def issue_owed(store_id: int, now: datetime) -> int:
    """Give what is owed, the longest owed first, each in a transaction of its own; how many were given."""
    with store_scope(store_id):
        owed = db.session.scalars(
            select(GiftCard.exchange_id).where(GiftCard.code_id.is_(None)).order_by(GiftCard.id)
        ).all()
        db.session.rollback()
        return sum(_issue(exchange_id, now) for exchange_id in owed)


def issue_everywhere(now: datetime) -> int:
    """Give what every store owes; how many were given."""
    stores = db.session.scalars(select(Store.id)).all()
    return sum(issue_owed(store_id, now) for store_id in stores)


def code_for_mail(box: SecretBox, exchange_id: int, letter: Mapping[str, str]) -> dict[str, str]:
    """The code in place of what stands for it in the bytes of the card's mail. Raises WrongKey."""
    secret = db.session.scalars(
        select(GiftCardCode.secret)
        .join(GiftCard, GiftCard.code_id == GiftCardCode.id)
        .where(GiftCard.exchange_id == exchange_id)
    ).one()
    return {f"place:{letter['code']}": box.decrypt(secret)}


def place_of_code(exchange: Exchange) -> str:
    """What stands for the code wherever the mail is kept: nothing that anybody could have typed."""
    return f"@@card-{exchange.public_id}@@"


def _issue(exchange_id: int, now: datetime) -> bool:
    with writing():
        exchange = db.session.get_one(Exchange, exchange_id)
        db.session.execute(select(Order.id).where(Order.id == exchange.order_id).with_for_update())
        db.session.refresh(exchange, with_for_update=True)
        card = _card_of(exchange)
        if card is None or card.code_id is not None:
            return False
        return _give(exchange, card, db.session.get_one(Store, exchange.store_id), now)


def _give(exchange: Exchange, card: GiftCard, store: Store, now: datetime) -> bool:
    """Take a code and write to whoever gets it; without code, address or mail server ask a person."""
    trouble = _trouble(card, store)
    can_tell = bool(recipient_of(exchange)) and mail_is_on()
    code = take_code(card.amount, now) if can_tell else None
    if code is None:
        ask_for_attention(exchange, trouble, ACTOR, now, FlagKind.CARD)
        return False
    card.code_id, card.issued_at = code.id, now
    withdraw_attention(exchange, trouble, ACTOR, now)
    note_movement(exchange, MovementKind.ISSUED, card.amount, CARD, now)
    audit.record(chain_of(exchange), ACTOR, "gift card issued", {"amount": card.amount, "code": code.id}, now)
    enqueue_mail(exchange, MailKind.GIFT_CARD, now, amount=card.amount, code=place_of_code(exchange))
    return True


def _trouble(card: GiftCard, store: Store) -> str:
    """What a person reads: the same each time, so that it can be withdrawn."""
    worth = f"{major_units(card.amount, store.currency)} {store.currency}"
    return (
        f"A gift card of {worth} could not be given: there is no code for it, nobody to send it to,"
        " or no mail server."
    )


def _card_of(exchange: Exchange) -> GiftCard | None:
    return db.session.scalar(select(GiftCard).where(GiftCard.exchange_id == exchange.id))
