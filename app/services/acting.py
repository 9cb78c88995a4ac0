"""Acting for a shopper: beginning a draft in their place, handing it over to them, taking it back.

What is chosen in it are the shopper's own use cases (`app.services.draft_exchange`); whose turn it is they
ask `app.services.desk_drafts`. Every act stands in the exchange's audit trail as the agent's for the shopper.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from app.domain.exchange_status import Status
from app.domain.letter import MailKind
from app.domain.signed_link import Purpose, SignedLink
from app.models import AuditEntry, DeskDraft, Dispatch, Exchange, Store, db, writing
from app.services import audit
from app.services.agents.people import actor_for_shopper
from app.services.draft_exchange import live_exchange_of
from app.services.find_order import view_of
from app.services.letters import recipient_of
from app.services.locking import lock_order, lock_order_of
from app.services.mailing import enqueue_mail, mail_is_on, mail_key, was_queued
from app.services.moving import chain_of

TAKEN_BACK, LINK_MARK = "taken back", "link_mark"
LINK_UNTIL = "link_until"  # how hand-overs were told before they had a mark


class CannotAct(Exception):
    """Nobody can act for this order's shopper so; the message says why."""


class AlreadyLive(Exception):
    """The order is being exchanged already; `reference` is where to look."""

    def __init__(self, reference: str) -> None:
        super().__init__(reference)
        self.reference = reference


def begin(order_id: int, agent_id: int, reason: str, now: datetime, *, gift: bool = False) -> str:
    """The public id of the draft that agents have for this order's shopper, made if there is none.

    With `gift` it is the one for who received the order as a gift, which opens in their view alone.
    Colleagues share one, so that nobody starts over. Raises AlreadyLive, and CannotAct for the buyer's
    view of what a gift's recipient got in exchange.
    """
    with writing():
        lock_order(order_id)
        if not gift and view_of(order_id, Purpose.BUYER) is Purpose.GIFT:
            raise CannotAct("A gift's recipient has this order, so act for them.")
        live = live_exchange_of(order_id)
        if live is not None:
            raise AlreadyLive(live.reference or "")
        desk = db.session.scalar(_drafts_of(order_id, gift))
        if desk is None:
            desk = _new_draft(order_id, agent_id, reason, now, gift=gift)
        elif desk.handed_over_at is None:
            desk.agent_id, desk.reason = agent_id, reason
        draft = desk.exchange
        draft.updated_at = now
        act = "acting for a gift's recipient" if gift else "acting for the shopper"
        audit.record(chain_of(draft), actor_for_shopper(agent_id), act, {}, now)
        return draft.public_id


def hand_over(exchange_id: int, agent_id: int, now: datetime) -> None:
    """From here on the shopper goes on with it; pressed twice it is handed over once. Raises CannotAct."""
    with writing():
        desk = _locked(exchange_id)
        if desk.handed_over_at is None:
            desk.handed_over_at, desk.opened_at = now, None
            desk.link_mark = secrets.token_hex(8)
            desk.exchange.updated_at = now
            audit.record(f"exchange:{exchange_id}", actor_for_shopper(agent_id), "handed over", {}, now)


def mail_link(exchange_id: int, agent_id: int, path: str, until: datetime, now: datetime) -> None:
    """Write to the shopper who has it now: one mail each time it is handed over. Raises CannotAct.

    `path` is that of the portal's link, which is good `until` then.
    """
    with writing():
        desk = _locked(exchange_id)
        if desk.handed_over_at is None or (desk.link_mark or "") not in path:
            raise CannotAct("It was taken back meanwhile.")
        facts = {"url": path, "until": until.isoformat()}
        if enqueue_mail(desk.exchange, MailKind.HAND_OVER, now, occasion=_occasion(desk), **facts):
            audit.record(f"exchange:{exchange_id}", actor_for_shopper(agent_id), "link mailed", {}, now)


def mail_of(desk: DeskDraft) -> tuple[str, bool] | None:
    """Whom the link can be mailed to, and whether it was already; None where it cannot."""
    to = recipient_of(desk.exchange)
    if not to or not mail_is_on():
        return None
    return to, was_queued(desk.exchange, MailKind.HAND_OVER, _occasion(desk))


