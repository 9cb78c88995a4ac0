"""Connecting a store to outside systems, and getting a connector back when something is to be sent.

A store has one platform that places, at most one screener, one payment provider and one source for what is on
its shelf, and any number of listeners; one system may be several of them. Settings are kept plain and secrets
encrypted; both are checked by the connector itself before they are kept. Which systems there are, and what
each wants to know, is `app.connectors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import select

from app.connectors.base import Connector as SystemConnector
from app.connectors.base import Listener, OrderPlacer, Screener
from app.connectors.gateway import Gateway
from app.connectors.mail.connector import Mail, Post
from app.connectors.reading import ShelfSource
from app.connectors.registry import (
    GATEWAYS,
    ISSUERS,
    LISTENERS,
    NOTIFIERS,
    PLATFORMS,
    SCREENERS,
    SOURCES,
)
from app.domain.card_wish import CardWish
from app.domain.exchange_notice import ExchangeNotice
from app.models import Connector, db, forget, store_scope, writing
from app.services import audit
from app.services.connected_systems import CONNECTED, connected, connector_rows
from app.services.secret_box import SecretBox

Kind = TypeVar("Kind", bound=SystemConnector[Any])
Made = tuple[Kind, datetime | None]  # a connector, and until when it is left alone


class UnknownSystem(ValueError):
    """No connector has this name; the message lists those that exist."""


class PlaceTaken(ValueError):
    """The store has another system for this already; the message says which."""


class NotConnected(LookupError):
    """The store has no connector of this system."""


@dataclass(frozen=True)
class Connections:
    """What it takes to make a store's connectors: wired once, in `create_app`."""

    box: SecretBox
    allow_loopback: bool = False
    platforms: Mapping[str, type[OrderPlacer]] = field(default_factory=lambda: PLATFORMS)
    screeners: Mapping[str, type[Screener]] = field(default_factory=lambda: SCREENERS)
    listeners: Mapping[str, type[Listener]] = field(default_factory=lambda: LISTENERS)
    notifiers: Mapping[str, type[SystemConnector[ExchangeNotice]]] = field(default_factory=lambda: NOTIFIERS)
    gateways: Mapping[str, type[Gateway]] = field(default_factory=lambda: GATEWAYS)
    issuers: Mapping[str, type[SystemConnector[CardWish]]] = field(default_factory=lambda: ISSUERS)
    post: Post | None = None  # what mails are sent with, None where none are
    sources: Mapping[str, type[ShelfSource]] = field(default_factory=lambda: SOURCES)

    def kinds_of(self, system: str) -> list[type[SystemConnector[Any]]]:
        """Everything that this system can be for a store. Raises UnknownSystem."""
        every: tuple[Mapping[str, type[SystemConnector[Any]]], ...] = (
            self.platforms,
            self.screeners,
            self.listeners,
            self.notifiers,
            self.issuers,
            self.gateways,
            self.sources,
        )
        found = [kinds[system] for kinds in every if system in kinds]
        if not found:
            known = ", ".join(sorted({name for kinds in every for name in kinds}))
            raise UnknownSystem(f"{system!r} is not a system Evenly can connect to; there is: {known}")
        return found


def connect_store(
    connections: Connections,
    store_id: int,
    system: str,
    settings: Mapping[str, Any],
    secret: str | None,
    now: datetime,
    actor: str = "operator",
) -> None:
    """Connect a store, or replace what it was connected with; the secret goes with the settings.

    Raises UnknownSystem, PlaceTaken, and InvalidSettings with a sentence for each field.
    """
    made = [
        kind.configure(settings, secret, allow_loopback=connections.allow_loopback)
        for kind in connections.kinds_of(system)
    ]
    with store_scope(store_id), writing():
        _only_one(connections.platforms, system, "places its exchanges")
        _only_one(connections.screeners, system, "screens its exchanges")
        _only_one(connections.gateways, system, "takes its payments")
        _only_one(connections.sources, system, "says what is on its shelf")
        row = db.session.scalar(select(Connector).where(Connector.system == system))
        if row is None:
            row = Connector(store_id=store_id, system=system, created_at=now)
            db.session.add(row)
        row.settings = made[0].stored_settings()
        row.secrets = connections.box.encrypt(secret) if secret else None
        row.failures, row.closed_until = 0, None
        row.problem = row.problem_since = None
        forget(CONNECTED)
        details = {"system": system, "fields": sorted(settings), "secret": bool(secret)}
        audit.record(f"store:{store_id}", actor, "connected", details, now)


