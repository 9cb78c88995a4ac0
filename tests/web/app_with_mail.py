"""The whole application with a mail server; a test module imports both fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app import Settings, create_app
from app.cli.worker import dispatcher_of
from app.models import db
from app.services.dispatching import send_all_due
from tests.faults.mail_server import MailServer


@pytest.fixture
def post() -> Iterator[MailServer]:
    with MailServer() as post:
        yield post


@pytest.fixture
def app(settings: Settings, post: MailServer) -> Iterator[Flask]:
    values = {name: getattr(settings, name) for name in ("database_url", "var_dir")}
    app = create_app(Settings(**values, smtp_url=post.url(), mail_from="exchanges@shop.example"))
    yield app
    with app.app_context():
        db.engine.dispose()


def send(app: Flask) -> None:
    """What a worker does that comes by once."""
    with app.app_context():
        send_all_due(dispatcher_of(app))
        db.session.remove()
