"""What agents do at an exchange besides deciding: look at it, say that they work on it, write a note.

Each is in the audit trail, with ids only: the words of a note stand with the note.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.domain.holds import EXTENSIONS
from app.models import Exchange, ExchangeClaim, ExchangeNote, Hold, Order, Store, db, writing
from app.services import audit, holds
from app.services.agents.people import actor_of
from app.services.locking import locked_exchange
from app.services.moving import chain_of

LONGEST_NOTE = 1000
CLAIM_LASTS = timedelta(minutes=30)


class NothingKept(Exception):
    """Nothing is kept back that could be kept for longer; the message says why."""


class Claimed(Exception):
    """A colleague works on it; the message is their name."""


def note_view(chain: str, actor: str, now: datetime) -> None:
    """Somebody opened an order or an exchange, its people masked."""
    with writing():
        audit.record(chain, actor, "viewed", {}, now)


def note_people_shown(chain: str, actor: str, now: datetime) -> None:
    """Somebody sees personal data: who, and of whom."""
    with writing():
        audit.record(chain, actor, "people shown", {}, now)


def note_search(agent_id: int, code: str, order_ids: Sequence[int], now: datetime) -> None:
    """Somebody looked for something: a code, the same for the same words, and the orders that it led to."""
    with writing():
        details = {"for": code[:16], "orders": list(order_ids)}
        audit.record(actor_of(agent_id), actor_of(agent_id), "searched", details, now)


def order_chain(order_id: int) -> str:
    """The audit chain of an order."""
    return f"order:{order_id}"


def add_note(exchange_id: int, agent_id: int, text: str, nonce: str, now: datetime) -> None:
    """Keep a note; one that was sent twice is kept once."""
    with writing():
        exchange = locked_exchange(exchange_id)
        same = select(ExchangeNote.id).where(
            ExchangeNote.exchange_id == exchange.id, ExchangeNote.nonce == nonce
        )
        if db.session.scalar(same) is not None:
            return
        note = ExchangeNote(
            store_id=exchange.store_id,
            exchange_id=exchange.id,
            agent_id=agent_id,
            at=now,
            nonce=nonce,
            text=text[:LONGEST_NOTE],
        )
        db.session.add(note)
        db.session.flush()
        audit.record(chain_of(exchange), actor_of(agent_id), "note added", {"note": note.id}, now)


def claim(exchange_id: int, agent_id: int, now: datetime) -> None:
    """Tell colleagues that one works on it, for half an hour. Raises Claimed."""
    with writing():
        exchange = locked_exchange(exchange_id)
        row = db.session.get(ExchangeClaim, exchange.id)
        if row is not None and row.agent_id != agent_id and lives(row, now):
            raise Claimed(row.agent.name)
        if row is None:
            row = ExchangeClaim(store_id=exchange.store_id, exchange_id=exchange.id)
            db.session.add(row)
        elif row.agent_id == agent_id and lives(row, now):
            return
        row.agent_id, row.at = agent_id, now
        audit.record(chain_of(exchange), actor_of(agent_id), "claimed", {}, now)


def release(exchange_id: int, agent_id: int, now: datetime, *, anybodys: bool) -> None:
    """Stop working on it; with `anybodys` also for a colleague. Raises Claimed."""
    with writing():
        exchange = locked_exchange(exchange_id)
        row = db.session.get(ExchangeClaim, exchange.id)
        if row is None:
            return
        if row.agent_id != agent_id and lives(row, now) and not anybodys:
            raise Claimed(row.agent.name)
        db.session.delete(row)
        audit.record(chain_of(exchange), actor_of(agent_id), "released", {"from": row.agent_id}, now)


def keep_for_longer(order_id: int, actor: str, now: datetime, *, seen: int | None = None) -> None:
    """Keep what is held for choices from this order for the store's whole time again. Raises NothingKept.

    As often as the shopper may: an agent keeps no unit from everybody else for ever. `seen` is how often all
    that is held had been put off when somebody asked: where it is more by now, that was done meanwhile.
    """
    with writing():
        order = db.session.scalars(select(Order).where(Order.id == order_id).with_for_update()).one()
        chosen = select(Exchange.id).where(Exchange.order_id == order_id)
        held = select(Hold).where(Hold.exchange_id.in_(chosen), Hold.expires_at > now)
        live = list(db.session.scalars(held))
        if not live:
            raise NothingKept("Nothing is kept back any more. It can be chosen again while it is there.")
        if seen is not None and sum(each.extended for each in live) > seen:
            return
        if all(each.extended >= EXTENSIONS for each in live):
            raise NothingKept("It was put off as often as it may be.")
        minutes = db.session.get_one(Store, order.store_id).policy.hold_minutes
        for exchange_id in {each.exchange_id for each in live}:
            holds.extend(exchange_id, minutes, now)
        audit.record(order_chain(order_id), actor, "kept for longer", {"minutes": minutes}, now)


def lives(row: ExchangeClaim, now: datetime) -> bool:
    """Whether it still counts: nobody has to remember to let go."""
    return now - row.at < CLAIM_LASTS