def disconnect_store(store_id: int, system: str, now: datetime, actor: str = "operator") -> None:
    """Take a connector away, with its settings and its secret. Raises NotConnected."""
    with store_scope(store_id), writing():
        row = db.session.scalar(select(Connector).where(Connector.system == system))
        if row is None:
            raise NotConnected(f"the store is not connected to {system}")
        db.session.delete(row)
        forget(CONNECTED)
        audit.record(f"store:{store_id}", actor, "disconnected", {"system": system}, now)


def placer_for(connections: Connections, system: str) -> OrderPlacer:
    """The placer of the store in scope. Raises NotConnected, InvalidSettings, WrongKey."""
    return made(connections, connections.platforms, system, "a platform")


def platform_of(connections: Connections) -> Made[OrderPlacer] | None:
    """The platform of the store in scope; None for a store without one. Raises InvalidSettings, WrongKey."""
    return _first(connections, connections.platforms)


def shelf_source_of(connections: Connections) -> Made[ShelfSource] | None:
    """The same for who says what is on the shelf of the store in scope."""
    return _first(connections, connections.sources)


def screener_for(connections: Connections, system: str) -> Screener:
    """The screener of the store in scope. Raises NotConnected, InvalidSettings, WrongKey."""
    return made(connections, connections.screeners, system, "this fraud screening")


def listener_for(connections: Connections, system: str) -> Listener:
    """A listener of the store in scope. Raises NotConnected, InvalidSettings, WrongKey."""
    return made(connections, connections.listeners, system, "this system")


def notifier_for(connections: Connections, system: str) -> SystemConnector[ExchangeNotice]:
    """Where the store in scope wants every change told. Raises NotConnected, InvalidSettings, WrongKey."""
    return made(connections, connections.notifiers, system, "an address of its own for messages")


def issuer_for(connections: Connections, system: str) -> SystemConnector[CardWish]:
    """Who makes the gift cards of the store in scope. Raises NotConnected, InvalidSettings, WrongKey."""
    return made(connections, connections.issuers, system, "an address of its own for gift cards")


def gateway_for(connections: Connections, system: str) -> Gateway:
    """The payment provider of the store in scope. Raises NotConnected, InvalidSettings, WrongKey."""
    return made(connections, connections.gateways, system, "a payment provider")


def mail_for(connections: Connections, secrets: Mapping[str, str] = MappingProxyType({})) -> Mail:
    """The deployment's mail server. Raises NotConnected."""
    if connections.post is None:
        raise NotConnected("mail is not set up: SMTP_URL is empty")
    return Mail(connections.post, secrets)


def _only_one(kinds: Mapping[str, object], system: str, does: str) -> None:
    others = [other for other in connected(kinds) if other != system]
    if system in kinds and others:
        raise PlaceTaken(f"{others[0]} {does} already: disconnect it first")


def made(connections: Connections, kinds: Mapping[str, type[Kind]], system: str, what: str) -> Kind:
    """A connector of the store in scope. Raises NotConnected, InvalidSettings, WrongKey."""
    row = next((row for row in connector_rows() if row.system == system), None)
    if row is None or system not in kinds:
        raise NotConnected(f"the store is not connected to {what}")
    return _configured(connections, kinds, row)


def _first(connections: Connections, kinds: Mapping[str, type[Kind]]) -> Made[Kind] | None:
    row = next((row for row in connector_rows() if row.system in kinds), None)
    return (_configured(connections, kinds, row), row.closed_until) if row else None


def _configured(connections: Connections, kinds: Mapping[str, type[Kind]], row: Connector) -> Kind:
    secret = connections.box.decrypt(row.secrets) if row.secrets else None
    return kinds[row.system].configure(row.settings, secret, allow_loopback=connections.allow_loopback)
