"""Passkeys of the people of the console, and the questions that are out to browsers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.agent import Agent
from app.models.base import Base


class Passkey(Base):
    """A key that lives in somebody's device; only its public half is here.

    `credential` is what the device calls it, in base64url. `counter` is the device's own count of uses at the
    last one, 0 for devices that keep none.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential: Mapped[str] = mapped_column(String(1400), unique=True)  # at most 1023 bytes
    public_key: Mapped[bytes]
    counter: Mapped[int]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    agent: Mapped[Agent] = relationship()


class PasskeyChallenge(Base):
    """What a device has to sign for this session, once. A session has one at a time."""

    __tablename__ = "passkey_challenge"

    session_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    challenge: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)
