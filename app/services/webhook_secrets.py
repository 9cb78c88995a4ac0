"""The secrets that a store's incoming webhooks are signed with: making and replacing them.

A new one takes over at once; the one before still verifies until its overlap is over, so that the sender can
be changed without losing a message. Encrypted at rest; shown once, when made.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.models import WebhookSecret, db, store_scope, writing
from app.services import audit
from app.services.secret_box import SecretBox
from app.services.webhook_signatures import Verifier, secret_text


class SecretExists(ValueError):
    """The store has a secret already, and replacing it was not asked for."""


def make_secret(
    box: SecretBox,
    store_id: int,
    now: datetime,
    *,
    replace: bool = False,
    overlap: timedelta = timedelta(),
    actor: str = "operator",
) -> str:
    """Make the store's secret; the only time it is seen. Raises SecretExists."""
    made = secret_text(secrets.token_bytes(32))
    with store_scope(store_id), writing():
        current = list(db.session.scalars(select(WebhookSecret).where(WebhookSecret.retires_at.is_(None))))
        if current and not replace:
            raise SecretExists
        for row in current:
            row.retires_at = now + overlap
        db.session.add(WebhookSecret(store_id=store_id, secret=box.encrypt(made), created_at=now))
        audit.record(f"store:{store_id}", actor, "webhook secret made", {"replaces": bool(current)}, now)
    return made


def verifier_for(box: SecretBox, store_id: int, now: datetime) -> Verifier:
    """What tells a signed message of this store; it accepts none where the store has no secret."""
    with store_scope(store_id):
        live = or_(WebhookSecret.retires_at.is_(None), WebhookSecret.retires_at > now)
        rows = db.session.scalars(select(WebhookSecret).where(live).order_by(WebhookSecret.id.desc()))
        return Verifier([box.decrypt(row.secret) for row in rows])
