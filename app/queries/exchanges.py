"""Reading exchanges for the pages that show how they stand."""

from __future__ import annotations

from sqlalchemy import select

from app.models import Exchange, db


def submitted_exchange(exchange_id: int) -> Exchange | None:
    """The exchange with this id, None while it is still a draft."""
    return db.session.scalar(
        select(Exchange).where(Exchange.id == exchange_id, Exchange.submitted_at.is_not(None))
    )


def exchange_called(reference: str) -> Exchange | None:
    """The exchange with this reference in the store in scope."""
    return db.session.scalar(
        select(Exchange).where(
            Exchange.reference == reference.strip().upper(), Exchange.submitted_at.is_not(None)
        )
    )
