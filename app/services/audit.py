"""Writing to the audit trail, and checking that nobody has changed it since.

Each chain ("exchange:12", "store:acme") is a row of entries, each carrying the hash of the one before. An
entry is written in the transaction of the act itself, so neither exists without the other. What also shows
a cut-off end is `app.services.audit_seals`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Text, func, select
from sqlalchemy.dialects.postgresql import array

from app.models import CHAIN_START, AuditEntry, UnscopedQuery, chain_start, db, remembered


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
    number, before = _head(chain, store_id)
    entry = AuditEntry(
        store_id=store_id,
        chain=chain,
        number=number + 1,
        at=now.astimezone(UTC),
        actor=actor,
        act=act,
        # As it will be read back, so that the hash of the row and of its copy in memory agree.
        details=json.loads(json.dumps(dict(details))),
        before=before,
    )
    entry.hash = entry.computed_hash()
    db.session.add(entry)
    _heads(store_id)[chain] = entry.number, entry.hash
    return entry


def hold_chains(chains: Iterable[str]) -> None:
    """Make these chains of the store in scope ready to be written to, all of them in one go."""
    store_id = _store_in_scope()
    heads = _heads(store_id)
    wanted = sorted(set(chains) - set(heads))
    if not wanted:
        return
    take_turns(wanted, store_id)
    newest = (
        select(AuditEntry.chain, func.max(AuditEntry.number).label("number"))
        .where(AuditEntry.chain.in_(wanted))
        .group_by(AuditEntry.chain)
        .subquery()
    )
    found = select(AuditEntry.chain, AuditEntry.number, AuditEntry.hash).join(
        newest, (newest.c.chain == AuditEntry.chain) & (newest.c.number == AuditEntry.number)
    )
    heads.update(dict.fromkeys(wanted, (0, chain_start(store_id))))
    heads.update({chain: (number, digest) for chain, number, digest in db.session.execute(found)})


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


def _heads(store_id: int) -> dict[str, tuple[int, str]]:
    """Number and hash of the last entry of each chain that this transaction holds."""
    return remembered(f"audit chains of {store_id}")


def _head(chain: str, store_id: int) -> tuple[int, str]:
    """The last entry's number and hash, the chain held. Where nothing was written yet: 0 and the start."""
    known = _heads(store_id).get(chain)
    if known is not None:
        return known
    take_turns([chain], store_id)
    last = db.session.execute(
        select(AuditEntry.number, AuditEntry.hash)
        .where(AuditEntry.chain == chain)
        .order_by(AuditEntry.number.desc())
        .limit(1)
    ).first()
    return (last.number, last.hash) if last else (0, chain_start(store_id))


def take_turns(chains: list[str], store_id: int) -> None:
    """Make writers of one chain take turns until the transaction ends.

    On SQLite every writer holds the one write lock already (`writing`).
    """
    if db.session.get_bind().dialect.name == "postgresql":
        names = func.unnest(
            array([f"audit:{store_id}:{chain}" for chain in chains], type_=Text)
        ).column_valued()
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(names, 0))))
