"""What a confirmed exchange puts into the queue first: its screening where there is any, else its placing."""

from __future__ import annotations

from datetime import datetime

from app.domain.exchange_order import ExchangeOrder
from app.models import Exchange, Purpose, db
from app.services.connected_systems import screening_system
from app.services.placing import enqueue_placing
from app.services.reporting import report_of, telling


def enqueue_first(exchange: Exchange, message: ExchangeOrder, now: datetime) -> None:
    """Queue what is due when the undo window ends, within the caller's transaction."""
    due_at = exchange.release_at or now
    screener = screening_system()
    if screener is None:
        enqueue_placing(exchange, message, due_at, now)
        return
    report = report_of(exchange, message)
    db.session.add(telling(exchange, report, Purpose.SCREEN, screener, due_at=due_at, now=now))
