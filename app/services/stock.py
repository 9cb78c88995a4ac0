"""What of a variant's stock is spoken for: held for others, or promised to confirmed exchanges.

Every look at stock goes through here, so that a page, a hold and a submit count alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, Table, func, select

from app.domain.exchange_status import ENDED_WITHOUT_PLACING
from app.models import Exchange, Hold, Replacement, ReturnItem, Variant, db

# As plain tables, so that they also stand within an INSERT; every caller names variants of its own store.
HOLDS, VARIANTS = cast(Table, Hold.__table__), cast(Table, Variant.__table__)
EXCHANGES, ITEMS = cast(Table, Exchange.__table__), cast(Table, ReturnItem.__table__)
GOING_OUT = cast(Table, Replacement.__table__)


def spoken_for(variant_ids: Iterable[int], now: datetime, exchange_id: int | None = None) -> dict[int, int]:
    """Units of each variant that nobody else can have now; what this exchange holds itself is not counted."""
    ids = list(variant_ids)
    if not ids:
        return {}
    rows = db.session.execute(
        select(VARIANTS.c.id, taken_by_others(now, exchange_id)).where(
            VARIANTS.c.id.in_(ids), VARIANTS.c.stock.is_not(None)
        )
    )
    return {variant_id: int(units) for variant_id, units in rows if units}


def taken_by_others(now: datetime, exchange_id: int | None = None) -> ColumnElement[int]:
    """The same as a column beside the row of VARIANTS at hand."""
    of_others = HOLDS.c.exchange_id != (exchange_id or 0)
    held = _sum(HOLDS.c.units).where(of_others, HOLDS.c.expires_at > now)
    return _zero(held.where(HOLDS.c.variant_id == VARIANTS.c.id)) + promised()


def free_for(item_id: int, now: datetime) -> ColumnElement[int]:
    """Units of the row of VARIANTS at hand that can still be held for this item."""
    held = _sum(HOLDS.c.units).where(
        HOLDS.c.variant_id == VARIANTS.c.id, HOLDS.c.item_id != item_id, HOLDS.c.expires_at > now
    )
    return VARIANTS.c.stock - _zero(held) - promised()


def promised() -> ColumnElement[int]:
    """Units of the row of VARIANTS at hand in confirmed exchanges that its last reading cannot know of.

    What the platform has not been told yet is in no reading, however new.
    """
    ended = [str(status) for status in ENDED_WITHOUT_PLACING]
    unknown = (
        VARIANTS.c.stock_read_at.is_(None)
        | EXCHANGES.c.placed_at.is_(None)
        | (EXCHANGES.c.placed_at > VARIANTS.c.stock_read_at)
    )
    units = (
        _sum(GOING_OUT.c.quantity - GOING_OUT.c.given_back)
        .select_from(
            GOING_OUT.join(ITEMS, ITEMS.c.id == GOING_OUT.c.item_id).join(
                EXCHANGES, EXCHANGES.c.id == ITEMS.c.exchange_id
            )
        )
        .where(
            GOING_OUT.c.variant_id == VARIANTS.c.id,
            EXCHANGES.c.submitted_at.is_not(None),
            EXCHANGES.c.status.not_in(ended),
            unknown,
        )
    )
    return _zero(units)


def _sum(units: ColumnElement[int]) -> Select[Any]:
    return select(func.sum(units)).correlate(VARIANTS)


def _zero(units: Select[Any]) -> ColumnElement[int]:
    return func.coalesce(units.scalar_subquery(), 0)
