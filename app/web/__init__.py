"""The front doors over HTTP: what every page has in common is attached here."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.settings import Settings
from app.web import csrf, errors, headers, health, sessions, sheets, static_files, stores, throttles
from app.web.filters import register_filters


def register(app: Flask) -> None:
    """Attach filters, sessions, protection, pages and error pages to the application."""
    from app.web import console, late_decisions, shopper  # noqa: PLC0415 - their views import the above
    from app.web.api import blueprint as api  # noqa: PLC0415 - likewise

    settings: Settings = app.extensions["evenly.settings"]
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    # The order counts: headers go on last of all; the channel and the origin are looked at before tokens.
    headers.register(app)
    sessions.register(app)
    csrf.register(app)
    for part in (static_files, sheets, stores, throttles, errors, health):
        part.register(app)
    register_filters(app)
    for blueprint in (shopper.blueprint, console.blueprint, api, late_decisions.hooks):
        app.register_blueprint(blueprint)
