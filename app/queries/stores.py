"""Finding stores by their slug."""

from __future__ import annotations

from sqlalchemy import select

from app.models import Store, db


def store_with(slug: str) -> Store | None:
    """The store with this slug."""
    return db.session.scalar(select(Store).where(Store.slug == slug))


def store_with_id(store_id: int) -> Store:
    """The store with this id."""
    return db.session.get_one(Store, store_id)


def only_store_slug() -> str | None:
    """The slug of the one store of this deployment, None when there are none or several."""
    slugs = db.session.scalars(select(Store.slug).limit(2)).all()
    return slugs[0] if len(slugs) == 1 else None


def all_stores() -> list[Store]:
    """Every store, by slug."""
    return list(db.session.scalars(select(Store).order_by(Store.slug)))
