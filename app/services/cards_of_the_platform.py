"""Mailing the code of a gift card that the platform made, where it tells us: once, to whoever confirmed.

The code is kept encrypted like those of the store's pool, and stands in the clear in that mail alone. Within
the caller's transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.connectors.results import Issued
from app.domain.flags import FlagKind
from app.domain.letter import MailKind
from app.domain.policy import CardIssuer
from app.models import Dispatch, Exchange, Purpose, Store, db
from app.services import audit
from app.services.handing_cards_over import had_before, keep_code, place_of_code
from app.services.mailing import enqueue_mail
from app.services.moving import ask_for_attention, chain_of

ACTOR, PLATFORM = "worker", "platform"
CODE_ID = "code_id"  # in the facts of the mail: which code it is about
KNOWN = "The platform's gift card has a code that the store has had before, which ends in {tail}: look there."
NOBODY = (
    "The code of the platform's gift card, which ends in {tail}, could not be mailed: there is nobody to send"
    " it to, or no mail server. It stands at the platform."
)


def mail_card(exchange: Exchange, amount: int, issued: Issued, now: datetime) -> None:
    """Keep the code of this card (amount in minor units) and mail it; else a person is asked.

    Not where policy has the card given from here: then the platform only books it.
    """
    store = db.session.get_one(Store, exchange.store_id)
    if store.policy.gift_card_issuer is CardIssuer.PORTAL:
        return
    if had_before(issued):
        ask_for_attention(exchange, KNOWN.format(tail=issued.tail), ACTOR, now, FlagKind.CARD)
        return
    code = keep_code(exchange, issued, amount, now)
    facts = {"amount": amount, "code": place_of_code(exchange), CODE_ID: code.id}
    if not enqueue_mail(exchange, MailKind.GIFT_CARD, now, occasion=PLATFORM, **facts):
        ask_for_attention(exchange, NOBODY.format(tail=issued.tail), ACTOR, now, FlagKind.CARD)
        return
    noted = {"amount": amount, "code": code.id, "by": PLATFORM}
    audit.record(chain_of(exchange), ACTOR, "gift card issued", noted, now)


def told_before(exchange_id: int) -> dict[str, Any] | None:
    """What the mail about the platform's card said, None where there was none."""
    rows = db.session.scalars(
        select(Dispatch.message).where(Dispatch.exchange_id == exchange_id, Dispatch.purpose == Purpose.MAIL)
    )
    facts = (row["facts"] for row in rows if row["kind"] == MailKind.GIFT_CARD)
    known = next((each for each in facts if CODE_ID in each), None)
    return {name: known[name] for name in ("amount", "code", CODE_ID)} if known else None
