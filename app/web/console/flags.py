"""What was flagged at an exchange, and what may be said to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from app.domain.flags import FlagKind
from app.models import Exchange
from app.services.overriding import Person
from app.services.payment_ledger import payments_of
from app.services.second_person import why_not_their_money
from app.services.settling_flags import Settling, left_of_drift, money_of_flag, ways_to_settle
from app.web.console.money import amount_text, with_amounts

KINDS: Mapping[FlagKind, str] = {
    FlagKind.SENDING: "a message did not get through",
    FlagKind.CONNECTION: "a connection is missing",
    FlagKind.PLACED: "doubts about what was placed",
    FlagKind.DRIFT: "another total at the shop",
    FlagKind.MONEY: "a payment",
    FlagKind.BOOKS: "books that differ",
    FlagKind.FRAUD: "a late fraud verdict",
    FlagKind.RETURN: "a return that is overdue",
    FlagKind.WRONG_RETURN: "a return that is not as expected",
    FlagKind.CARD: "a gift card",
    FlagKind.MAIL: "a mail",
}


ACCEPTS = {
    FlagKind.CARD: "It was given by other means",
    FlagKind.DRIFT: "Accept the difference",
    FlagKind.WRONG_RETURN: "Take it as it came",
}


@dataclass(frozen=True)
class FlagRow:
    """One open flag. `ways` are value and label of each button; without any it ends by itself.

    `not_yours`: why this person may not settle it, empty where they may.
    """

    id: int
    kind: str
    words: str
    since: datetime
    url: str
    ways: tuple[tuple[str, str], ...]
    not_yours: str


def flags_of(exchange: Exchange, say: Callable[[str], str], person: Person) -> tuple[FlagRow, ...]:
    """The open flags for this person to settle, the oldest first, in words that `say` has gone over."""
    payments = payments_of(exchange.id) if exchange.open_flags else ()
    left = amount_text(abs(left_of_drift(exchange, payments)), exchange.order.currency)
    return tuple(
        FlagRow(
            flag.id,
            KINDS[flag.of_kind],
            with_amounts(say(flag.words), exchange.order.currency),
            flag.since,
            url_for("console.settle", reference=exchange.reference, flag_id=flag.id),
            tuple((way, _label(way, flag.of_kind, left)) for way in ways_to_settle(exchange, flag, payments)),
            why_not_their_money(exchange, person, money_of_flag(exchange, flag, payments)),
        )
        for flag in exchange.open_flags
    )


def _label(way: Settling, kind: FlagKind, left: str) -> str:
    if way is Settling.COLLECT:
        return f"Collect {left} later"
    if way is Settling.REFUND:
        return f"Refund {left}"
    if way is Settling.PAID:
        return "It was paid back"
    if way is Settling.OTHERWISE:
        return "Settled otherwise"
    return ACCEPTS.get(kind, "This is settled")
