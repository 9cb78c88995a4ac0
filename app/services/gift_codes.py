"""A gift code for an order that came without one, to be printed on a packing slip or a gift note."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import select

from app.domain.order_number import code_key
from app.models import Order, db, writing
from app.services import audit

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, 1/I: people type it from paper
GROUPS, OF = 3, 4  # 60 bits: as hard to guess as to mistype


def gift_code_of(order_id: int, actor: str, now: datetime) -> str:
    """The order's gift code; made once, and the same from then on."""
    with writing():
        order = db.session.scalars(select(Order).where(Order.id == order_id).with_for_update()).one()
        if not order.gift_code:
            order.gift_code = _fresh()
            order.gift_code_key = code_key(order.gift_code)
            audit.record(f"order:{order.id}", actor, "gift code made", {}, now)
        return order.gift_code


def _fresh() -> str:
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(OF)) for _ in range(GROUPS))
