"""Every policy a store ever had, so that an exchange can be judged by the one it was decided under."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, StoreScoped


class PolicyVersion(StoreScoped, Base):
    """One version: all fields as they stood, and who set them. Rows are added, never changed."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("store_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
