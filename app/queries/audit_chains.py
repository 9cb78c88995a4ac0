"""The chains of the audit trail in the store in scope, and how each ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from app.models import AuditEntry, db


@dataclass(frozen=True)
class Head:
    """The last entry of a chain."""

    chain: str
    number: int
    hash: str


def heads_of_all() -> Iterator[Head]:
    """Every chain, by its name."""
    last = select(AuditEntry.chain, func.max(AuditEntry.number).label("number")).group_by(AuditEntry.chain)
    ends = last.subquery()
    rows = db.session.execute(
        select(AuditEntry.chain, AuditEntry.number, AuditEntry.hash)
        .join(ends, (ends.c.chain == AuditEntry.chain) & (ends.c.number == AuditEntry.number))
        .order_by(AuditEntry.chain)
    ).all()
    for chain, number, hashed in rows:
        yield Head(chain, number, hashed)


def holds_hash(kept: str) -> bool:
    """Whether an entry carries this hash."""
    found = select(AuditEntry.id).where(AuditEntry.hash == kept.strip().lower()).limit(1)
    return db.session.scalar(found) is not None
