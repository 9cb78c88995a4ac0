"""Giving a browser access to an order, and taking it away again.

Gaining access always ends the old session: what it held moves to a new id, so an id that somebody
planted or saw before is worth nothing afterwards.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from app.models import AccessGrant, BrowserSession, Exchange, db, writing
from app.services.holds import release_holds_of_browser


def open_access(
    *,
    old_id: str | None,
    new_id: str,
    order_id: int,
    purpose: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Let the browser `new_id` see the order, in the store in scope, with all that `old_id` held.

    Drafts go with it. Sessions past their time are swept out on the way.
    """
    with writing():
        db.session.execute(delete(BrowserSession).where(BrowserSession.expires_at <= now))
        db.session.add(BrowserSession(id=new_id, data={}, created_at=now, expires_at=expires_at))
        db.session.flush()
        if old_id is not None:
            _move(old_id, new_id)
        grant = db.session.scalar(
            select(AccessGrant).where(AccessGrant.session_id == new_id, AccessGrant.order_id == order_id)
        )
        if grant is None:
            grant = AccessGrant(store_id=db.session.info["store_id"], session_id=new_id, order_id=order_id)
            db.session.add(grant)
        grant.purpose = purpose
        grant.granted_at = now


def close_access(session_id: str) -> None:
    """End a session with everything it could see and held back for its drafts, in every store."""
    with writing():
        release_holds_of_browser(session_id)
        db.session.execute(delete(BrowserSession).where(BrowserSession.id == session_id))


def _move(old_id: str, new_id: str) -> None:
    """Hand grants and drafts of all stores to the new id; the old one is gone."""
    for held in (AccessGrant, Exchange):
        db.session.execute(
            update(held).where(held.session_id == old_id).values(session_id=new_id),
            execution_options={"all_stores": True, "synchronize_session": False},
        )
    db.session.execute(delete(BrowserSession).where(BrowserSession.id == old_id))
