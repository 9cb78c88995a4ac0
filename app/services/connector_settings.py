"""Connecting a store to outside systems, and getting a connector back when something is to be sent.

A store has one platform that places, at most one screener, one payment provider and one source for what is on
its shelf, and any number of listeners; one system may be several of them. Settings are kept plain and secrets
encrypted; both are checked by the connector itself before they are kept. Which systems there are, and what
each wants to know, is `app.connectors`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, TypeVar

from sqlalchemy import ScalarSelect, select
from sqlalchemy.orm import InstrumentedAttribute

from app.connectors.base import Connector as SystemConnector
from app.connectors.base import Listener, OrderPlacer, Screener
from app.connectors.gateway import Gateway
from app.connectors.mail.connector import Mail, Post
from app.connectors.reading import ShelfSource
from app.connectors.registry import (
    FOLLOWERS,
    GATEWAYS,
    ISSUERS,
    LISTENERS,
    MONEY_FOLLOWERS,
    NOTIFIERS,
    PLATFORMS,
    SCREENERS,
    SHIPPING_FOLLOWERS,
    SOURCES,
)
from app.domain.card_wish import CardWish
from app.domain.exchange_notice import ExchangeNotice
from app.models import Connector, db, forget, remembered, store_scope, writing
from app.services import audit
from app.services.secret_box import SecretBox

CONNECTED = "connectors"
IS_EMAIL = re.compile(r"\S+@\S+")
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


def placing_system() -> str | None:
    """The platform that takes the exchange orders of the store in scope, None when there is none."""
    return next(iter(_connected(PLATFORMS)), None)


def screening_system() -> str | None:
    """The system that screens the exchanges of the store in scope, None when there is none."""
    return next(iter(_connected(SCREENERS)), None)


def listening_systems() -> list[str]:
    """The systems that are told of the placed exchanges of the store in scope."""
    return _connected(LISTENERS)


def following_systems() -> list[str]:
    """Those of them that also hear of the parcel that comes back."""
    return _connected(FOLLOWERS)


def money_following_systems() -> list[str]:
    """Those of them that also hear when money was taken for an exchange, or paid back."""
    return _connected(MONEY_FOLLOWERS)


def shipping_following_systems() -> list[str]:
    """Those of them that hear when what goes out has left the shop."""
    return _connected(SHIPPING_FOLLOWERS)


def noticing_system() -> str | None:
    """What is told of every change of an exchange of the store in scope, None when nobody is."""
    return next(iter(_connected(NOTIFIERS)), None)


def issuing_system() -> str | None:
    """Who makes the gift cards that the store in scope gives from here, None where they are of its pool."""
    return next(iter(_connected(ISSUERS)), None)


def paying_system() -> str | None:
    """The payment provider of the store in scope, None when there is none."""
    return next(iter(_connected(GATEWAYS)), None)


def placing_system_of(store_id: InstrumentedAttribute[int]) -> ScalarSelect[str | None]:
    """What `placing_system` finds, as a column beside rows of a store: pages have to count their queries."""
    first = select(Connector.system).where(Connector.store_id == store_id, Connector.system.in_(PLATFORMS))
    return first.order_by(Connector.id).limit(1).scalar_subquery()


def cannot_write_to(system: str | None, email: str) -> bool:
    """Whether this platform needs a customer's e-mail address, and this is none."""
    return system is not None and PLATFORMS[system].needs_email and not IS_EMAIL.fullmatch(email)


def takes_one_exchange_only(system: str | None) -> bool:
    """Whether this platform takes one exchange of an order and no more."""
    return system is not None and PLATFORMS[system].one_per_order


def _connected(kinds: Mapping[str, object]) -> list[str]:
    return [row.system for row in _rows() if row.system in kinds]


def _rows() -> list[Connector]:
    """All connectors of the store in scope, the eldest first; read once in a transaction."""
    kept = remembered(CONNECTED)
    store_id = db.session().info.get("store_id")
    if store_id not in kept:
        with db.session.no_autoflush:  # none of them waits to be written
            kept[store_id] = list(db.session.scalars(select(Connector).order_by(Connector.id)))
    rows: list[Connector] = kept[store_id]
    return rows


def _only_one(kinds: Mapping[str, object], system: str, does: str) -> None:
    others = [other for other in _connected(kinds) if other != system]
    if system in kinds and others:
        raise PlaceTaken(f"{others[0]} {does} already: disconnect it first")


def made(connections: Connections, kinds: Mapping[str, type[Kind]], system: str, what: str) -> Kind:
    """A connector of the store in scope. Raises NotConnected, InvalidSettings, WrongKey."""
    row = next((row for row in _rows() if row.system == system), None)
    if row is None or system not in kinds:
        raise NotConnected(f"the store is not connected to {what}")
    return _configured(connections, kinds, row)


def _first(connections: Connections, kinds: Mapping[str, type[Kind]]) -> Made[Kind] | None:
    row = next((row for row in _rows() if row.system in kinds), None)
    return (_configured(connections, kinds, row), row.closed_until) if row else None


def _configured(connections: Connections, kinds: Mapping[str, type[Kind]], row: Connector) -> Kind:
    secret = connections.box.decrypt(row.secrets) if row.secrets else None
    return kinds[row.system].configure(row.settings, secret, allow_loopback=connections.allow_loopback)
