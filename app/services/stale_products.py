"""Which of a draft's products should be read from the platform again before Review. Nothing here writes.

Reading them is `app.services.refreshing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Select, bindparam, exists, func, or_, select

from app.domain.exchange_status import Status
from app.domain.facts import StoreFacts
from app.models import Exchange, LineItem, Payment, Product, ReturnItem, Store, Variant, db
from app.services.connected_systems import placing_system_of

FRESH = timedelta(minutes=1)


@dataclass(frozen=True)
class Reviewed:
    """A draft that is about to be reviewed, told in one query.

    `was_paying`: it came back from paying. `products`: when each that it gives back or wants was read last,
    by the platform's id of it.
    """

    status: Status
    store: StoreFacts
    platform: str | None
    was_paying: bool
    products: Mapping[str, datetime | None]

    def stale(self, now: datetime) -> list[str]:
        """The products to read again; none for what is confirmed."""
        if self.status is not Status.DRAFT:
            return []
        return sorted(name for name, read_at in self.products.items() if name and not is_fresh(read_at, now))


def reviewed(exchange_id: int) -> Reviewed:
    """This exchange of the store in scope. Raises LookupError."""
    rows = db.session.execute(_wanted(), {"exchange_id": exchange_id}).all()
    if not rows:
        raise LookupError(f"exchange {exchange_id}")
    status, store, platform, was_paying, *_ = rows[0]
    products = {name: read_at for *_, name, read_at in rows}
    return Reviewed(Status(status), store.facts(), platform, was_paying, products)


def is_fresh(read_at: datetime | None, now: datetime) -> bool:
    """Whether what was read then need not be read again."""
    return read_at is not None and read_at > now - FRESH


@cache
def _wanted() -> Select[str, Store, str | None, bool, str, datetime | None]:
    """What is no longer sold is not told any more, so the newest reading of a product counts."""
    read_at = select(func.max(Variant.stock_read_at)).where(Variant.product_id == Product.id)
    was_paying = exists().where(Payment.exchange_id == Exchange.id)
    product = or_(Product.id == LineItem.product_id, Product.id == ReturnItem.product_id)
    return (
        select(
            Exchange.status,
            Store,
            placing_system_of(Exchange.store_id),
            was_paying,
            func.coalesce(Product.platform_id, ""),
            read_at.scalar_subquery(),
        )
        .join(Store, Store.id == Exchange.store_id)
        .outerjoin(ReturnItem, ReturnItem.exchange_id == Exchange.id)
        .outerjoin(LineItem, LineItem.id == ReturnItem.line_item_id)
        .outerjoin(Product, product)
        .where(Exchange.id == bindparam("exchange_id"))
    )
