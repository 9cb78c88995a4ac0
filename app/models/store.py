"""A merchant's store, its connectors and the keys its links are signed with."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.facts import StoreFacts
from app.domain.policy import Policy
from app.models.base import Base, StoreScoped


class TaxMode(StrEnum):
    """Whether the store's prices contain tax."""

    EXCLUSIVE = "exclusive"
    INCLUSIVE = "inclusive"


class Store(Base):
    """One merchant. `tax_rate_ppm` serves only where no order tells a rate."""

    __tablename__ = "store"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    locale: Mapped[str] = mapped_column(String(20))
    time_zone: Mapped[str] = mapped_column(String(60))
    tax_mode: Mapped[str] = mapped_column(String(12), default=TaxMode.EXCLUSIVE)
    tax_rate_ppm: Mapped[int] = mapped_column(default=0)
    branding: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    policy_data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    policy_version: Mapped[int] = mapped_column(default=1)
    image_hosts: Mapped[list[str]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]

    @property
    def tax_inclusive(self) -> bool:
        return self.tax_mode == TaxMode.INCLUSIVE

    @property
    def policy(self) -> Policy:
        """The policy in force. Raises InvalidPolicy only if the row was changed by hand."""
        return Policy.from_data(self.policy_data | {"version": self.policy_version})

    def facts(self) -> StoreFacts:
        return StoreFacts(self.slug, self.currency, self.time_zone, self.tax_inclusive, self.tax_rate_ppm)


class Connector(StoreScoped, Base):
    """One outside system a store speaks to. `secrets` is encrypted, `settings` is plain.

    `callback_token`, encrypted too, is what the system must carry when it calls us.
    """

    __tablename__ = "connector"
    __table_args__ = (UniqueConstraint("store_id", "system"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(String(20))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    secrets: Mapped[str | None]
    callback_token: Mapped[str | None]
    created_at: Mapped[datetime]
    failures: Mapped[int] = mapped_column(default=0)
    closed_until: Mapped[datetime | None]
    # Of a payment provider: why the last page could not be opened, and since when none could.
    problem: Mapped[str | None] = mapped_column(String(500))
    problem_since: Mapped[datetime | None]


class LinkKey(StoreScoped, Base):
    """A key for signed links. A retired key still verifies until `retires_at`."""

    __tablename__ = "link_key"
    __table_args__ = (
        UniqueConstraint("store_id", "name"),
        Index("ix_link_key_store_id_retires_at", "store_id", "retires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(12))
    secret: Mapped[str]
    created_at: Mapped[datetime]
    retires_at: Mapped[datetime | None]


class BrowserSession(Base):
    """A browser that gained access to something. `id` is a hash of what its cookie holds."""

    __tablename__ = "browser_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AccessGrant(StoreScoped, Base):
    """This browser may see this order, as its buyer or as a gift's recipient."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("session_id", "order_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("browser_session.id", ondelete="CASCADE"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(12))
    granted_at: Mapped[datetime]


class ThrottleTry(Base):
    """A place in a bucket of tries. A bucket has a few; a place that was taken is free at `free_at`."""

    __tablename__ = "throttle_try"

    bucket: Mapped[str] = mapped_column(String(120), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    free_at: Mapped[datetime] = mapped_column(index=True)
