"""Moving an exchange from state to state, and asking a person to look: each with its audit entry.

Which moves there are, and what each gives back, is `app.domain.exchange_status`. All functions run
inside the caller's transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from app.domain.exchange_status import Status, given_back, move
from app.domain.flags import STANDING, FlagKind
from app.models import Exchange, ExchangeFlag
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


def ask_for_attention(
    exchange: Exchange, reason: str, actor: str, now: datetime, kind: FlagKind = FlagKind.SENDING
) -> None:
    """Flag the exchange for an agent, a row a reason; what is flagged already is not flagged again.

    Nor is what is looked at over and over (`STANDING`) once a person has settled it.
    """
    words = reason[:LONGEST_REASON]
    same = [flag for flag in exchange.flags if flag.words == words]
    if any(flag.settled_at is None or (flag.settled_why and kind in STANDING) for flag in same):
        return
    exchange.flags.append(ExchangeFlag(store_id=exchange.store_id, kind=kind, words=words, since=now))
    exchange.attention_since = exchange.attention_since or now
    exchange.updated_at = now
    audit.record(chain_of(exchange), actor, "flagged", {"status": exchange.status, "kind": kind}, now)


def withdraw_attention(exchange: Exchange, reason: str, actor: str, now: datetime) -> None:
    """Take back a reason that has settled itself; others stay."""
    if reason:
        words = reason[:LONGEST_REASON]
        _withdraw(exchange, [flag for flag in exchange.open_flags if flag.words == words], actor, now)


def withdraw_kinds(exchange: Exchange, kinds: Collection[FlagKind], actor: str, now: datetime) -> None:
    """Take back every reason of these kinds."""
    _withdraw(exchange, [flag for flag in exchange.open_flags if flag.kind in kinds], actor, now)


def _withdraw(exchange: Exchange, flags: Iterable[ExchangeFlag], actor: str, now: datetime) -> None:
    for flag in flags:
        close_flag(exchange, flag, actor, now)
        noted = {"status": exchange.status, "kind": flag.kind}
        audit.record(chain_of(exchange), actor, "flag withdrawn", noted, now)


def close_flag(exchange: Exchange, flag: ExchangeFlag, actor: str, now: datetime, why: str = "") -> None:
    """Settle one reason. The exchange is flagged as long as another is open."""
    flag.settled_at, flag.settled_by, flag.settled_why = now, actor, why
    exchange.attention_since = min((each.since for each in exchange.open_flags), default=None)
    exchange.updated_at = now


def chain_of(exchange: Exchange) -> str:
    """The audit chain of an exchange."""
    return f"exchange:{exchange.id}"
