"""People of the console: who they are, which stores they serve in which role, and where they are signed in.

An agent may serve several stores; nothing of a store is reached but through a membership of it. Secrets
are kept so that the rows alone open nothing: passwords and recovery codes hashed, the TOTP secret encrypted.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base, StoreScoped


class Role(StrEnum):
    """What somebody may do in one store; each may all that the one before may."""

    AGENT = "agent"
    LEAD = "lead"
    ADMIN = "admin"

    def at_least(self, needed: Role) -> bool:
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Agent(Base):
    """A person who may sign in. `totp_since` is None until the first code was typed in.

    `totp_counter` is the time step of the last code that was taken, so that none is taken twice.
    """

    __tablename__ = "agent"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(320))
    email_key: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(500))
    totp_since: Mapped[datetime | None]
    totp_counter: Mapped[int | None]
    recovery_codes: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Membership(StoreScoped, Base):
    """This agent serves this store."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("store_id", "agent_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(12))

    agent: Mapped[Agent] = relationship()


class AgentSession(Base):
    """Somebody signed in somewhere. `id` is a hash of what the cookie holds.

    Until `passed` only the password was right, and the session opens nothing but the next question.
    `store_id` is the store that is being served; the browser never says which. `next_totp` is the encrypted
    secret of an authenticator that takes the place of the person's own if its code is typed in by
    `next_totp_until`.
    """

    __tablename__ = "agent_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    store_id: Mapped[int | None] = mapped_column(ForeignKey("store.id"), index=True)
    passed: Mapped[bool] = mapped_column(default=False)
    browser: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    next_totp: Mapped[str | None] = mapped_column(String(500))
    next_totp_until: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship()


class ResetLink(Base):
    """Whoever has this link may choose another password, once. `id` is a hash of what stands in it."""

    __tablename__ = "reset_link"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    authenticator: Mapped[bool] = mapped_column(default=False)  # is set up anew too
    made_by: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime]

    agent: Mapped[Agent] = relationship()
