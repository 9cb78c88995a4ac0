"""What a browser may see: read in one query, within the store in scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Select, bindparam, select

from app.domain.exchange_status import Status
from app.domain.signed_link import Purpose
from app.models import AccessGrant, BrowserSession, Exchange, db


@dataclass(frozen=True)
class VisibleExchange:
    """An exchange, or a draft of this very browser, that may be shown."""

    id: int
    order_id: int
    state: Status


def visible_exchange(
    public_id: str, session_id: str, since: datetime, now: datetime, purpose: Purpose = Purpose.BUYER
) -> VisibleExchange | None:
    """The exchange with this public id, if a live grant of the session covers its order.

    What was never confirmed is seen only by the session that began it. The buyer never sees what a gift's
    recipient exchanges, nor the other way round: grant and exchange must both be of this `purpose`.
    """
    given = {"public_id": public_id, "gift": purpose is Purpose.GIFT, "purpose": purpose}
    at = {"session_id": session_id, "since": since, "now": now}
    row = db.session.execute(_granted(), given | at).one_or_none()
    if row is None or (row.submitted_at is None and row.session_id != session_id):
        return None
    return VisibleExchange(row.id, row.order_id, Status(row.status))


@cache
def _granted() -> Select[int, int, str, str | None, datetime | None]:
    """Made once, as every page of an exchange asks it."""
    return (
        select(Exchange.id, Exchange.order_id, Exchange.status, Exchange.session_id, Exchange.submitted_at)
        .join(AccessGrant, AccessGrant.order_id == Exchange.order_id)
        .join(BrowserSession, BrowserSession.id == AccessGrant.session_id)
        .where(
            Exchange.public_id == bindparam("public_id"),
            Exchange.gift_view == bindparam("gift"),
            AccessGrant.purpose == bindparam("purpose"),
            BrowserSession.id == bindparam("session_id"),
            BrowserSession.expires_at > bindparam("now"),
            AccessGrant.granted_at > bindparam("since"),
        )
    )
