"""The one place where Evenly is put together: database, front doors, commands, error pages."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from app import cli, web
from app.connectors.http import HttpSender, Limits
from app.connectors.mail.connector import Post
from app.connectors.mail.server import InvalidMailServer, MailServer, checked_sender
from app.models import db, engine_options, prepare
from app.services.connector_settings import Connections
from app.services.crashpoints import arm
from app.services.mailing import turn_on
from app.services.payment_pages import Cashier
from app.services.platform_reading import Reader
from app.services.secret_box import SecretBox
from app.settings import InvalidSetting, Settings
from app.web.mails import writer_of

ROOT = Path(__file__).resolve().parent.parent
__all__ = ["Settings", "create_app"]


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Raises InvalidSetting when the environment is wrong."""
    settings = settings.completed() if settings else Settings.from_environ()
    app = Flask(
        "evenly",
        root_path=str(ROOT),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_PARTS=600,
    )
    app.extensions["evenly.settings"] = settings
    arm(settings.evenly_crash_at if settings.allow_crash_points else "")
    post = _post(app, settings)
    box = SecretBox(settings.encryption_key)
    connections = Connections(box, settings.allow_loopback_connectors, post=post)
    app.extensions["evenly.connections"] = connections
    app.extensions["evenly.reader"] = Reader(connections, lambda: _sender(settings))
    app.extensions["evenly.cashier"] = Cashier(connections, lambda: _sender(settings))
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        if post is not None:
            turn_on(db.engine)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True)
    web.register(app)
    cli.register(app)
    return app


def _sender(settings: Settings) -> HttpSender:
    """What platforms are asked with while a shopper waits; who asks says how long."""
    limits = Limits(connect_seconds=settings.connect_seconds)
    return HttpSender(limits, allow_loopback=settings.allow_loopback_connectors)


def _post(app: Flask, settings: Settings) -> Post | None:
    """What mails are sent with; None where there is no mail server. Raises InvalidSetting."""
    if not settings.smtp_url:
        return None
    try:
        server = MailServer.from_url(settings.smtp_url)
    except InvalidMailServer as wrong:
        raise InvalidSetting(f"SMTP_URL {wrong}") from None
    try:
        return Post(server, checked_sender(settings.mail_from), writer_of(app, settings.public_url))
    except InvalidMailServer as wrong:
        raise InvalidSetting(f"MAIL_FROM {wrong}") from None
