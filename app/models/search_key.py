"""The words that orders and exchanges are found by: one row a word, so that one index serves every search."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, StoreScoped

# Compared byte by byte on both databases, so that a range of keys is the same range everywhere.
KEY = String(60).with_variant(String(60, collation="C"), "postgresql")


class SearchKey(StoreScoped, Base):
    """This order is found by words that begin like this. `exchange_id`: because of that exchange of it."""

    __tablename__ = "search_key"
    __table_args__ = (
        Index("ix_search_key_store_id_key_order_id", "store_id", "key", "order_id"),
        Index("ix_search_key_order_id_key", "order_id", "key"),  # whether this order has that word too
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    exchange_id: Mapped[int | None] = mapped_column(ForeignKey("exchange.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(KEY)
