"""Exceptions as the console lists them, within the store in scope: of one exchange, one alone, what waits."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, lazyload

from app.domain.exchange_status import Status
from app.models import Exchange, Granting, RuleOverride, db

MOST = 100


def overrides_of(exchange_id: int) -> list[RuleOverride]:
    """Every exception of an exchange, refused ones too, the oldest first, with whose order it is."""
    whose = joinedload(RuleOverride.exchange).options(joinedload(Exchange.order), lazyload(Exchange.items))
    return list(
        db.session.scalars(
            _with_people()
            .where(RuleOverride.exchange_id == exchange_id)
            .options(whose)
            .order_by(RuleOverride.id)
        )
    )


def override_with(override_id: int) -> RuleOverride | None:
    """One exception with its order."""
    return db.session.scalar(
        _with_people()
        .where(RuleOverride.id == override_id)
        .options(joinedload(RuleOverride.exchange).joinedload(Exchange.order))
    )


def waiting_overrides() -> list[RuleOverride]:
    """Those that wait for a second person, the oldest first; what is no draft any more waits no longer."""
    return list(
        db.session.scalars(
            _with_people()
            .join(Exchange, Exchange.id == RuleOverride.exchange_id)
            .where(RuleOverride.state == Granting.ASKED, Exchange.status == Status.DRAFT)
            .options(joinedload(RuleOverride.exchange).joinedload(Exchange.order))
            .order_by(RuleOverride.asked_at, RuleOverride.id)
            .limit(MOST)
        )
    )


def _with_people() -> Select[RuleOverride]:
    return select(RuleOverride).options(
        joinedload(RuleOverride.asked_by), joinedload(RuleOverride.decided_by)
    )
