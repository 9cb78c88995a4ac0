"""The rows a basket is read from: the draft with its items, and its order as it stands beside others.

Nothing here writes.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.domain.exchange_status import ENDED_WITHOUT_PLACING, PLACED_ONCE, Status
from app.domain.facts import OrderFacts
from app.domain.policy import Policy
from app.models import Exchange, Order, ReturnItem, RuleOverride, db
from app.services.connected_systems import placing_system_of


def draft_row(exchange_id: int) -> tuple[Exchange, str | None, str | None, bool]:
    """The exchange, the status of the other one that holds its order, the store's platform, and whether
    anybody made exceptions for it.

    Raises LookupError when it is not in the store in scope.
    """
    row = db.session.execute(_draft_rows(), {"exchange_id": exchange_id}).unique().one_or_none()
    if row is None:
        raise LookupError(f"exchange {exchange_id}")
    return row[0], row[1], row[2], row[3]


def order_facts(exchange: Exchange, holder: str | None, policy: Policy, now: datetime) -> OrderFacts:
    """The order with what the exchange that holds it says of it, and what its buyer exchanged lately."""
    placed = holder is not None and Status(holder) in PLACED_ONCE
    order = exchange.order.facts(has_live_exchange=holder is not None and not placed, was_exchanged=placed)
    if policy.recent_exchanges_limit is None:
        return order
    since = now - timedelta(days=policy.recent_exchanges_days)
    return replace(order, recent_exchanges=_recent_exchanges(exchange, since))


@cache
def _draft_rows() -> Select[Exchange, str | None, str | None, bool]:
    """A draft with all that `draft_row` tells of it.

    A unique index sees to it that there is one such exchange at most. Made once: every page reads it.
    """
    other = aliased(Exchange)
    holder = select(other.status).where(
        other.order_id == Exchange.order_id, other.id != Exchange.id, other.occupies_order
    )
    exceptions = exists().where(RuleOverride.exchange_id == Exchange.id)
    return (
        select(Exchange, holder.scalar_subquery(), placing_system_of(Exchange.store_id), exceptions)
        .where(Exchange.id == bindparam("exchange_id"))
        .options(
            selectinload(Exchange.items).joinedload(ReturnItem.replacements),
            joinedload(Exchange.order).joinedload(Order.lines),
        )
    )


def _recent_exchanges(exchange: Exchange, since: datetime) -> int:
    """How many others whoever bought this has confirmed since then, without those that came to nothing."""
    if not exchange.order.email_key:
        return 0
    ended = [str(status) for status in ENDED_WITHOUT_PLACING]
    counted = db.session.scalar(
        select(func.count(Exchange.id))
        .join(Order, Order.id == Exchange.order_id)
        .where(
            Order.email_key == exchange.order.email_key,
            Exchange.id != exchange.id,
            Exchange.submitted_at > since,
            Exchange.status.not_in(ended),
        )
    )
    return counted or 0
