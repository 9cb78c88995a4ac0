"""Writing to the audit trail, and checking that nobody has changed it since.

Each chain ("exchange:12", "store:acme") is a row of entries, each carrying the hash of the one before. An
entry is written in the transaction of the act itself, so neither exists without the other. Sealing
the heads, which also shows a cut-off end, is not here yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from app.models import CHAIN_START, AuditEntry, UnscopedQuery, chain_start, db


@dataclass(frozen=True)
class ChainCheck:
    """What `verify` found: how many entries there are, and the first that does not fit."""

    entries: int
    broken_at: int | None = None

    @property
    def whole(self) -> bool:
        return self.broken_at is None


def record(chain: str, actor: str, act: str, details: Mapping[str, Any], now: datetime) -> AuditEntry:
    """Append one act to a chain of the store in scope, inside the caller's transaction.

    `details` hold ids, states, amounts and field names, never a person's data. Raises
    UnscopedQuery without a store in scope.
    """
    store_id = _store_in_scope()
    _hold(chain, store_id)
    last = db.session.scalar(
        select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number.desc()).limit(1)
    )
    entry = AuditEntry(
        store_id=store_id,
        chain=chain,
        number=last.number + 1 if last else 1,
        at=now.astimezone(UTC),
        actor=actor,
        act=act,
        # As it will be read back, so that the hash of the row and of its copy in memory agree.
        details=json.loads(json.dumps(dict(details))),
        before=last.hash if last else chain_start(store_id),
    )
    entry.hash = entry.computed_hash()
    db.session.add(entry)
    db.session.flush()
    return entry


def verify(chain: str) -> ChainCheck:
    """Recompute a chain of the store in scope from its start, which older chains of all stores share."""
    starts = {chain_start(_store_in_scope()), CHAIN_START}
    before, entries = "", 0
    for entry in db.session.scalars(
        select(AuditEntry).where(AuditEntry.chain == chain).order_by(AuditEntry.number)
    ):
        follows = entry.before == before if entries else entry.before in starts
        if not follows or (entry.number, entry.hash) != (entries + 1, entry.computed_hash()):
            return ChainCheck(entries, broken_at=entry.number)
        before, entries = entry.hash, entries + 1
    return ChainCheck(entries)


def _store_in_scope() -> int:
    store_id = db.session().info.get("store_id")
    if store_id is None:
        raise UnscopedQuery("an audit entry without a store")
    return int(store_id)


def _hold(chain: str, store_id: int) -> None:
    """Make writers of one chain take turns until the transaction ends.

    On SQLite every writer holds the one write lock already (`writing`).
    """
    if db.session.get_bind().dialect.name == "postgresql":
        key = func.hashtextextended(f"audit:{store_id}:{chain}", 0)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))
