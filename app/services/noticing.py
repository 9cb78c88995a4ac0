"""Telling the merchant's own programs of every change of an exchange: queued in the change's transaction.

What becomes of such a dispatch is `app.services.work_noticing`; the message is `app.domain.exchange_notice`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from app.domain.exchange_notice import ExchangeNotice
from app.domain.idempotency import dispatch_key
from app.models import Dispatch, DispatchState, Exchange, Purpose, Store, db
from app.services.connected_systems import noticing_system


def enqueue_notice(exchange: Exchange, before: str, number: int, now: datetime, event: str = "") -> None:
    """Queue the news that this submitted exchange is in its present state, if anybody wants to hear it.

    `number` is that of the change's audit entry; `event` is what happened where the state stayed.
    """
    system = noticing_system() if exchange.reference else None
    if system is None:
        return
    slug = db.session.get_one(Store, exchange.store_id).slug
    part = f"{system}:{number}"
    key = dispatch_key(slug, exchange.order.number, exchange.generation or 0, Purpose.NOTIFY, part)
    notice = ExchangeNotice(
        message_id=f"msg_{hashlib.sha256(key.encode()).hexdigest()[:32]}",
        number=number,
        at=now,
        store=slug,
        reference=exchange.reference or "",
        order=exchange.order.number,
        state=exchange.status,
        before=before,
        submitted_at=exchange.submitted_at,
        placed_at=exchange.placed_at,
        platform_order=exchange.platform_order or "",
        event=event,
    )
    db.session.add(
        Dispatch(
            store_id=exchange.store_id,
            exchange_id=exchange.id,
            system=system,
            purpose=Purpose.NOTIFY,
            key=key,
            message=notice.to_data(),
            state=DispatchState.WAITING,
            due_at=now,
            created_at=now,
        )
    )
