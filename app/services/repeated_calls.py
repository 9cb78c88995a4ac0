"""Calls that may come twice: the first answer is kept under the caller's Idempotency-Key.

After the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header-07):
the same key with the same request gets the same answer, with another request it is refused, and while the
first call runs the second is told to wait. Answers are kept for a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from app.models import KeptAnswer, db, store_scope, writing
from app.services.api_keys import Caller

KEPT_FOR = timedelta(hours=24)
ABANDONED_AFTER = timedelta(minutes=1)  # no call runs that long: whoever had it is gone


class OtherRequest(Exception):
    """The key was used for another request."""


class StillRunning(Exception):
    """The first call with this key has not been answered yet."""


@dataclass(frozen=True)
class Answer:
    """An answer as it went out."""

    status: int
    content_type: str
    body: bytes


def begin(caller: Caller, key: str, fingerprint: str, now: datetime) -> Answer | None:
    """The kept answer, or None: the call is the first and must be answered with `finish` or `give_up`.

    Raises OtherRequest and StillRunning.
    """
    try:
        with store_scope(caller.store_id), writing():
            db.session.execute(delete(KeptAnswer).where(KeptAnswer.started_at <= now - KEPT_FOR))
            row = _row(caller, key)
            if row is None:
                row = KeptAnswer(store_id=caller.store_id, api_key_id=caller.key_id, key=key)
                db.session.add(row)
            elif row.fingerprint != fingerprint:
                raise OtherRequest
            elif row.status is not None:
                return Answer(row.status, row.content_type or "", row.body or b"")
            elif now < row.started_at + ABANDONED_AFTER:
                raise StillRunning
            row.fingerprint, row.started_at = fingerprint, now
    except IntegrityError:
        raise StillRunning from None  # another call with this key was a moment earlier
    return None


def finish(caller: Caller, key: str, answer: Answer) -> None:
    """Keep the answer of the call that `begin` let through."""
    with store_scope(caller.store_id), writing():
        row = _row(caller, key)
        if row is not None:
            row.status, row.content_type, row.body = answer.status, answer.content_type, answer.body


def give_up(caller: Caller, key: str) -> None:
    """The call came to no answer: the next one with this key is the first again."""
    with store_scope(caller.store_id), writing():
        row = _row(caller, key)
        if row is not None and row.status is None:
            db.session.delete(row)


def _row(caller: Caller, key: str) -> KeptAnswer | None:
    query = select(KeptAnswer).where(KeptAnswer.api_key_id == caller.key_id, KeptAnswer.key == key)
    return db.session.scalar(query.with_for_update())