def take_back(exchange_id: int, agent_id: int, now: datetime) -> None:
    """The agent goes on with it; all that was chosen stays, by whomever. Raises CannotAct."""
    with writing():
        desk = _locked(exchange_id)
        if desk.handed_over_at is not None:
            noted = dict([_told_by(desk, desk.handed_over_at)])
            desk.handed_over_at, desk.link_mark, desk.agent_id = None, None, agent_id
            desk.exchange.updated_at = now
            audit.record(f"exchange:{exchange_id}", actor_for_shopper(agent_id), TAKEN_BACK, noted, now)


def link_ends(desk: DeskDraft, handed_over_at: datetime) -> datetime:
    """How long the link of a hand-over is good: as long as an untouched draft lives."""
    policy = db.session.get_one(Store, desk.store_id).policy
    return handed_over_at + timedelta(days=policy.draft_days)


def is_taken_back(order_id: int, link: SignedLink) -> bool:
    """Whether this link to the order was that of a hand-over which was taken back; the trail knows."""
    mine = Exchange.gift_view == (link.purpose is Purpose.GIFT)
    drafts = db.session.scalars(
        select(DeskDraft)
        .join(Exchange, Exchange.id == DeskDraft.exchange_id)
        .where(Exchange.order_id == order_id, mine)
    ).all()
    told = (LINK_MARK, link.mark) if link.mark else (LINK_UNTIL, int(link.expires_at.timestamp()))
    if not drafts or told in [_told_by(each, each.handed_over_at) for each in drafts if each.handed_over_at]:
        return False
    chains = [f"exchange:{each.exchange_id}" for each in drafts]
    noted = select(AuditEntry.details).where(AuditEntry.chain.in_(chains), AuditEntry.act == TAKEN_BACK)
    return any(told in details.items() for details in db.session.scalars(noted))


def is_of_hand_over(dispatch: Dispatch, exchange: Exchange) -> bool:
    """Whether this mail has the link of the hand-over that stands, and of none before it."""
    desk = db.session.get(DeskDraft, exchange.id)
    if desk is None or desk.handed_over_at is None:
        return False
    return dispatch.key == mail_key(exchange, MailKind.HAND_OVER, _occasion(desk))


def _told_by(desk: DeskDraft, handed_over_at: datetime) -> tuple[str, str | int]:
    """What the link of a hand-over is told by: its mark, or for one without a mark its end, in seconds."""
    if desk.link_mark:
        return LINK_MARK, desk.link_mark
    return LINK_UNTIL, int(link_ends(desk, handed_over_at).timestamp())


def _occasion(desk: DeskDraft) -> str:
    """What tells one hand-over's mail from the next one's."""
    return desk.link_mark or (desk.handed_over_at.isoformat() if desk.handed_over_at else "")


def _drafts_of(order_id: int, gift: bool) -> Select[DeskDraft]:
    return (
        select(DeskDraft)
        .join(Exchange, Exchange.id == DeskDraft.exchange_id)
        .where(Exchange.order_id == order_id, Exchange.status == Status.DRAFT, Exchange.gift_view == gift)
        .order_by(DeskDraft.exchange_id.desc())
        .limit(1)
    )


def _new_draft(order_id: int, agent_id: int, reason: str, now: datetime, *, gift: bool) -> DeskDraft:
    store_id = db.session.info["store_id"]
    draft = Exchange(
        public_id=secrets.token_urlsafe(16),
        store_id=store_id,
        order_id=order_id,
        status=Status.DRAFT,
        gift_view=gift,
        created_at=now,
        updated_at=now,
    )
    db.session.add(draft)
    db.session.flush()
    desk = DeskDraft(
        store_id=store_id,
        exchange=draft,
        exchange_id=draft.id,
        agent_id=agent_id,
        reason=reason,
        begun_at=now,
    )
    db.session.add(desk)
    db.session.flush()
    return desk


def _locked(exchange_id: int) -> DeskDraft:
    """The draft under its order's lock, as long as it is one. Raises CannotAct."""
    lock_order_of(exchange_id)
    desk = db.session.scalar(select(DeskDraft).where(DeskDraft.exchange_id == exchange_id))
    if desk is None or desk.exchange.state is not Status.DRAFT:
        raise CannotAct("It was confirmed or has ended meanwhile.")
    return desk
