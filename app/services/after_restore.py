"""After the database came back from a backup: what waits in it may have been sent since that was made.

Marked so, a message is sent again where the other side takes it twice for one, looked up where it can be, and
left to a person everywhere else (`app.services.dispatch_steps`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.models import Dispatch, DispatchState, Store, db, store_scope, writing
from app.services import audit

UNDER_WAY = (DispatchState.WAITING, DispatchState.HELD)


def doubt_what_waits(actor: str, now: datetime) -> int:
    """Mark every message of every store that has not ended; how many were not marked yet."""
    store_ids = db.session.scalars(select(Store.id).order_by(Store.id)).all()
    return sum(_doubt_in_store(store_id, actor, now) for store_id in store_ids)


def _doubt_in_store(store_id: int, actor: str, now: datetime) -> int:
    with store_scope(store_id), writing():
        waiting = Dispatch.state.in_(UNDER_WAY), Dispatch.maybe_sent.is_(False)
        marked = update(Dispatch).where(*waiting).values(maybe_sent=True)
        found = len(db.session.scalars(marked.returning(Dispatch.id)).all())
        if found:
            audit.record(f"store:{store_id}", actor, "restored", {"messages": found}, now)
        return found
