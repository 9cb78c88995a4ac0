"""Back from paying to choosing: what was frozen for a payment that came to nothing is a draft again.

Within the caller's transaction. Choices are kept and held anew; what others have taken meanwhile has to be
chosen again.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.exchange_status import Status
from app.domain.flags import FlagKind
from app.models import Exchange, db
from app.services.choosing import hold_again
from app.services.moving import move_exchange, withdraw_kinds

FROZEN = (
    "generation",
    "policy_version",
    "quote_data",
    "quote_version",
    "amount_due",
    "refund_due",
    "card_total",
    "submitted_at",
    "release_at",
    "send_by",
    "collect",
)


def back_to_draft(exchange: Exchange, actor: str, now: datetime, why: str) -> None:
    """Let the shopper choose again. The reference stays, as it may stand on a card's statement."""
    move_exchange(exchange, Status.DRAFT, actor, now, {"why": why})
    withdraw_kinds(exchange, frozenset(FlagKind), actor, now)
    for name in FROZEN:
        setattr(exchange, name, None)
    db.session.flush()
    hold_again(exchange, now)
