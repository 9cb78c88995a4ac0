"""The commands of `flask --app wsgi …`, one file a subject."""

from __future__ import annotations

from flask import Flask

from app.cli import (
    agents,
    audit,
    catalogue,
    connector,
    crashpoints,
    demo,
    exchange,
    exchange_acts,
    exchange_cancelling,
    exchange_recovery,
    exchange_settling,
    gift_cards,
    importing,
    links,
    money,
    store,
    worker,
)


def register(app: Flask) -> None:
    """Attach all commands to the application."""
    agents.register(app)
    audit.register(app)
    store.register(app)
    catalogue.register(app)
    connector.register(app)
    links.register(app)
    importing.register(app)
    gift_cards.register(app)
    exchange.register(app)
    exchange_acts.register()
    exchange_cancelling.register()
    exchange_recovery.register()
    exchange_settling.register()
    money.register(app)
    worker.register(app)
    crashpoints.register(app)
    demo.register(app)
