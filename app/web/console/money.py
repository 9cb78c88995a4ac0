"""The money of an exchange as the console shows it: each try to pay, and the ledger, in plain words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import g

from app.domain.collecting import Collecting
from app.domain.money import NotAnAmount, minor_units
from app.models import Exchange, Movement, MovementKind, Payment, PaymentState
from app.services.collecting_later import left_to_collect
from app.services.overriding import Person
from app.services.payment_ledger import movements_of, payments_of
from app.services.second_person import why_not_their_money
from app.web.filters import money

STATES: Mapping[PaymentState, str] = {
    PaymentState.OPENING: "the page is not open yet",
    PaymentState.OPEN: "the shopper may pay",
    PaymentState.CLOSING: "the page is being closed",
    PaymentState.OVER: "not paid",
    PaymentState.AUTHORISED: "reserved",
    PaymentState.CAPTURED: "taken",
    PaymentState.RELEASING: "on its way back",
    PaymentState.VOIDED: "let go of",
    PaymentState.REFUNDED: "paid back",
}
LINES: Mapping[MovementKind, str] = {
    MovementKind.AUTHORISED: "Reserved",
    MovementKind.CAPTURED: "Taken",
    MovementKind.VOIDED: "Let go of",
    MovementKind.REFUNDED: "Paid back",
    MovementKind.ISSUED: "Put on a gift card",
    MovementKind.WAIVED: "Given up, less than the provider takes",
    MovementKind.OWED: "Owed by the shopper, to be collected",
    MovementKind.COLLECTED: "Collected from the shopper by the shop",
    MovementKind.REFUND_OWED: "Due to be paid back to the shopper",
}
COLLECTED: Mapping[str, str] = {
    Collecting.GATEWAY: "The amount due is paid before anything is placed.",
    Collecting.LATER: "The shop collects the amount due later.",
    Collecting.WAIVED: "The amount due is less than the provider takes, so it is given up.",
}


@dataclass(frozen=True)
class PaymentRow:
    """One try to pay."""

    attempt: int
    gateway: str
    amount: str
    state: str
    created_at: datetime
    payment: str
    lapses: datetime | None
    trouble: str


@dataclass(frozen=True)
class LedgerLine:
    """One line of the ledger; `minor` is the amount in minor units. `known` tells it apart from others."""

    words: str
    amount: str
    minor: int
    at: datetime
    known: str


@dataclass(frozen=True)
class MoneyRows:
    """Everything there is; nothing where no money moves."""

    collected: str
    left: str  # what is owed and not collected yet, empty for nothing
    not_yours: str  # why this person may not say that it was collected, empty where they may
    payments: tuple[PaymentRow, ...]
    movements: tuple[LedgerLine, ...]

    @property
    def is_empty(self) -> bool:
        return not (self.collected or self.payments or self.movements)


def money_of(exchange: Exchange, say: Callable[[str], str], person: Person) -> MoneyRows:
    """The exchange's money, as this person may settle it, in words that `say` has gone over."""
    lines = movements_of(exchange.id)
    left = left_to_collect(exchange, lines)
    return MoneyRows(
        COLLECTED.get(exchange.collect or "", ""),
        amount_text(left, exchange.order.currency) if left else "",
        why_not_their_money(exchange, person, left),
        tuple(_payment(each, say) for each in payments_of(exchange.id)),
        tuple(_line(each) for each in lines),
    )


def _payment(row: Payment, say: Callable[[str], str]) -> PaymentRow:
    return PaymentRow(
        attempt=row.attempt,
        gateway=row.gateway,
        amount=amount_text(row.amount, row.currency),
        state=STATES[row.standing],
        created_at=row.created_at,
        payment=row.payment or "",
        lapses=row.capture_before if row.standing is PaymentState.AUTHORISED else None,
        trouble=with_amounts(say(row.problem or row.declined or ""), row.currency),
    )


def _line(row: Movement) -> LedgerLine:
    kind = MovementKind(row.kind)
    is_card = kind is MovementKind.ISSUED
    known = f"its code ends in {row.reference}" if is_card else f"number there {row.reference}"
    amount = amount_text(row.amount, row.currency)
    return LedgerLine(LINES[kind], amount, row.amount, row.at, known if row.reference else "")


def amount_text(minor: int, currency: str) -> str:
    """An amount in minor units as the tables have it, in the store's way of writing: "$12.50"."""
    return money(minor, currency, g.store.locale)


def with_amounts(words: str, currency: str) -> str:
    """A sentence as it was kept, its amounts ("12.50 USD") written as everywhere else on the page.

    What is kept goes to logs, the command line and the API too, where no store's way of writing is known.
    """

    def written(found: re.Match[str]) -> str:
        try:
            return amount_text(minor_units(found[1], currency), currency)
        except NotAnAmount:
            return found[0]

    return re.sub(rf"(?<![\w.,-])(-?\d+(?:\.\d+)?) {re.escape(currency)}(?!\w)", written, words)
