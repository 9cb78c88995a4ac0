"""What agents do in a shopper's place: whose draft it is just now, and the exceptions made for its lines."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agent import Agent
from app.models.base import Base, StoreScoped
from app.models.exchange import Exchange


class DeskDraft(StoreScoped, Base):
    """A draft that an agent chooses for a shopper: who began it last, and why.

    With `handed_over_at` it is the shopper's to go on with, until somebody takes it back. Either has it,
    never both. `link_mark` is what the link of that one hand-over is told by.
    """

    __tablename__ = "desk_draft"

    exchange_id: Mapped[int] = mapped_column(
        ForeignKey("exchange.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    reason: Mapped[str] = mapped_column(String(500))
    begun_at: Mapped[datetime]
    handed_over_at: Mapped[datetime | None]
    link_mark: Mapped[str | None] = mapped_column(String(16))
    opened_at: Mapped[datetime | None]  # when the shopper first saw what was handed over

    agent: Mapped[Agent] = relationship()
    exchange: Mapped[Exchange] = relationship()


class Granting(StrEnum):
    """How it stands with an exception."""

    ASKED = "asked"  # above its asker's limit: it counts for nothing until somebody else approves
    GRANTED = "granted"
    REFUSED = "refused"


class RuleOverride(StoreScoped, Base):
    """Rules that were overridden for one line of a draft, by whom and why.

    `cost` is what was paid for the `units` it is for, in minor units: all that were open, and once the
    exchange is confirmed those that come back. `total` is what all exceptions of the draft came to when
    this one was asked for, which is what the limits look at.
    """

    __tablename__ = "rule_override"
    __table_args__ = (
        CheckConstraint("cost >= 0", name="cost"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exchange_id: Mapped[int] = mapped_column(ForeignKey("exchange.id", ondelete="CASCADE"), index=True)
    line_item_id: Mapped[int] = mapped_column(ForeignKey("line_item.id"))
    codes: Mapped[list[str]] = mapped_column(JSON)
    units: Mapped[int]
    cost: Mapped[int]
    total: Mapped[int]
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("agent.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("agent.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(String(500))

    exchange: Mapped[Exchange] = relationship()
    asked_by: Mapped[Agent] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[Agent | None] = relationship(foreign_keys=[decided_by_id])
