"""The limits of roles, as a test sets them, and who chose an exchange for its shopper."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from sqlalchemy import select

from app.models import Exchange, Store, db, store_scope, writing
from app.services import audit
from app.services.agents.people import actor_for_shopper
from app.services.moving import chain_of
from tests.web.conftest import Shop

ANA = 1  # the first agent of each test


def set_limits(app: Flask, shop: Shop, limit: int) -> None:
    with app.app_context(), store_scope(shop.store_id), writing():
        store = db.session.get_one(Store, shop.store_id)
        limits = dict.fromkeys(("exception_limit_agent", "exception_limit_lead"), limit)
        store.policy_data = {**store.policy_data, **limits}


def choose(app: Flask, shop: Shop, agent_id: int = ANA) -> None:
    """As if they had chosen it for the shopper."""
    with app.app_context(), store_scope(shop.store_id), writing():
        chain = chain_of(db.session.scalars(select(Exchange)).one())
        audit.record(chain, actor_for_shopper(agent_id), "items chosen", {}, datetime.now(UTC))
