"""What a shopper pays for an exchange: each try at the provider, and the ledger of all money of an exchange.

A payment is a try: one page that was opened, and what came of it. A movement is a fact: it is written once,
never changed and never deleted, here and by triggers in the database (migrations 0021 and 0044). Card data is
never seen.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from app.models.base import Base, StoreScoped


class PaymentState(StrEnum):
    """`OPENING`: nobody knows yet whether the provider has the page. `CLOSING`: it is not wanted any more.

    `RELEASING`: what was reserved or taken is being let go of or given back whole, and never taken again.
    """

    OPENING = "opening"
    OPEN = "open"
    CLOSING = "closing"
    OVER = "over"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    RELEASING = "releasing"
    VOIDED = "voided"
    REFUNDED = "refunded"


UNDECIDED = frozenset({PaymentState.OPENING, PaymentState.OPEN, PaymentState.CLOSING})
WANTED = frozenset({PaymentState.OPENING, PaymentState.OPEN})
GOOD = frozenset({PaymentState.AUTHORISED, PaymentState.CAPTURED})


class Payment(StoreScoped, Base):
    """One try to pay for an exchange. `amount` is in minor units and what was asked for; `attempt` counts
    within the order.

    `wish` is what the page was opened with, so that asking again asks for the same page. `page_url` is where
    the shopper pays; it is not logged. `next_look_at` is when the provider's record is looked at next.
    """

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        UniqueConstraint("store_id", "gateway", "page"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("captured >= 0 AND refunded >= 0 AND refunded <= captured", name="moved"),
        Index("ix_payment_next_look_at", "next_look_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    attempt: Mapped[int]
    gateway: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12), default=PaymentState.OPENING)
    wish: Mapped[dict[str, Any]] = mapped_column(JSON)
    page: Mapped[str | None] = mapped_column(String(255))
    page_url: Mapped[str | None] = mapped_column(String(2000))
    payment: Mapped[str | None] = mapped_column(String(255))  # the provider's own number of it
    captured: Mapped[int] = mapped_column(default=0)
    refunded: Mapped[int] = mapped_column(default=0)
    declined: Mapped[str | None] = mapped_column(String(200))  # why the last card was not taken
    declines: Mapped[int] = mapped_column(default=0)  # cards that were not taken on this page
    last_decline: Mapped[str | None] = mapped_column(String(255))  # the provider's number of the last
    problem: Mapped[str | None] = mapped_column(String(500))  # why the page could not be opened, for an agent
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    authorised_at: Mapped[datetime | None]
    capture_before: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    next_look_at: Mapped[datetime | None]
    looks: Mapped[int] = mapped_column(default=0)

    @property
    def standing(self) -> PaymentState:
        return PaymentState(self.state)


# What an `OWED` line is for where a shopper keeps the refund of an exchange that was cancelled.
REFUND_KEPT = "refund kept"


class MovementKind(StrEnum):
    """`OWED`: the shop collects it later, `COLLECTED`: it has. `REFUND_OWED`: it is due to be paid back.

    `ISSUED`: a gift card.
    """

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    VOIDED = "voided"
    REFUNDED = "refunded"
    ISSUED = "issued"
    WAIVED = "waived"
    OWED = "owed"
    COLLECTED = "collected"
    REFUND_OWED = "refund_owed"


class Movement(StoreScoped, Base):
    """One line of an exchange's ledger. `amount` is in minor units and never negative: the kind says which
    way. `reference` is the provider's number of the movement; of a gift card the last signs of its code.
    """

    __tablename__ = "movement"
    __table_args__ = (
        UniqueConstraint("store_id", "key"),
        CheckConstraint("amount >= 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"), index=True)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    kind: Mapped[str] = mapped_column(String(12))
    amount: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    key: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(255), default="")
    at: Mapped[datetime]


class LedgerIsFinal(RuntimeError):
    """Somebody tried to change or delete a movement."""


def _refuse(_mapper: Mapper[Movement], _connection: object, movement: Movement) -> None:
    raise LedgerIsFinal(f"movement {movement.id}")


event.listen(Movement, "before_update", _refuse)
event.listen(Movement, "before_delete", _refuse)
