"""Giving the gift card of a placed exchange, where it is given from here: a code, by mail.

The platform issues what items were given for unless policy says otherwise; what is left over of a refund
never rides along and is always given here. The code is of the store's pool, or the shop's own program makes
one where the store is connected to it. A card that cannot be given yet is owed: it is kept, a person is
asked, and it is given once there is a code. All of it runs within the caller's transaction, but for
`issue_owed` and `issue_everywhere`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.domain.policy import CardIssuer
from app.domain.quote import Quote
from app.models import Exchange, GiftCard, GiftCardCode, Store, db, store_scope, writing
from app.services.cards_of_the_platform import CODE_ID
from app.services.cards_of_the_shop import ask_the_shop
from app.services.connected_systems import issuing_system
from app.services.gift_card_pool import take_code
from app.services.handing_cards_over import (
    NO_CODE,
    can_be_told,
    card_of,
    given_otherwise,
    hand_over,
    say_not_given,
)
from app.services.locking import locked_exchange
from app.services.owed_cards import is_held_back
from app.services.secret_box import SecretBox


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
    if amount <= 0 or card_of(exchange) is not None:
        return
    card = GiftCard(store_id=exchange.store_id, exchange_id=exchange.id, amount=amount, owed_since=now)
    db.session.add(card)
    db.session.flush()
    _give(exchange, card, now)


def give_owed(exchange: Exchange, now: datetime) -> bool:
    """Give the card that this exchange is owed; False where there is none, or it cannot be given yet."""
    card = card_of(exchange)
    if card is None or card.issued_at is not None or given_otherwise(exchange) or is_held_back(exchange):
        return False
    return _give(exchange, card, now)


def issue_owed(store_id: int, now: datetime) -> int:
    """Give what is owed, the longest owed first, each in a transaction of its own; how many were given."""
    with store_scope(store_id):
        owed = db.session.scalars(
            select(GiftCard.exchange_id).where(GiftCard.issued_at.is_(None)).order_by(GiftCard.id)
        ).all()
        db.session.rollback()
        return sum(_issue(exchange_id, now) for exchange_id in owed)


def issue_everywhere(now: datetime) -> int:
    """Give what every store owes; how many were given."""
    stores = db.session.scalars(select(Store.id)).all()
    return sum(issue_owed(store_id, now) for store_id in stores)


def code_for_mail(box: SecretBox, exchange_id: int, letter: Mapping[str, Any]) -> dict[str, str]:
    """The code in place of what stands for it in the bytes of the card's mail. Raises WrongKey."""
    found = select(GiftCardCode.secret)
    if CODE_ID in letter:
        found = found.where(GiftCardCode.id == letter[CODE_ID])
    else:
        found = found.join(GiftCard, GiftCard.code_id == GiftCardCode.id)
        found = found.where(GiftCard.exchange_id == exchange_id)
    secret = db.session.scalars(found).one()
    return {f"place:{letter['code']}": box.decrypt(secret)}


def _issue(exchange_id: int, now: datetime) -> bool:
    with writing():
        exchange = locked_exchange(exchange_id)
        return give_owed(exchange, now)


def _give(exchange: Exchange, card: GiftCard, now: datetime) -> bool:
    """Hand a code over to whoever gets it, or see to it that there will be one."""
    if not can_be_told(exchange):
        say_not_given(exchange, card, NO_CODE, now)
        return False
    system = issuing_system()
    if card.code_id is None and system is not None:
        ask_the_shop(exchange, card, system, now)
        return False
    code = take_code(card.amount, now) if card.code_id is None else db.session.get(GiftCardCode, card.code_id)
    if code is None:
        say_not_given(exchange, card, NO_CODE, now)
        return False
    hand_over(exchange, card, code, now)
    return True
