"""Signed links of a store: making and replacing their keys, signing, and reading what came in.

A new key takes over at once; the one before still verifies until its overlap is over, so that mails
already sent keep working. Secrets are encrypted at rest and leave this module once, when made.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from sqlalchemy import select

from app.domain.signed_link import (
    LinkExpired,
    LinkInvalid,
    Purpose,
    SignedLink,
    UnprovenLink,
    prove,
    take_apart,
)
from app.domain.signed_link import sign as signed
from app.models import LinkKey, db, store_scope, writing
from app.services import audit
from app.services.secret_box import SecretBox

__all__ = [
    "KeyExists",
    "LinkExpired",
    "LinkInvalid",
    "NewKey",
    "NoLinkKey",
    "Purpose",
    "SignedLink",
    "address_of",
    "keys_of",
    "make_key",
    "read",
    "sign",
]


class NoLinkKey(LookupError):
    """The store has no key to sign with yet."""


class KeyExists(ValueError):
    """The store has a key already, and replacing it was not asked for; `name` is its name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class NewKey:
    """A key just made: the only time its secret is seen."""

    name: str
    secret: str


def make_key(
    box: SecretBox,
    store_id: int,
    now: datetime,
    *,
    replace: bool = False,
    overlap: timedelta = timedelta(),
    actor: str = "operator",
) -> NewKey:
    """Make the store's key, k1 first. With `replace` the current one retires after `overlap`.

    Raises KeyExists when there is one and `replace` is not given.
    """
    with store_scope(store_id), writing():
        keys = list(db.session.scalars(select(LinkKey).order_by(LinkKey.id)))
        current = [key for key in keys if key.retires_at is None]
        if current and not replace:
            raise KeyExists(current[-1].name)
        for key in current:
            key.retires_at = now + overlap
        number = int(keys[-1].name.removeprefix("k")) + 1 if keys else 1
        made = NewKey(f"k{number}", secrets.token_hex(32))
        db.session.add(
            LinkKey(store_id=store_id, name=made.name, secret=box.encrypt(made.secret), created_at=now)
        )
        audit.record(f"store:{store_id}", actor, "link key made", {"name": made.name}, now)
    return made


def sign(
    box: SecretBox,
    store_id: int,
    order_number: str,
    purpose: Purpose,
    expires_at: datetime,
    mark: str = "",
) -> str:
    """A link's text under the store's current key. Raises NoLinkKey, and LinkInvalid for no number."""
    with store_scope(store_id):
        key = db.session.scalar(
            select(LinkKey).where(LinkKey.retires_at.is_(None)).order_by(LinkKey.id.desc()).limit(1)
        )
    if key is None:
        raise NoLinkKey
    return signed(box.decrypt(key.secret), key.name, order_number, purpose, expires_at, mark)


def read(box: SecretBox, store_id: int, token: str, now: datetime) -> SignedLink:
    """What a link says, if this store signed it. Reading uses nothing up.

    Raises LinkInvalid and LinkExpired.
    """
    link = take_apart(token)
    key = _key_of(store_id, link)
    if key is None:
        raise LinkInvalid("no such key")
    found = prove(link, box.decrypt(key.secret), now)
    if key.retires_at is not None and key.retires_at <= now:
        raise LinkExpired
    return found


def address_of(public_url: str, store_slug: str, token: str) -> str:
    """The whole address of a link; what an address cannot carry is escaped."""
    return f"{public_url.rstrip('/')}/{store_slug}/l/{quote(token, safe='')}"


def keys_of(store_id: int) -> list[LinkKey]:
    """The store's keys, oldest first, secrets still encrypted."""
    with store_scope(store_id):
        return list(db.session.scalars(select(LinkKey).order_by(LinkKey.id)))


def _key_of(store_id: int, link: UnprovenLink) -> LinkKey | None:
    with store_scope(store_id):
        return db.session.scalar(select(LinkKey).where(LinkKey.name == link.key_name))
