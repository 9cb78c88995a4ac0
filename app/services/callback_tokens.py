"""What an outside system must carry when it calls us: made here, encrypted at rest, shown once."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from app.connectors.registry import DECISIONS
from app.models import Connector, db, store_scope, writing
from app.services import audit
from app.services.connector_settings import NotConnected, UnknownSystem
from app.services.secret_box import SecretBox

TOKEN_BYTES = 32


class TokenExists(ValueError):
    """There is a token already, and replacing it was not asked for."""


def make_callback_token(
    box: SecretBox, store_id: int, system: str, now: datetime, *, replace: bool = False
) -> str:
    """Make the token; one that was there counts no more. Raises UnknownSystem, NotConnected, TokenExists."""
    if system not in DECISIONS:
        raise UnknownSystem(f"{system!r} never calls back; {', '.join(sorted(DECISIONS))} does")
    made = secrets.token_urlsafe(TOKEN_BYTES)
    with store_scope(store_id), writing():
        row = db.session.scalar(select(Connector).where(Connector.system == system))
        if row is None:
            raise NotConnected(f"the store is not connected to {system}")
        if row.callback_token and not replace:
            raise TokenExists
        details = {"system": system, "replaces": bool(row.callback_token)}
        row.callback_token = box.encrypt(made)
        audit.record(f"store:{store_id}", "operator", "callback token made", details, now)
    return made


def callback_token(box: SecretBox, system: str) -> str:
    """The token of the store in scope; empty where there is none, which is believed from nobody."""
    kept = db.session.scalar(select(Connector.callback_token).where(Connector.system == system))
    return box.decrypt(kept) if kept else ""
