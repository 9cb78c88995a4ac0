"""A store with an order, as for the shopper's pages, and agents who serve it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.models import Role
from tests.console.desk import Desk, make_agent
from tests.console.handing_over import both
from tests.web.conftest import Shop, new_browser, shop, shopper, today

__all__ = ["both", "new_browser", "shop", "shopper", "today"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest) -> str:
    made: str = request.getfixturevalue(f"{request.param}_database_url")
    return made


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases for races, which ask for `either`; SQLite for the rest."""
    name = "either" if "either" in request.fixturenames else "sqlite_database_url"
    made: str = request.getfixturevalue(name)
    return made


@pytest.fixture
def new_desk(app: Flask, shop: Shop) -> Callable[..., Desk]:
    """Somebody signed in, in this role, at a desk of their own."""

    def made(email: str = "ana@acme.example", role: Role = Role.AGENT, store_id: int | None = None) -> Desk:
        secret = make_agent(app, store_id or shop.store_id, email, role)
        desk = Desk(app)
        assert desk.sign_in(email, secret).location == "/console/"
        return desk

    return made


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    """Ana's desk: an agent of acme."""
    return new_desk()
