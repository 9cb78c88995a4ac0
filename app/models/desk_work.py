"""What agents leave at an exchange: notes, decisions, and that somebody is working on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agent import Agent
from app.models.base import Base, StoreScoped


class ExchangeNote(StoreScoped, Base):
    """A note, never shown to a shopper. `nonce` comes with the form, so that pressing twice writes one."""

    __tablename__ = "exchange_note"
    __table_args__ = (UniqueConstraint("exchange_id", "nonce"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id", ondelete="CASCADE"))
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(String(1000))

    agent: Mapped[Agent] = relationship()


class ExchangeDecision(StoreScoped, Base):
    """What somebody decided on an exchange, and why: all of it, where the exchange keeps the latest."""

    __tablename__ = "exchange_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(String(500))


class ExchangeClaim(StoreScoped, Base):
    """Somebody is working on this exchange, since `at`."""

    __tablename__ = "exchange_claim"

    exchange_id: Mapped[int] = mapped_column(
        ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    at: Mapped[datetime]

    agent: Mapped[Agent] = relationship()
