"""Holding what a shopper has chosen, so that nobody else is promised the same unit meanwhile.

All functions run within the caller's transaction. A row of an ended hold may stay for a
while: it counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, delete, exists, insert, literal, select, update

from app.domain.facts import VariantFacts
from app.domain.holds import EXTENSIONS, HoldFacts, wants_hold
from app.models import DeskDraft, Exchange, Variant, db
from app.services.stock import HOLDS, VARIANTS, free_for


@dataclass(frozen=True)
class Wanted:
    """Units of one variant for one return item of an exchange."""

    exchange_id: int
    item_id: int
    variant: VariantFacts
    units: int


def holds_of(exchange_id: int) -> dict[int, HoldFacts]:
    """The holds of an exchange by return item, ended ones that nobody has swept yet among them."""
    columns = (HOLDS.c.item_id, HOLDS.c.variant_id, HOLDS.c.units, HOLDS.c.expires_at, HOLDS.c.extended)
    rows = db.session.execute(select(*columns).where(HOLDS.c.exchange_id == exchange_id))
    return {item_id: HoldFacts(*held) for item_id, *held in rows}


def hold(wanted: Wanted, minutes: int, now: datetime) -> bool:
    """Hold this instead of whatever the item held. False: somebody else has it; nothing is held then.

    What is held already stays as it is, with the time that it had. Variants that cannot run out need no
    hold, so that there is always one to be had.
    """
    held = holds_of(wanted.exchange_id).get(wanted.item_id)
    if held and held.keeps(wanted.variant.id, wanted.units, now):
        return True
    release(wanted.item_id)
    return not wants_hold(wanted.variant) or _take(wanted, minutes, now)


def hold_all(wanted: Iterable[Wanted], minutes: int, now: datetime) -> list[int]:
    """Hold all of these that can be held; the return items that got nothing, because others have it.

    Variants are taken in the order of their ids, so that two shoppers never wait for each other.
    """
    in_order = sorted(wanted, key=lambda each: (each.variant.id, each.item_id))
    return [each.item_id for each in in_order if not hold(each, minutes, now)]


def extend(exchange_id: int, minutes: int, now: datetime) -> None:
    """Put off the end of every live hold of this exchange, as often as that is allowed."""
    db.session.connection().execute(
        update(HOLDS)
        .where(HOLDS.c.exchange_id == exchange_id, HOLDS.c.expires_at > now, HOLDS.c.extended < EXTENSIONS)
        .values(expires_at=now + timedelta(minutes=minutes), extended=HOLDS.c.extended + 1)
    )


def release(item_id: int) -> None:
    """Let go of what is held for one return item."""
    db.session.connection().execute(delete(HOLDS).where(HOLDS.c.item_id == item_id))


def release_holds(exchange: Exchange) -> bool:
    """Let go of all that is held for an exchange. Returns whether there was anything."""
    let_go = db.session.connection().execute(delete(HOLDS).where(HOLDS.c.exchange_id == exchange.id))
    return let_go.rowcount > 0


def release_holds_of_browser(session_id: str) -> None:
    """Let go of all that is held for drafts begun in this browser, in every store.

    What an agent has taken back from it meanwhile stays held.
    """
    rows, desk = Exchange.__table__, DeskDraft.__table__
    with_an_agent = exists().where(desk.c.exchange_id == rows.c.id, desk.c.handed_over_at.is_(None))
    drafts = select(rows.c.id).where(rows.c.session_id == session_id, ~with_an_agent)
    db.session.connection().execute(delete(HOLDS).where(HOLDS.c.exchange_id.in_(drafts)))


def sweep_holds(now: datetime) -> None:
    """Delete what has ended, in every store."""
    db.session.connection().execute(delete(HOLDS).where(HOLDS.c.expires_at <= now))


def _take(wanted: Wanted, minutes: int, now: datetime) -> bool:
    """One conditional statement decides and takes.

    PostgreSQL lets two such statements run side by side, each blind to the other's row: so the variant's
    row is locked first and the statement then sees everything that was taken before it. SQLite has one
    writer at a time anyway.
    """
    variant_id = wanted.variant.id
    db.session.execute(select(Variant.id).where(Variant.id == variant_id).with_for_update(key_share=True))
    values = {
        HOLDS.c.store_id: VARIANTS.c.store_id,
        HOLDS.c.variant_id: VARIANTS.c.id,
        HOLDS.c.exchange_id: literal(wanted.exchange_id, HOLDS.c.exchange_id.type),
        HOLDS.c.item_id: literal(wanted.item_id, HOLDS.c.item_id.type),
        HOLDS.c.units: literal(wanted.units, HOLDS.c.units.type),
        HOLDS.c.taken_at: literal(now, HOLDS.c.taken_at.type),
        HOLDS.c.expires_at: literal(now + timedelta(minutes=minutes), HOLDS.c.expires_at.type),
        HOLDS.c.extended: literal(0, Integer),
    }
    enough = select(*values.values()).where(
        VARIANTS.c.id == variant_id, VARIANTS.c.active, free_for(wanted.item_id, now) >= wanted.units
    )
    taken = insert(HOLDS).from_select(list(values), enough).returning(HOLDS.c.id)
    return db.session.connection().execute(taken).first() is not None
