"""The desk of a store where signed links are made and read, and the key that it signs with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.services import portal_links
from app.services.portal_links import NewKey, Purpose, address_of
from app.services.secret_box import SecretBox
from tests.factories import NOW
from tests.web.conftest import Shop

LATER = NOW + timedelta(days=30)


@dataclass(frozen=True)
class Desk:
    """Where links of one store are made and read."""

    app: Flask
    box: SecretBox
    store_id: int

    def make_key(self, **options: object) -> NewKey:
        with self.app.app_context():
            return portal_links.make_key(self.box, self.store_id, NOW, **options)  # type: ignore[arg-type]

    def sign(self, order: str = "AC-1001", purpose: Purpose = Purpose.BUYER, until: datetime = LATER) -> str:
        with self.app.app_context():
            return portal_links.sign(self.box, self.store_id, order, purpose, until)

    def read(self, token: str, now: datetime = NOW) -> portal_links.SignedLink:
        with self.app.app_context():
            return portal_links.read(self.box, self.store_id, token, now)

    def path(self, token: str) -> str:
        return address_of("", "acme", token)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    return sqlite_database_url


@pytest.fixture
def desk(app: Flask, shop: Shop) -> Desk:
    return Desk(app, app.extensions["evenly.connections"].box, shop.store_id)


@pytest.fixture
def key(desk: Desk) -> NewKey:
    return desk.make_key()
