"""Whether a store's pool of gift card codes runs low, for the agents who can see to it."""

from __future__ import annotations

from sqlalchemy import func, select

from app.connectors.registry import ISSUERS
from app.domain.policy import CardIssuer, Policy
from app.models import Connector, GiftCardCode, db


def codes_left_if_few(policy: Policy) -> int | None:
    """How many codes are left, where that is no more than policy warns of; None where nobody need be warned.

    A store that has never had a pool and needs none is not warned, nor one whose own program makes cards.
    """
    asked = select(Connector.id).where(Connector.system.in_(ISSUERS)).exists()
    free = func.count(GiftCardCode.id).filter(GiftCardCode.given_at.is_(None))
    left, had, by_program = db.session.execute(
        select(free, func.count(GiftCardCode.id), asked).select_from(GiftCardCode)
    ).one()
    has_pool = bool(had) or policy.gift_card_issuer is CardIssuer.PORTAL
    return left if has_pool and not by_program and left <= policy.gift_card_warning else None
