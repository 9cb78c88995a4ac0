"""Which webhook messages were taken already, by their own ids: senders deliver at least once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.models import HeardWebhook, db, store_scope, writing

KEPT_FOR = timedelta(days=35)  # senders try for up to 32 hours, and let people repeat a message for 30 days
LONGEST_OUTCOME = 200


def outcome_of(store_id: int, message_id: str) -> str | None:
    """What became of this message when it came before, None for a new one."""
    with store_scope(store_id):
        return db.session.scalar(select(HeardWebhook.outcome).where(HeardWebhook.message_id == message_id))


def remember(store_id: int, message_id: str, outcome: str, now: datetime) -> None:
    """Note that this message was taken; of two that came at once, the first note stays."""
    row = HeardWebhook(store_id=store_id, message_id=message_id, heard_at=now)
    row.outcome = outcome[:LONGEST_OUTCOME]
    try:
        with store_scope(store_id), writing():
            db.session.execute(delete(HeardWebhook).where(HeardWebhook.heard_at < now - KEPT_FOR))
            db.session.add(row)
    except IntegrityError:
        return
