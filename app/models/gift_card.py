"""Gift cards that are given from here: codes of a store, waiting or given, and cards with or without one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, StoreScoped


class GiftCardCode(StoreScoped, Base):
    """A code of the pool. `secret` is encrypted; `tail` are its last signs, for people to tell codes apart.

    `amount` in minor units of the store's currency; None serves a card of any amount. It is given once:
    `given_at` is set by one conditional statement. `mark` tells whether two codes are the same; None for
    those that were loaded before there were marks.
    """

    __tablename__ = "gift_card_code"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        Index("ix_gift_card_code_store_id_given_at", "store_id", "given_at"),
        Index("uq_gift_card_code_store_id_mark", "store_id", "mark", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[str]
    tail: Mapped[str] = mapped_column(String(4))
    mark: Mapped[str | None] = mapped_column(String(64))
    amount: Mapped[int | None]
    imported_at: Mapped[datetime]
    given_at: Mapped[datetime | None]


class GiftCard(StoreScoped, Base):
    """The card of an exchange, one at the most. Without `issued_at` it is owed, mostly for want of a code."""

    __tablename__ = "gift_card"
    __table_args__ = (
        UniqueConstraint("exchange_id"),
        UniqueConstraint("code_id"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id"))
    amount: Mapped[int]
    code_id: Mapped[int | None] = mapped_column(ForeignKey("gift_card_code.id"))
    owed_since: Mapped[datetime]
    issued_at: Mapped[datetime | None]
