"""Handing a gift card over: a code becomes an exchange's card, and whoever gets it is written to.

And what a person is asked where that cannot be done. All of it runs within the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.connectors.results import Issued
from app.domain.flags import FlagKind
from app.domain.letter import MailKind
from app.domain.money import major_units
from app.models import Exchange, GiftCard, GiftCardCode, MovementKind, Store, db
from app.services import audit
from app.services.letters import recipient_of
from app.services.mailing import enqueue_mail, mail_is_on
from app.services.moving import ask_for_attention, chain_of, withdraw_kinds
from app.services.payment_ledger import note_movement

ACTOR = "worker"
CARD = "card"
# Why a card cannot be given: the same each time, so that it is asked once.
NO_CODE = "there is no code for it, nobody to send it to, or no mail server"
HELD = "whether its exchange is cancelled is not decided"
NO_ANSWER = "the shop's gift card address has given no code so far"


def hand_over(exchange: Exchange, card: GiftCard, code: GiftCardCode, now: datetime) -> None:
    """Make this code the card, and send it. Only where somebody `can_be_told`."""
    card.code_id, card.issued_at = code.id, now
    withdraw_kinds(exchange, {FlagKind.CARD}, ACTOR, now)
    note_movement(exchange, MovementKind.ISSUED, card.amount, CARD, now, reference=code.tail)
    audit.record(chain_of(exchange), ACTOR, "gift card issued", {"amount": card.amount, "code": code.id}, now)
    enqueue_mail(exchange, MailKind.GIFT_CARD, now, amount=card.amount, code=place_of_code(exchange))


def had_before(issued: Issued) -> bool:
    """Whether the store has had this code already."""
    known = select(GiftCardCode.id).where(GiftCardCode.mark.in_(issued.code.marks))
    return db.session.scalar(known.limit(1)) is not None


def keep_code(exchange: Exchange, issued: Issued, amount: int, now: datetime) -> GiftCardCode:
    """Keep the code of a card that somebody else made, worth this much (minor units), as given away."""
    code = GiftCardCode(
        store_id=exchange.store_id,
        secret=issued.code.secret,
        mark=issued.code.marks[0],
        tail=issued.tail,
        amount=amount,
        imported_at=now,
        given_at=now,
    )
    db.session.add(code)
    db.session.flush()
    return code


def say_not_given(exchange: Exchange, card: GiftCard, why: str, now: datetime) -> None:
    """Ask a person; said again it is not asked again."""
    currency = db.session.get_one(Store, card.store_id).currency
    worth = f"{major_units(card.amount, currency)} {currency}"
    sentence = f"A gift card of {worth} could not be given: {why}."
    ask_for_attention(exchange, sentence, ACTOR, now, FlagKind.CARD)


def can_be_told(exchange: Exchange) -> bool:
    """Whether there is somebody to send the card to, and a way to."""
    return bool(recipient_of(exchange)) and mail_is_on()


def given_otherwise(exchange: Exchange) -> bool:
    """Whether a person has settled it by other means: then no code goes out as well."""
    return any(flag.kind == FlagKind.CARD and flag.settled_why for flag in exchange.flags)


def card_of(exchange: Exchange) -> GiftCard | None:
    """The card that is given from here, or owed."""
    return db.session.scalar(select(GiftCard).where(GiftCard.exchange_id == exchange.id))


def place_of_code(exchange: Exchange) -> str:
    """What stands for the code wherever the mail is kept: nothing that anybody could have typed."""
    return f"@@card-{exchange.public_id}@@"
