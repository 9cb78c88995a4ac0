"""What a browser may see, and what an agent who acts for a shopper: one query each, in the store in scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from app.domain.exchange_status import Status
from app.domain.signed_link import Purpose
from app.models import AccessGrant, BrowserSession, DeskDraft, Exchange, Order, db

RECIPIENT = "who received this gift"


@dataclass(frozen=True)
class VisibleExchange:
    """An exchange, or a draft of this very browser, that may be shown.

    `with_agent`: it was this browser's draft, and an agent goes on with it now.
    """

    id: int
    order_id: int
    state: Status
    with_agent: bool = False


@dataclass(frozen=True)
class DeskExchange:
    """What an agent may open in a shopper's place, and whom they act for.

    `state` DRAFT: a draft of the desk, which the shopper has while it is `handed_over`. `gift`: it is that
    of a gift's recipient, shown in their view alone; `shopper` is then never the giver.
    """

    id: int
    order_id: int
    order_number: str
    state: Status
    submitted: bool
    handed_over: bool
    shopper: str
    gift: bool


def visible_exchange(
    public_id: str, session_id: str, since: datetime, now: datetime, purpose: Purpose = Purpose.BUYER
) -> VisibleExchange | None:
    """The exchange with this public id, if a live grant of the session covers its order.

    What was never confirmed is seen only by the session that began it; a draft that came back from paying is
    seen by all, as it was while it awaited payment. The buyer never sees what a gift's
    recipient exchanges, nor the other way round: grant and exchange must both be of this `purpose`.
    """
    given = {"public_id": public_id, "gift": purpose is Purpose.GIFT, "purpose": purpose}
    at = {"session_id": session_id, "since": since, "now": now}
    row = db.session.execute(_granted(), given | at).one_or_none()
    if row is None or (row.reference is None and row.session_id != session_id):
        return None
    state = Status(row.status)
    with_agent = state is Status.DRAFT and row.begun_at is not None and row.handed_over_at is None
    return VisibleExchange(row.id, row.order_id, state, with_agent)


def desk_exchange(public_id: str) -> DeskExchange | None:
    """The exchange with this public id as an agent of the store sees it in the shopper's place.

    None for drafts of shoppers that no agent has a part in.
    """
    row = db.session.execute(_at_the_desk(), {"public_id": public_id}).one_or_none()
    if row is None:
        return None
    confirmed = (
        row.submitted_at is not None and row.status != Status.DRAFT
    )  # who left paying has a draft again
    if not confirmed and row.begun_at is None:
        return None
    return DeskExchange(
        id=row.id,
        order_id=row.order_id,
        order_number=row.number,
        state=Status(row.status),
        submitted=confirmed,
        handed_over=row.handed_over_at is not None,
        shopper=RECIPIENT
        if row.gift_view
        else short_name(row.first_name, row.last_name) or "somebody who gave no name",
        gift=row.gift_view,
    )


def short_name(first: str, last: str) -> str:
    """ "M. Jones": enough to know whom one serves."""
    initial = f"{first.strip()[:1]}." if first.strip() and last.strip() else first.strip()
    return " ".join(filter(None, [initial, last.strip()]))


@cache
def _granted() -> Select[*tuple[Any, ...]]:
    """Made once, as every page of an exchange asks it."""
    return (
        select(
            Exchange.id,
            Exchange.order_id,
            Exchange.status,
            Exchange.session_id,
            Exchange.reference,
            DeskDraft.begun_at,
            DeskDraft.handed_over_at,
        )
        .outerjoin(DeskDraft, DeskDraft.exchange_id == Exchange.id)
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


@cache
def _at_the_desk() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Exchange.id,
            Exchange.order_id,
            Exchange.status,
            Exchange.submitted_at,
            Exchange.gift_view,
            DeskDraft.begun_at,
            DeskDraft.handed_over_at,
            Order.number,
            Order.first_name,
            Order.last_name,
            Order.email,
        )
        .join(Order, Order.id == Exchange.order_id)
        .outerjoin(DeskDraft, DeskDraft.exchange_id == Exchange.id)
        .where(Exchange.public_id == bindparam("public_id"))
    )
