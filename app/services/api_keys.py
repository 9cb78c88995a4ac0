"""Keys of the HTTP API: making, listing, revoking, and recognising the one a call came with.

A key reads `ev_<id>_<secret>`. The secret has 256 random bits, so a plain SHA-256 of it is kept: there is
nothing to guess that a slow hash would protect. It leaves this module once, when made.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from app.models import ApiKey, db, store_scope, writing
from app.services import audit

TOKEN = re.compile(r"ev_([0-9a-f]{12})_([0-9a-f]{64})")
SEEN_EVERY = timedelta(minutes=1)  # so that a busy key does not write with every call
LONGEST_NAME = 60


class Scope(StrEnum):
    """What a key may do."""

    ORDERS_WRITE = "orders:write"
    PRODUCTS_WRITE = "products:write"
    EXCHANGES_READ = "exchanges:read"
    EXCHANGES_WRITE = "exchanges:write"


class InvalidKey(ValueError):
    """A key that cannot be made; the message says why."""


class UnknownKey(LookupError):
    """The store has no key with this id."""


@dataclass(frozen=True)
class NewKey:
    """A key just made: the only time its secret is seen."""

    public_id: str
    token: str


@dataclass(frozen=True)
class Caller:
    """Whose call it is."""

    key_id: int
    store_id: int
    actor: str
    scopes: frozenset[str]


def make_key(
    store_id: int, name: str, scopes: Sequence[str], now: datetime, actor: str = "operator"
) -> NewKey:
    """Make a key of this store. Raises InvalidKey."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise InvalidKey(f"a key's name must have 1 to {LONGEST_NAME} characters")
    unknown = sorted(set(scopes) - set(Scope))
    if unknown or not scopes:
        raise InvalidKey(f"a key's scopes must be some of {', '.join(Scope)}")
    public_id, secret = secrets.token_hex(6), secrets.token_hex(32)
    with store_scope(store_id), writing():
        wanted = [str(scope) for scope in Scope if scope in scopes]
        row = ApiKey(store_id=store_id, public_id=public_id, name=name, scopes=wanted, created_at=now)
        row.secret_hash = _hash(secret)
        db.session.add(row)
        details = {"id": public_id, "scopes": wanted}
        audit.record(f"store:{store_id}", actor, "API key made", details, now)
    return NewKey(public_id, f"ev_{public_id}_{secret}")


def revoke_key(store_id: int, public_id: str, now: datetime, actor: str = "operator") -> bool:
    """End a key at once; False when that was done before. Raises UnknownKey."""
    with store_scope(store_id), writing():
        row = db.session.scalar(select(ApiKey).where(ApiKey.public_id == public_id))
        if row is None:
            raise UnknownKey(public_id)
        if row.revoked_at is not None:
            return False
        row.revoked_at = now
        audit.record(f"store:{store_id}", actor, "API key revoked", {"id": public_id}, now)
        return True


def keys_of(store_id: int) -> list[ApiKey]:
    """The store's keys, oldest first."""
    with store_scope(store_id):
        return list(db.session.scalars(select(ApiKey).order_by(ApiKey.id)))


def caller_of(token: str, now: datetime) -> Caller | None:
    """Whose token this is, None for one that is unknown, wrong or revoked. Notes when it was seen."""
    parts = TOKEN.fullmatch(token)
    if parts is None:
        return None
    query = select(ApiKey).where(ApiKey.public_id == parts[1]).execution_options(all_stores=True)
    row = db.session.scalar(query)
    if row is None or not hmac.compare_digest(row.secret_hash, _hash(parts[2])) or row.revoked_at:
        return None
    caller = Caller(row.id, row.store_id, f"API key {row.public_id}", frozenset(row.scopes))
    if row.last_seen_at is None or row.last_seen_at + SEEN_EVERY <= now:
        _note_seen(caller, now)
    return caller


def _note_seen(caller: Caller, now: datetime) -> None:
    with store_scope(caller.store_id), writing():
        db.session.get_one(ApiKey, caller.key_id).last_seen_at = now


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
