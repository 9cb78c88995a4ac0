"""What was flagged at an exchange, and what may be said to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.domain.flags import FlagKind
from app.models import Exchange
from app.services.payment_ledger import payments_of
from app.services.settling_flags import Settling, left_of_drift, ways_to_settle
from app.web.console.money import amount_text

KINDS: Mapping[FlagKind, str] = {
    FlagKind.SENDING: "a message did not get through",
    FlagKind.CONNECTION: "a connection is missing",
    FlagKind.PLACED: "doubts about what was placed",
    FlagKind.DRIFT: "another total at the shop",
    FlagKind.MONEY: "a payment",
    FlagKind.BOOKS: "books that differ",
    FlagKind.FRAUD: "a late fraud verdict",
    FlagKind.RETURN: "the return",
    FlagKind.CARD: "a gift card",
    FlagKind.MAIL: "a mail",
}


@dataclass(frozen=True)
class FlagRow:
    """One open flag. `ways` are value and label of each button; without any it ends by itself."""

    id: int
    kind: str
    words: str
    since: datetime
    url: str
    ways: tuple[tuple[str, str], ...]


def flags_of(exchange: Exchange, say: Callable[[str], str]) -> tuple[FlagRow, ...]:
    """The open flags, the oldest first, in words that `say` has gone over."""
    payments = payments_of(exchange.id) if exchange.open_flags else ()
    left = amount_text(abs(left_of_drift(exchange, payments)), exchange.order.currency)
    return tuple(
        FlagRow(
            flag.id,
            KINDS[flag.of_kind],
            say(flag.words),
            flag.since,
            url_for("console.settle", reference=exchange.reference, flag_id=flag.id),
            tuple((way, _label(way, flag.of_kind, left)) for way in ways_to_settle(exchange, flag, payments)),
        )
        for flag in exchange.open_flags
    )


def _label(way: Settling, kind: FlagKind, left: str) -> str:
    if way is Settling.COLLECT:
        return f"Collect {left} later"
    if way is Settling.REFUND:
        return f"Refund {left}"
    return "Accept the difference" if kind is FlagKind.DRIFT else "This is settled"
