"""Moving an exchange from state to state, and asking a person to look: each with its audit entry.

Which moves there are, and what each gives back, is `app.domain.exchange_status`. All functions run
inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain.exchange_status import Status, given_back, move
from app.models import Exchange
from app.services import audit
from app.services.mailing import TOLD_MOVES, enqueue_mail
from app.services.noticing import enqueue_notice
from app.services.releasing import give_back

LONGEST_REASON = 500


def move_exchange(
    exchange: Exchange, to: Status, actor: str, now: datetime, details: Mapping[str, Any] | None = None
) -> None:
    """Bring the exchange into another state and give back what it holds no more. Raises IllegalMove."""
    before = exchange.state
    exchange.status = move(before, to)
    exchange.updated_at = now
    freed = give_back(exchange, given_back(before, to), now)
    noted = {"from": str(before), **({"given_back": freed} if freed else {}), **(details or {})}
    entry = audit.record(chain_of(exchange), actor, str(to), noted, now)
    enqueue_notice(exchange, before, entry.number, now)
    if exchange.reference and to in TOLD_MOVES:
        enqueue_mail(exchange, TOLD_MOVES[to], now)


def ask_for_attention(exchange: Exchange, reason: str, actor: str, now: datetime) -> None:
    """Flag the exchange for an agent. A second reason joins the first; the same one changes nothing."""
    earlier = exchange.attention or ""
    if reason in earlier:
        return
    exchange.attention = f"{earlier} {reason}".strip()[:LONGEST_REASON]
    exchange.attention_since = exchange.attention_since or now
    exchange.updated_at = now
    audit.record(chain_of(exchange), actor, "flagged", {"status": exchange.status}, now)


def withdraw_attention(exchange: Exchange, reason: str, actor: str, now: datetime) -> None:
    """Take back a reason that has settled itself; others stay."""
    earlier = exchange.attention or ""
    if not reason or reason not in earlier:
        return
    exchange.attention = " ".join(earlier.replace(reason, " ").split()) or None
    exchange.attention_since = exchange.attention_since if exchange.attention else None
    exchange.updated_at = now
    audit.record(chain_of(exchange), actor, "flag withdrawn", {"status": exchange.status}, now)


def chain_of(exchange: Exchange) -> str:
    """The audit chain of an exchange."""
    return f"exchange:{exchange.id}"
