"""Why payments cannot be started at a store's provider: noted once for the store, not once a shopper.

It stands with the provider's connector until a page opens again, or the store is connected anew. All but
`payment_trouble` run within the caller's transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from app.connectors.registry import GATEWAYS
from app.models import Connector, db

LONGEST = 500


@dataclass(frozen=True)
class PaymentTrouble:
    """Since when no payment page could be opened, None where nobody wrote that down, and the last reason."""

    system: str
    reason: str
    since: datetime | None


def note_trouble(system: str, reason: str, now: datetime) -> None:
    """A page could not be opened."""
    row = db.session.scalar(select(Connector).where(Connector.system == system))
    if row is not None:
        row.problem, row.problem_since = reason[:LONGEST], row.problem_since or now


def end_trouble(system: str) -> None:
    """A page was opened."""
    over = update(Connector).where(Connector.system == system, Connector.problem.is_not(None))
    db.session.execute(over.values(problem=None, problem_since=None))


def payment_trouble() -> PaymentTrouble | None:
    """What keeps shoppers of the store in scope from paying; None where nothing does."""
    found = db.session.execute(
        select(Connector.system, Connector.problem, Connector.problem_since)
        .where(Connector.system.in_(GATEWAYS), Connector.problem.is_not(None))
        .limit(1)
    ).first()
    return PaymentTrouble(found.system, found.problem or "", found.problem_since) if found else None
