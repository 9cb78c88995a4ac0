"""Which rules were overridden for which lines of a draft, as far as that still counts. Read only."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from app.domain.facts import OrderFacts
from app.models import Granting, RuleOverride, db


def granted_rules(rows: Iterable[RuleOverride], order: OrderFacts) -> dict[int, frozenset[str]]:
    """The codes of the rules that these exceptions override, by line.

    An exception was made for so many units, and that is what it cost: it lapses where more of them are open
    now, because a parcel came in that nobody knew of.
    """
    granted: dict[int, frozenset[str]] = {}
    for row in rows:
        if row.state == Granting.GRANTED and order.line(row.line_item_id).open_units <= row.units:
            granted[row.line_item_id] = granted.get(row.line_item_id, frozenset()) | set(row.codes)
    return granted


def live_overrides(exchange_id: int) -> list[RuleOverride]:
    """Exceptions that were made or asked for, the oldest first."""
    return list(
        db.session.scalars(
            select(RuleOverride)
            .where(RuleOverride.exchange_id == exchange_id, RuleOverride.state != Granting.REFUSED)
            .order_by(RuleOverride.id)
        )
    )
