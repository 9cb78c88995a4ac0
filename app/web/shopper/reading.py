"""What the store's platform is asked with while a shopper waits."""

from __future__ import annotations

from flask import current_app

from app.services.platform_reading import Reader


def reader() -> Reader:
    """The one that `create_app` made."""
    found: Reader = current_app.extensions["evenly.reader"]
    return found
