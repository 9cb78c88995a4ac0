"""Signed links over HTTP: reading the one that came in."""

from __future__ import annotations

from flask import current_app, g

from app.services import portal_links
from app.services.connector_settings import Connections
from app.services.portal_links import SignedLink
from app.web.clock import now


def read_link(token: str) -> SignedLink:
    """What a link to the page's store says. Raises LinkInvalid and LinkExpired."""
    connections: Connections = current_app.extensions["evenly.connections"]
    return portal_links.read(connections.box, g.store.id, token, now())
