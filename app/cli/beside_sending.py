"""What a worker's threads do that is no message: looks at payments, comparing, sealing, sweeping.

Each is one round in one thread; what goes wrong is logged, and done again when it is due the next time.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from flask import Flask
from sqlalchemy.exc import DBAPIError

from app.services.audit_seals import seal_everywhere
from app.services.comparing import compare_due
from app.services.payment_watch import Look, due_looks, look
from app.services.platform_books import BooksReader
from app.services.sweeping import sweep

log = logging.getLogger("evenly.worker")


def looks_due(app: Flask, most: int) -> list[Look]:
    """Payments that are due to be looked at; none while the database cannot be reached."""
    try:
        with app.app_context():
            return due_looks(most, clock()) if most > 0 else []
    except DBAPIError:
        log.exception("The payments cannot be read; trying again")
        return []


def look_at_payment(app: Flask, due: Look) -> None:
    """One look in one thread. What goes wrong is looked at again later."""
    try:
        with app.app_context():
            look(app.extensions["evenly.cashier"], due, clock())
    except Exception:
        log.exception("Payment %s could not be looked at", due.payment_id)


def compare_books(app: Flask) -> None:
    """Our books with the provider's and the platform's, those that are due."""
    try:
        with app.app_context():
            books = BooksReader(app.extensions["evenly.reader"])
            compare_due(app.extensions["evenly.cashier"], clock, books)
    except Exception:
        log.exception("The books could not be compared")


def seal_trail(app: Flask) -> None:
    """The audit trail, in one thread beside the sending."""
    try:
        with app.app_context():
            seal_everywhere(app.extensions["evenly.connections"].box, clock())
    except Exception:
        log.exception("The audit trail could not be sealed")


def clear_away(app: Flask) -> None:
    """What has expired, of every store."""
    try:
        with app.app_context():
            sweep(clock())
    except Exception:
        log.exception("What has expired could not be cleared away")


def clock() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)
