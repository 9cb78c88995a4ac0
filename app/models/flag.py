"""Why a person is asked to look at an exchange: a row a reason, kept when it is settled."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.flags import FlagKind
from app.models.base import Base, StoreScoped


class ExchangeFlag(StoreScoped, Base):
    """Open until `settled_at`; `settled_why` is what a person said to it, empty where it settled itself."""

    __tablename__ = "exchange_flag"

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(500))
    since: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
    settled_why: Mapped[str] = mapped_column(String(500), default="")

    @property
    def of_kind(self) -> FlagKind:
        return FlagKind(self.kind)
