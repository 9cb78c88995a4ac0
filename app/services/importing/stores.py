"""Which store a file is for."""

from __future__ import annotations

from sqlalchemy import select

from app.domain.facts import StoreFacts
from app.models import Store, db


class UnknownStore(LookupError):
    """No store has this slug."""


def store_of(slug: str) -> tuple[int, StoreFacts]:
    """The store's id and what reading a file needs of it. Raises UnknownStore."""
    store = db.session.scalar(select(Store).where(Store.slug == slug))
    if store is None:
        raise UnknownStore(slug)
    return store.id, store.facts()
