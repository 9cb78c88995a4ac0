"""Who did what, in a chain of hashes: one chain an exchange, so that a changed row shows.

Seals run over all chains of a store, so that a chain's end, or a whole chain, cannot go missing either.
Entries hold ids and field names, never personal values, so that erasing a person breaks no chain.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, StoreScoped


class AuditEntry(StoreScoped, Base):
    """One act. `chain` is "exchange:12" or "store:acme"; `number` counts within it from 1.

    `seal` is the number of the seal that covers it, None until it is made.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        UniqueConstraint("store_id", "chain", "number"),
        # Partial, so that counting a chain's entries by seal is not led through the whole store's.
        Index(
            "ix_audit_entry_sealed",
            "store_id",
            "seal",
            sqlite_where=text("seal IS NOT NULL"),
            postgresql_where=text("seal IS NOT NULL"),
        ),
        Index(
            "ix_audit_entry_unsealed",
            "store_id",
            "id",
            sqlite_where=text("seal IS NULL"),
            postgresql_where=text("seal IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(80))
    act: Mapped[str] = mapped_column(String(60))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    before: Mapped[str] = mapped_column(String(64))
    # No two are alike, so SQLite too can take many entries in one statement and tell their ids apart.
    hash: Mapped[str] = mapped_column(String(64), insert_sentinel=True)
    seal: Mapped[int | None]

    def computed_hash(self) -> str:
        """The hash this row must carry, over its content and the entry before it."""
        content = [
            self.chain,
            self.number,
            self.at.isoformat(),
            self.actor,
            self.act,
            self.details,
            self.before,
        ]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class AuditSeal(StoreScoped, Base):
    """A code over `entries` acts of any chains of the store, and over the seal before it.

    `number` counts from 1, `total` is how many acts all seals so far cover. `hash` is made with a key that is
    not in the database (`app.services.audit_seals`).
    """

    __tablename__ = "audit_seal"
    __table_args__ = (UniqueConstraint("store_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    at: Mapped[datetime]
    entries: Mapped[int]
    total: Mapped[int]
    before: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    def content(self, digest: str) -> str:
        """What the hash is made over; `digest` stands for the acts that it covers."""
        content = [self.store_id, self.number, self.at.isoformat(), self.entries, self.total, self.before]
        return json.dumps([*content, digest])


CHAIN_START = "0" * 64  # where the first chains begin


def chain_start(store_id: int) -> str:
    """What the first entry of a store's chain stands on: a chain that is moved to another store breaks."""
    return hashlib.sha256(f"store {store_id}".encode()).hexdigest()
