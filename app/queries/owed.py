"""What shoppers owe a store and its people still have to collect, from the ledger: one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.domain.exchange_status import PLACED_ONCE
from app.models import Exchange, Movement, MovementKind, Order, db
from app.models.payment import REFUND_KEPT


@dataclass(frozen=True)
class Owed:
    """What is left to collect for one exchange, `amount` in minor units, and since when."""

    exchange_id: int
    reference: str
    order_number: str
    amount: int
    currency: str
    since: datetime


def owed_to_collect() -> Sequence[Owed]:
    """What is owed to the store in scope, the longest owed first: of each exchange as
    `app.services.collecting_later` counts it.
    """
    owed, collected = Movement.kind == MovementKind.OWED, Movement.kind == MovementKind.COLLECTED
    counts = or_(Exchange.status.in_(PLACED_ONCE), Movement.key.endswith(f":{REFUND_KEPT}"))
    earlier = aliased(Movement)
    was_owed = exists().where(
        earlier.exchange_id == Movement.exchange_id,
        earlier.kind == MovementKind.OWED,
        earlier.id < Movement.id,
    )
    taken = and_(Movement.kind == MovementKind.CAPTURED, Exchange.status.in_(PLACED_ONCE), was_owed)
    left = func.sum(case((owed, Movement.amount), else_=-Movement.amount))
    columns = (Exchange.id, Exchange.reference, Order.number)
    wanted = (
        select(*columns, left, Movement.currency, func.min(Movement.at))
        .select_from(Movement)
        .join(Exchange, Exchange.id == Movement.exchange_id)
        .join(Order, Order.id == Exchange.order_id)
        .where(or_(and_(owed, counts), collected, taken))
        .group_by(*columns, Movement.currency)
        .having(left > 0)
        .order_by(func.min(Movement.at), Exchange.id)
    )
    found = db.session.execute(wanted)
    return [Owed(id_, ref or "", order, int(sum_), *rest) for id_, ref, order, sum_, *rest in found]
