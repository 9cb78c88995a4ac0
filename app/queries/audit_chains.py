"""The chains of the audit trail in the store in scope, and whether a head that was kept is still there."""

from __future__ import annotations

from sqlalchemy import select

from app.models import AuditEntry, AuditSeal, db


def chains_of_store() -> list[str]:
    """Every chain, by its name."""
    return list(db.session.scalars(select(AuditEntry.chain).distinct().order_by(AuditEntry.chain)))


def holds_hash(kept: str) -> bool:
    """Whether a seal carries this hash, or an entry: heads that were kept before there were seals."""
    wanted = kept.strip().lower()
    seal = select(AuditSeal.id).where(AuditSeal.hash == wanted).limit(1)
    entry = select(AuditEntry.id).where(AuditEntry.hash == wanted).limit(1)
    return db.session.scalar(seal) is not None or db.session.scalar(entry) is not None
