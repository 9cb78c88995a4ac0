"""Webhooks that come in: the secrets they are signed with, and which messages were heard already."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, StoreScoped


class WebhookSecret(StoreScoped, Base):
    """A secret, encrypted. One that was replaced still verifies until `retires_at`."""

    __tablename__ = "webhook_secret"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret: Mapped[str]
    created_at: Mapped[datetime]
    retires_at: Mapped[datetime | None]


class HeardWebhook(StoreScoped, Base):
    """A message that was taken, by its own id: it may come again and does nothing then."""

    __tablename__ = "heard_webhook"
    __table_args__ = (UniqueConstraint("store_id", "message_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(String(255))
    heard_at: Mapped[datetime] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(200))
