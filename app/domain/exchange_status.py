"""The states of an exchange and the one table of moves between them.

Moving is a function of values, and so is what a move gives back; doing both to rows, with an audit
entry, is `app.services.moving`. Needing a person's attention is a flag beside the state, not a state.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    SUBMITTED = "submitted"
    SCREENING = "screening"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PLACING = "placing"
    PLACED = "placed"
    SHIPPED = "shipped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DECLINED = "declined"
    EXPIRED = "expired"


class IllegalMove(ValueError):
    """A move that the table does not have."""


S = Status
MOVES: dict[Status, frozenset[Status]] = {
    S.DRAFT: frozenset({S.AWAITING_PAYMENT, S.SUBMITTED, S.EXPIRED}),
    S.AWAITING_PAYMENT: frozenset({S.SUBMITTED, S.DRAFT, S.CANCELLED, S.EXPIRED}),
    S.SUBMITTED: frozenset({S.SCREENING, S.IN_REVIEW, S.APPROVED, S.CANCELLED}),
    S.SCREENING: frozenset({S.IN_REVIEW, S.APPROVED, S.CANCELLED, S.DECLINED}),
    S.IN_REVIEW: frozenset({S.APPROVED, S.AWAITING_PAYMENT, S.CANCELLED, S.DECLINED}),
    S.APPROVED: frozenset({S.PLACING, S.IN_REVIEW, S.CANCELLED, S.DECLINED}),
    # Once placing, the message may have left: a definite no goes to a person, who ends it from there.
    S.PLACING: frozenset({S.PLACED, S.IN_REVIEW}),
    # Straight to completed: an exchange for a gift card alone has nothing to ship.
    S.PLACED: frozenset({S.SHIPPED, S.COMPLETED, S.CANCELLED}),
    S.SHIPPED: frozenset({S.COMPLETED}),
    S.COMPLETED: frozenset(),
    S.CANCELLED: frozenset(),
    S.DECLINED: frozenset(),
    S.EXPIRED: frozenset(),
}

ENDED_WITHOUT_PLACING = frozenset({S.CANCELLED, S.DECLINED, S.EXPIRED})
OVER = ENDED_WITHOUT_PLACING | {S.COMPLETED}
LIVE = frozenset(S) - OVER - {S.DRAFT}
PLACED_ONCE = frozenset({S.PLACED, S.SHIPPED, S.COMPLETED})


def move(current: Status, to: Status) -> Status:
    """The new state. Raises IllegalMove for a move that is not in the table."""
    if to not in MOVES[current]:
        raise IllegalMove(f"{current} → {to}")
    return to


class Taken(StrEnum):
    """What an exchange has taken, and gives back when it ends without placing."""

    HOLDS = "holds"  # stock kept back for it
    UNITS = "units"  # units of the order's lines
    MESSAGES = "messages"  # a place in the queue for what nobody has begun to send
    RMA = "rma"  # the number that goods come back under
    ORDER = "order"  # the order itself, unless a message may have reached the platform
    MONEY = "money"  # what the shopper has paid or reserved, or may yet pay on an open page


def given_back(current: Status, to: Status) -> frozenset[Taken]:
    """What a move gives back: everything where it ends the exchange, else nothing.

    A draft has taken holds only; giving back what was not taken changes nothing. Back from paying, a draft
    keeps its return number.
    """
    move(current, to)
    if to is Status.DRAFT:
        return frozenset({Taken.UNITS, Taken.ORDER, Taken.MONEY})
    return frozenset(Taken) if to in ENDED_WITHOUT_PLACING else frozenset()
