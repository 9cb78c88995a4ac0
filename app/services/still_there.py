"""Whether what an exchange was confirmed with is still to be had: its units, and what shall go out.

Asked again where time has passed between Confirm and the next step: a person's yes, a payment.
"""

from __future__ import annotations

from sqlalchemy import select

from app.models import Exchange, LineItem, db
from app.services.baskets import Basket
from app.services.stock import VARIANTS, promised


def why_gone(exchange: Exchange, basket: Basket) -> str:
    """Why it cannot go on any more, for an agent; empty when it can."""
    return _units_gone(exchange) or _stock_gone(basket)


def _units_gone(exchange: Exchange) -> str:
    """Its units are committed since it was confirmed; a refund may have taken them nevertheless."""
    lines = [item.line_item_id for item in exchange.items]
    for line in db.session.scalars(select(LineItem).where(LineItem.id.in_(lines))):
        if line.committed + line.refunded > line.quantity:
            return f"{line.title}: refunded meanwhile, so fewer units are left."
    return ""


def _stock_gone(basket: Basket) -> str:
    """This exchange's own units are promised already: what is left may be none, but not less."""
    wanted = [item.variant.id for item in basket.items if item.variant is not None]
    gone = db.session.scalar(
        select(VARIANTS.c.sku).where(
            VARIANTS.c.id.in_(wanted),
            ~VARIANTS.c.active | (~VARIANTS.c.backorder & (VARIANTS.c.stock < promised())),
        )
    )
    return f"{gone} is no longer to be had: decline, or put it back on the shelf first." if gone else ""
