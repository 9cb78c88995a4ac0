"""Units of a variant kept back for a draft that has chosen them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, StoreScoped


class Hold(StoreScoped, Base):
    """One a return item. It counts until `expires_at`, and is swept away some time after."""

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("units >= 1", name="units"),
        Index("ix_hold_variant_id_expires_at", "variant_id", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(ForeignKey("variant.id"))
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("return_item.id", ondelete="CASCADE"), unique=True)
    units: Mapped[int]
    taken_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    extended: Mapped[int] = mapped_column(default=0)
